"""People, organizations, memberships and contracts; who may do what with a ticket is not here."""

from accounts.models.membership import Membership, PeopleImport
from accounts.models.organization import Contract, Organization, OrganizationDomain, Team
from accounts.models.place import CUSTOMER_ROLES, DESK_ROLES, Place, Role, Sees
from accounts.models.user import User, UserManager, default_time_zone, photo_path
from accounts.models.validators import (
    PUBLIC_DOMAINS,
    validate_cnpj,
    validate_domain,
    validate_tax_id,
)
from calendars.models import validate_time_zone

__all__ = [
    "CUSTOMER_ROLES",
    "DESK_ROLES",
    "PUBLIC_DOMAINS",
    "Contract",
    "Membership",
    "Organization",
    "OrganizationDomain",
    "PeopleImport",
    "Place",
    "Role",
    "Sees",
    "Team",
    "User",
    "UserManager",
    "default_time_zone",
    "photo_path",
    "validate_cnpj",
    "validate_domain",
    "validate_tax_id",
    "validate_time_zone",
]
