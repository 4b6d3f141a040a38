"""What is known to be wrong, as a person or a ticket's page is told of it (M2). Writes nothing."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import JSONObject

from accounts.models import User
from knowledge.models import Defect, Incident
from tickets.models import DefectFollower, DefectTicket, Ticket
from tickets.models.scopes import Norm, TicketQuerySet

# Two titles of one product tell the same from here on: of all groups of three letters in either,
# half are in both, whatever the order of the words, accents and case. "SEFAZ-SP fora do ar: notas
# não são autorizadas" beside "Nota não autoriza, Sefaz SP fora do ar" has 0.7, beside "Servidor
# fora do ar" 0.3. What is attached wrongly is taken off by one click.
SIMILAR = 0.5
_CODE = re.compile(r"\d+")
_CANDIDATES = 5


def similar_incident(product_id: int, title: str) -> Incident | None:
    """The incident that goes on in the product and that `title` tells too; the nearest of several.

    Where both name numbers and none is the same (a rejection 539 and a 204), they are different.
    """
    going_on = Incident.objects.filter(product=product_id, ended_at=None)
    words = Norm(Value(title))
    near = TrigramSimilarity(Norm("title"), words)  # type: ignore[arg-type]  # or a string
    found = going_on.annotate(near=near).filter(near__gte=SIMILAR).order_by("-near", "pk")
    codes = set(_CODE.findall(title))
    for incident in found[:_CANDIDATES]:
        others = set(_CODE.findall(incident.title))
        if not codes or not others or codes & others:
            return incident
    return None


def incidents_for(user: User) -> QuerySet[Incident]:
    """What goes on in the products for which `user` may open tickets; for the desk, everything.

    Nobody says which products an organization has bought. One incident too many costs its reader
    a line; one too few costs a ticket.
    """
    going_on = Incident.objects.filter(ended_at=None).select_related("product")
    return going_on if user.is_desk else going_on.filter(_of_products(user))


def defects_for(user: User) -> QuerySet[Defect]:
    """The defects that `user` may read of: public ones of those products, and those of his or her
    tickets; for the desk, all."""
    defects = Defect.objects.select_related("product", "fixed_in")
    if user.is_desk:
        return defects
    seen = Ticket.objects.visible_to(user)
    of_tickets = DefectTicket.objects.filter(defect=OuterRef("pk"), ticket__in=seen)
    return defects.filter(Q(_of_products(user), is_public=True) | Q(Exists(of_tickets)))


def _of_products(user: User) -> Q:
    """Of a product that one of the person's places takes (R1), where they are not of guests; no
    statement of its own."""
    places = [place for place in user.places.values() if not place.holds_guests]
    if any(place.takes_all for place in places):
        return Q()
    return Q(product__in=frozenset[int]().union(*(place.products for place in places)))


@dataclass(frozen=True)
class KnownDefect:
    """A defect as the page of one of its tickets tells it; `followed` by the reader."""

    pk: int
    code: str
    title: str
    state: str
    version: str
    released_at: datetime | None
    followed: bool

    @property
    def label(self) -> str:
        return str(Defect.State(self.state).label)

    @property
    def is_released(self) -> bool:
        return self.state == Defect.State.RELEASED

    @property
    def may_ship(self) -> bool:
        """Whether there is something to wait for."""
        return self.state in (Defect.State.CONFIRMED, Defect.State.IN_CORRECTION)


@dataclass(frozen=True)
class GoingOn:
    """An incident of the ticket's product that goes on."""

    pk: int
    title: str
    text: str
    started_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Known:
    """What a ticket's page says of incidents and defects; `incident` is the ticket's own, `others`
    go on in its product."""

    incident: Incident | None
    others: Sequence[GoingOn]
    defects: Sequence[KnownDefect]


def with_known(tickets: TicketQuerySet, reader: User) -> TicketQuerySet:
    """`tickets` with what `known_of` needs, in the same statement; for the page of one."""
    follows = DefectFollower.objects.filter(defect=OuterRef("defect"), person=reader)
    defects = DefectTicket.objects.filter(ticket=OuterRef("pk")).order_by("at", "pk")
    defect = JSONObject(
        pk="defect__pk",
        code="defect__code",
        title="defect__title",
        state="defect__state",
        version="defect__fixed_in__name",
        released_at="defect__released_at",
        followed=Exists(follows),
    )
    going_on = Incident.objects.filter(product=OuterRef("product"), ended_at=None)
    incident = JSONObject(
        pk="pk", title="title", text="text", started_at="started_at", updated_at="updated_at"
    )
    found: TicketQuerySet = tickets.select_related("in_incident__incident").annotate(
        defect_rows=ArraySubquery(defects.values(row=defect)),
        incident_rows=ArraySubquery(going_on.order_by("-started_at", "-pk").values(row=incident)),
    )
    return found


def known_of(ticket: Any) -> Known:
    """What is known of `ticket`, one of `with_known`; asks the database nothing."""
    joined = getattr(ticket, "in_incident", None)
    incident = joined.incident if joined else None
    going_on = [_going_on(**row) for row in ticket.incident_rows]
    return Known(
        incident,
        [each for each in going_on if incident is None or each.pk != incident.pk],
        [_defect(row) for row in ticket.defect_rows],
    )


def _going_on(pk: int, title: str, text: str, started_at: str, updated_at: str) -> GoingOn:
    since, last = datetime.fromisoformat(started_at), datetime.fromisoformat(updated_at)
    return GoingOn(pk, title, text, since, last)


def _defect(row: Mapping[str, Any]) -> KnownDefect:
    released = row["released_at"]
    when = datetime.fromisoformat(released) if released else None
    return KnownDefect(**{**row, "version": row["version"] or "", "released_at": when})
