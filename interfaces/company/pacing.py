"""How fast an organization's administration sends letters and sheets: as a busy day needs."""

from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext as _

from accounts.models import Organization
from common import pace
from common.errors import Refused


@dataclass(frozen=True)
class Limit:
    """At most so many of it in about so many hours."""

    of: str
    most: int
    hours: int


class Pace(Enum):
    """What is counted for each organization."""

    INVITATIONS = Limit("invitations", 100, 1)
    LINKS = Limit("links", 100, 1)
    SHEETS = Limit("sheets", 30, 1)
    # Two of the largest sheets.
    OF_SHEETS = Limit("people", 10_000, 24)


def require_calm(organization: Organization, what: Pace, *, times: int = 1) -> None:
    """Count `times` more, and refuse what is too many for now."""
    limit = what.value
    key = f"company-{limit.of}:{organization.pk}"
    if not pace.is_too_fast(key, limit.most, limit.hours * 3600, times=times):
        return
    if limit.hours > 1:
        told = _("A empresa já convidou muitas pessoas hoje. Tente de novo amanhã.")
    else:
        told = _("A empresa fez isto muitas vezes em pouco tempo. Tente de novo em uma hora.")
    raise Refused("too_fast", told)
