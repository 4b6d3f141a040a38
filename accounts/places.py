"""People's places in an organization: invited, brought back, ended. Their tickets are not here."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import send_welcome_letter, send_welcome_letters
from accounts.models import Membership, Organization, OrganizationDomain, Role, Sees, Team, User
from catalog.models import Product
from common import clock
from common.errors import Refused
from outbox.post import post

# Controls, lone halves, line ends, and what turns the reading direction; some names need joiners.
_HIDDEN, _JOINERS = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"}), "\u200c\u200d"


class Standing(StrEnum):
    """What an address is to an organization that would invite it."""

    NEW = "new"
    MEMBER = "member"
    LEFT = "left"
    INVITED = "invited"
    ELSEWHERE = "elsewhere"
    CLOSED = "closed"
    # Known, but of no customer, with an address of the organization's own domain.
    UNPLACED = "unplaced"


@dataclass(frozen=True)
class Invitation:
    """Whom an organization invites, and as what (R1, R2)."""

    email: str
    name: str
    role: str = Role.MEMBER
    sees: str = Sees.OWN
    team_id: int | None = None
    products: tuple[int, ...] = ()


def standings(organization: Organization, emails: Iterable[str]) -> dict[str, Standing]:
    """What each address, in lower case, is to `organization`; three statements for any number.

    Says no more of a person of elsewhere than that the address is taken. A new address of another
    customer's domain is closed: whose it is, that customer says, or its first mail (R1).
    """
    asked = {email.lower() for email in emails}
    known = User.objects.alias(address=Lower("email")).filter(address__in=asked)
    people = {user.email.lower(): user for user in known.annotate(of_some=_OF_SOME_CUSTOMER)}
    mine = Membership.objects.filter(organization=organization, user__in=people.values())
    places = {each.user_id: each for each in mine}
    owners = _owners_of_domains(asked)
    own = organization.pk
    return {
        email: _standing(
            people.get(email),
            places,
            is_own=owners.get(_domain(email)) == own,
            is_others=owners.get(_domain(email), own) != own,
        )
        for email in asked
    }


# Guests are of no customer, wherever they are gathered.
_OF_SOME_CUSTOMER = Exists(
    Membership.objects.filter(user=OuterRef("pk"), is_active=True, organization__holds_guests=False)
)


def _domain(email: str) -> str:
    return email.rpartition("@")[2].lower()


def _owners_of_domains(emails: Iterable[str]) -> dict[str, int]:
    """To which customer each of the addresses' domains belongs, in lower case; one statement."""
    held = OrganizationDomain.objects.annotate(own=Lower("domain"))
    found = held.filter(own__in={_domain(email) for email in emails})
    return dict(found.values_list("own", "organization"))


def _standing(
    user: User | None, places: Mapping[int, Membership], *, is_own: bool, is_others: bool
) -> Standing:
    if user is None:
        return Standing.CLOSED if is_others else Standing.NEW
    if user.desk_role or user.is_staff:
        return Standing.CLOSED
    if (place := places.get(user.pk)) is not None:
        if place.invited_at is not None:
            return Standing.INVITED
        return Standing.MEMBER if place.is_active and user.is_active else Standing.LEFT
    if not user.is_active:
        return Standing.CLOSED
    is_free = is_own and not getattr(user, "of_some", True)
    return Standing.UNPLACED if is_free else Standing.ELSEWHERE


def why_not(standing: Standing) -> str:
    """Why an address of this standing is not invited; nothing where it may be."""
    match standing:
        case Standing.MEMBER:
            return _("Esta pessoa já é da empresa.")
        case Standing.LEFT:
            return _("Esta pessoa já foi da empresa: traga-a de volta na página dela.")
        case Standing.INVITED:
            return _("Esta pessoa já foi convidada e ainda não respondeu.")
        case Standing.CLOSED:
            return _("Este endereço não pode ser convidado. Fale com o suporte.")
        case _:
            return ""


def wrong_name(name: str) -> str:
    """Why this is no name for a letter's greeting; nothing where it is one."""
    if "://" in name or "www." in name.lower():
        return _("Escreva só o nome da pessoa, sem endereços de sites.")
    if any(unicodedata.category(c) in _HIDDEN and c not in _JOINERS for c in name):
        return _("O nome tem sinais que não aparecem. Digite-o de novo.")
    return ""


