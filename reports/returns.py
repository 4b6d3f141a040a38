"""How often tickets go back to the customer for data, beside how complete they came (E4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Value, When
from django.utils.translation import gettext as _

from tickets.models import Ticket, TicketEvent, Verb

PERIOD = timedelta(days=90)
NONE, LITTLE, HALF, MOST = "none", "little", "half", "most"
# Lower bounds of the completeness at opening, in percent. Whoever fills in the form tells at least
# what happened: of 0 % are those who told something only when asked for it later (E2).
_BOUNDS = {MOST: 80, HALF: 50, LITTLE: 1}


@dataclass(frozen=True)
class Share:
    """How many `tickets` were opened, and how many of them went back for data."""

    tickets: int = 0
    returned: int = 0

    @property
    def percent(self) -> int | None:
        return round(100 * self.returned / self.tickets) if self.tickets else None


@dataclass(frozen=True)
class Returns:
    """The shares of one product by completeness at opening, in the order of `labels()`."""

    product: str
    all: Share
    by_completeness: Sequence[Share]


def labels() -> dict[str, str]:
    """The bands of completeness, the best first."""
    return {
        MOST: _("80 % ou mais"),
        HALF: _("50 a 79 %"),
        LITTLE: _("menos de 50 %"),
        NONE: _("sem insumos"),
    }


def by_product(now: datetime) -> list[Returns]:
    """Of the tickets opened in the last `PERIOD`, by product; discarded ones do not count. One
    statement."""
    asked = TicketEvent.objects.filter(ticket=OuterRef("pk"), verb=Verb.REQUEST_INFORMATION)
    bounds = [
        When(intake__completeness__gte=least, then=Value(band)) for band, least in _BOUNDS.items()
    ]
    rows = (
        Ticket.objects.filter(opened_at__gt=now - PERIOD, opened_at__lte=now, discard_reason="")
        .annotate(
            went_back=Exists(asked),
            band=Case(*bounds, default=Value(NONE), output_field=CharField()),
        )
        .order_by("product__name")
        .values_list("product__name", "band")
        .annotate(tickets=Count("pk"), returned=Count("pk", filter=Q(went_back=True)))
    )
    found: dict[str, dict[str, Share]] = {}
    for product, band, tickets, returned in rows:
        found.setdefault(product, {})[band] = Share(tickets, returned)
    return [
        Returns(product, _sum(bands), [bands.get(band, Share()) for band in labels()])
        for product, bands in found.items()
    ]


def _sum(bands: dict[str, Share]) -> Share:
    shares = bands.values()
    return Share(sum(each.tickets for each in shares), sum(each.returned for each in shares))
