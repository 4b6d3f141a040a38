"""How old an active ticket is, in whole days since its opening: the bands that the desk counts."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# The last day of each band, and what its address says; the last band has no end.
_LAST_DAYS = (1, 3, 5, 10, 20, None)
_FIRST_DAYS = (0, *(last + 1 for last in _LAST_DAYS if last is not None))

_RANGES = {str(first): (first, last) for first, last in zip(_FIRST_DAYS, _LAST_DAYS, strict=True)}

LABELS = {
    band: f"{first}–{last}" if last is not None else _("21 ou mais")
    for band, (first, last) in _RANGES.items()
}


def is_aged(band: str, now: datetime) -> Q:
    """Opened so many days ago that the age at `now` (aware) lies in the `band` of `LABELS`."""
    first, last = _RANGES[band]
    aged = Q(opened_at__lte=now - timedelta(days=first))
    return aged if last is None else aged & Q(opened_at__gt=now - timedelta(days=last + 1))