def is_foreign(email: str, domains: Iterable[str]) -> bool:
    """Whether the address is of none of the organization's domains, where it has any."""
    own = {domain.lower() for domain in domains}
    return bool(own) and _domain(email) not in own


def domains_of(organization: Organization) -> list[str]:
    """The domains whose addresses are the organization's."""
    mine = OrganizationDomain.objects.filter(organization=organization)
    return list(mine.values_list("domain", flat=True))


def invite(organization: Organization, invitation: Invitation, *, by: User) -> Membership:
    """Let a person into `organization`, who is told by letter how to come in.

    Whoever has an account of elsewhere becomes a partner's consultant (R2), and only once he or
    she accepts: until then the organization knows no more than the address that it typed.
    Refused for who is of it already or has left it, and for the desk's people.
    """
    try:
        return _invite(organization, invitation, by)
    except IntegrityError:
        raise _meanwhile() from None


def invite_all(organization: Organization, invitations: Sequence[Invitation], *, by: User) -> int:
    """As `invite`, all of them or none, in a number of statements that does not grow with them;
    how many. Whoever meanwhile came to be of the organization is left as he or she is."""
    try:
        return _invite_all(organization, invitations, by)
    except IntegrityError:
        raise _meanwhile() from None


def _meanwhile() -> Refused:
    return Refused(
        "invited_meanwhile",
        _("Alguém convidou o mesmo endereço neste instante. Confira a lista e tente de novo."),
    )


@transaction.atomic
def _invite(organization: Organization, invitation: Invitation, by: User) -> Membership:
    email = invitation.email.strip().lower()
    standing = standings(organization, [email])[email]
    if sentence := why_not(standing):
        raise Refused(f"invited_{standing}", sentence)
    if standing is Standing.NEW:
        user = User.objects.create_user(email, invitation.name)
    else:
        user = User.objects.get(email__iexact=email)
    if standing is Standing.ELSEWHERE:
        place = _waiting(organization, user, invitation)
    else:
        place = _placed(organization, user, invitation)
        send_welcome_letter(user)
    place.save()
    place.products.set(invitation.products)
    if standing is Standing.ELSEWHERE:
        _send_partner_letter(place, by)
    return place


@transaction.atomic
def _invite_all(organization: Organization, invitations: Sequence[Invitation], by: User) -> int:
    asked = {each.email.strip().lower(): each for each in invitations}
    standing = standings(organization, asked)
    new = {email: each for email, each in asked.items() if standing[email] is Standing.NEW}
    users = [User(email=email, name=each.name.strip()) for email, each in new.items()]
    for user in users:
        user.set_unusable_password()
    User.objects.bulk_create(users, batch_size=1000)
    here = [each for each in asked if standing[each] in (Standing.ELSEWHERE, Standing.UNPLACED)]
    known = list(User.objects.alias(address=Lower("email")).filter(address__in=here))
    free = [each for each in known if standing[each.email.lower()] is Standing.UNPLACED]
    elsewhere = [each for each in known if each not in free]
    placed = [*users, *free]
    places = [_placed(organization, user, asked[user.email.lower()]) for user in placed]
    waiting = [_waiting(organization, user, asked[user.email.lower()]) for user in elsewhere]
    Membership.objects.bulk_create([*places, *waiting], batch_size=1000)
    through = Membership.products.through
    through._default_manager.bulk_create(
        [
            through(membership_id=place.pk, product_id=pk)
            for place in (*places, *waiting)
            for pk in asked[place.user.email.lower()].products
        ],
        batch_size=1000,
    )
    send_welcome_letters(users)
    for user in free:
        send_welcome_letter(user)
    for place in waiting:
        _send_partner_letter(place, by)
    return len(places) + len(waiting)


def _placed(organization: Organization, user: User, invitation: Invitation) -> Membership:
    return Membership(
        user=user,
        organization=organization,
        role=invitation.role,
        sees=invitation.sees,
        team_id=invitation.team_id,
    )


def _waiting(organization: Organization, user: User, invitation: Invitation) -> Membership:
    """R2: a place that counts once the person accepts it."""
    place = _placed(organization, user, invitation)
    place.is_active, place.is_partner, place.invited_at = False, True, clock.now()
    return place


def _send_partner_letter(place: Membership, by: User) -> None:
    assert place.invited_at is not None  # noqa: S101 - it waits
    post(
        "partner_invited",
        key=f"partner_invited:{place.pk}:{place.invited_at.isoformat()}",
        to=place.user.email,
        name=place.user.name,
        context={
            "organization": place.organization.name,
            "by": by.name,
            "url": settings.BASE_URL + reverse("company:invitation", args=[place.pk]),
        },
    )


