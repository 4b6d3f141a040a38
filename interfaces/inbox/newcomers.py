"""People who write to us before we know them: whose they are by their domain, and their row."""

from django.db import IntegrityError, transaction
from django.db.models.functions import Lower

from accounts.models import Membership, Organization, OrganizationDomain, User
from interfaces.inbox import route
from interfaces.inbox.mime import Parsed


def organization_by_domain(address: str) -> Organization | None:
    """The active organization to which the domain of `address` belongs."""
    domain = address.rpartition("@")[2].lower()
    owned = OrganizationDomain.objects.alias(own=Lower("domain")).filter(own=domain)
    found = owned.filter(organization__is_active=True).select_related("organization").first()
    return found.organization if found else None


def admit(mail: Parsed, organization: Organization) -> User:
    """The sender of `mail` as a member of `organization`, with no password yet.

    Of two mails at once one makes the person, and the other finds it. Somebody who is known
    already keeps what he or she is.
    """
    try:
        with transaction.atomic():
            person = User.objects.create_user(mail.from_address, route.sender_name(mail))
            Membership.objects.create(user=person, organization=organization)
    except IntegrityError:
        return User.objects.get_by_natural_key(mail.from_address)
    return person