def invitations(person: User) -> QuerySet[Membership]:
    """R2: what waits for the answer of a person of elsewhere, the newest first."""
    waits = person.memberships.filter(invited_at__isnull=False, organization__is_active=True)
    return waits.select_related("organization").order_by("-invited_at", "-pk")


@transaction.atomic
def accept(place: Membership) -> None:
    """R2: the person invited from elsewhere now is of the organization too. Twice is once.

    A guest, who is of no customer, becomes a member as any other.
    """
    place = Membership.objects.select_for_update().get(pk=place.pk)
    if place.invited_at is not None:
        customers = place.user.memberships.filter(organization__holds_guests=False)
        place.is_partner = customers.exclude(pk=place.pk).exists()
        place.is_active, place.invited_at = True, None
        place.save(update_fields=["is_active", "is_partner", "invited_at"])


def decline(place: Membership) -> None:
    """R2: the person invited from elsewhere does not want to; nothing is left of it."""
    Membership.objects.filter(pk=place.pk, invited_at__isnull=False).delete()


def hold(organization_id: int, *, by: User) -> None:
    """Let nobody else of the organization's administration act until this transaction ends.

    Refused for who is no longer of it. As nobody ends the own access or changes the own role, it
    never comes to be without an administrator (R5).
    """
    Organization.objects.select_for_update(no_key=True).get(pk=organization_id)
    mine = Membership.objects.filter(
        organization=organization_id, user=by.pk, role=Role.ORG_ADMIN, is_active=True
    )
    if not by.is_desk and not mine.filter(user__is_active=True).exists():
        raise Refused("admin_only", _("Só a administração da empresa pode fazer isto."))


@transaction.atomic
def change(
    place: Membership,
    *,
    role: str,
    sees: str,
    team: Team | None,
    products: Iterable[Product],
    by: User,
) -> None:
    """Say anew what one of the organization's people may; never the own role (R5)."""
    hold(place.organization_id, by=by)
    if place.user_id == by.pk and role != place.role:
        raise Refused("own_role", _("Só outro administrador pode mudar o seu papel."))
    Membership.objects.filter(pk=place.pk).update(role=role, sees=sees, team=team)
    place.products.set(products)


@transaction.atomic
def end(place: Membership) -> bool:
    """Take a person out of the organization; whether that was the last one and the account ended
    with it. Other organizations' places stay as they are (R2); of an invitation nothing is left.
    The account stays while another's invitation waits, and where its address is of another
    customer's domain: it is that customer's to end.

    The tickets are handed over by whoever calls this (`tickets.actions.leave`).
    """
    if place.invited_at is not None:
        decline(place)
        return False
    user = User.objects.select_for_update().get(pk=place.user_id)
    Membership.objects.filter(pk=place.pk).update(is_active=False)
    held = Q(is_active=True) | Q(invited_at__isnull=False)
    others = user.memberships.filter(held).exclude(pk=place.pk)
    if user.desk_role or user.is_staff or place.is_partner or others.exists():
        return False
    own = place.organization_id
    if _owners_of_domains([user.email]).get(_domain(user.email), own) != own:
        return False
    user.is_active, user.ended_by_customer = False, True
    user.save(update_fields=["is_active", "ended_by_customer"])
    return True


@transaction.atomic
def bring_back(place: Membership, *, by: User) -> None:
    """Let in again who had left. A partner is asked again (R2); whose account had ended gets a
    letter to choose a password.

    Refused for a partner whose own company ended the account, and where support ended it.
    """
    place = Membership.objects.select_related("user", "organization").get(pk=place.pk)
    user = User.objects.select_for_update().get(pk=place.user_id)
    if place.is_active or place.invited_at is not None:
        return
    if not user.is_active and (place.is_partner or not user.ended_by_customer):
        raise Refused("closed", _("A conta desta pessoa foi encerrada. Fale com o suporte."))
    if place.is_partner:
        place.invited_at = clock.now()
        place.save(update_fields=["invited_at"])
        _send_partner_letter(place, by)
        return
    place.is_active = True
    place.save(update_fields=["is_active"])
    if not user.is_active:
        user.is_active, user.ended_by_customer = True, False
        user.set_unusable_password()
        user.save(update_fields=["is_active", "ended_by_customer", "password"])
        send_welcome_letter(user)
