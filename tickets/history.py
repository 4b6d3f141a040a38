"""The history in words (L9): each event as one Portuguese sentence. Reads names, writes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from common import dates
from common.money import reais
from tickets.lifecycle import DiscardReason
from tickets.models import OUT_OF_SCOPE, Channel, Queue, Severity, TicketEvent, Verb

_ABOUT_PEOPLE = (Verb.ASSIGN, Verb.WATCH, Verb.UNWATCH, Verb.CHANGE_REQUESTER, Verb.BOUNCE)


@dataclass(frozen=True)
class Line:
    """One sentence: `who` did `what`; `to_status` where a status was entered, `until` its date.

    `on_behalf` is the organization for which a partner's consultant acted (R2).
    """

    event: TicketEvent
    who: str
    what: str
    to_status: str = ""
    until: datetime | None = None
    on_behalf: str = ""


@dataclass(frozen=True)
class Names:
    """The names behind the ids in events' data, read in at most two statements.

    Those of the events' own actors are known already.
    """

    people: Mapping[int, str] = field(default_factory=dict)
    queues: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Iterable[TicketEvent]) -> "Names":
        listed = list(events)
        known = {event.actor.pk: event.actor.name for event in listed if event.actor}
        people: set[int] = set()
        queues: set[int] = set()
        for event in listed:
            ids = {event.data.get(key) for key in ("from", "to", "user", "person")}
            if event.verb in _ABOUT_PEOPLE:
                people |= {pk for pk in ids if pk}
            elif event.verb == Verb.MOVE:
                queues |= {pk for pk in (event.data["from"], event.data["to"]) if pk}
                people |= {pk for pk in (event.data.get("unassigned"),) if pk}
        people -= known.keys()
        others = User.objects.filter(pk__in=people).values_list("pk", "name") if people else ()
        return cls(
            known | dict(others),
            dict(Queue.objects.filter(pk__in=queues).values_list("pk", "name")) if queues else {},
        )

    def person(self, pk: int | None) -> str:
        return self.people.get(pk, _("alguém")) if pk else _("ninguém")

    def queue(self, pk: int | None) -> str:
        return self.queues.get(pk, "") if pk else ""


def lines(
    events: Iterable[TicketEvent],
    zone: ZoneInfo,
    *,
    reader_zone: ZoneInfo | None = None,
    names: Names | None = None,
) -> list[Line]:
    """The sentences of `events`, which need their actors and tickets; in the same order.

    A date that an event changed is told in `zone`, the calendar's, which is named where the
    reader's clock shows another hour (L10).
    """
    listed = list(events)
    known = names or Names.of(listed)
    return [_line(event, known, _promised(event, zone, reader_zone)) for event in listed]


def _line(event: TicketEvent, names: Names, promised: str) -> Line:
    who = event.actor.name if event.actor else _("O sistema")
    on_behalf = event.ticket.organization.name if "partner" in event.data else ""
    if on_behalf:
        told = {"name": who, "organization": on_behalf}
        who = _("%(name)s (parceiro, por %(organization)s)") % told
    moved = event.moved and event.from_status != ""
    until = event.data.get("deadline")
    return Line(
        event,
        who,
        _what(event, names) + promised + _recorded(event),
        event.to_status if moved else "",
        datetime.fromisoformat(until) if until and moved else None,
        on_behalf,
    )


def _what(event: TicketEvent, names: Names) -> str:
    data = event.data
    match event.verb:
        case Verb.OPEN if "predecessor" in data:
            return _("continuou o ticket %(number)d e criou este acompanhamento") % {
                "number": data["predecessor"]
            }
        case Verb.FOLLOW_UP:
            return _("criou o acompanhamento %(number)d") % {"number": data["successor"]}
        case Verb.MERGE:
            return _("uniu este ticket ao %(number)d") % {"number": data["into"]}
        case Verb.ABSORB:
            return _("uniu a este o ticket %(number)d") % {"number": data["ticket"]}
        case Verb.RELEASE:
            return _("separou deste o ticket %(number)d") % {"number": data["ticket"]}
        case Verb.UNMERGE:
            return _("desfez a união com o ticket %(number)d") % {"number": data["from"]}
        case Verb.ASSIGN:
            return _assigned(event, names)
        case Verb.MOVE:
            moved = _("moveu o ticket da fila %(from)s para %(to)s") % {
                "from": names.queue(data["from"]),
                "to": names.queue(data["to"]),
            }
            if data.get("unassigned"):
                return moved + _("; %(name)s não atende essa fila e deixou o ticket") % {
                    "name": names.person(data["unassigned"])
                }
            return moved
        case Verb.CHANGE_SEVERITY:
            return _("mudou a severidade de %(from)s para %(to)s") % {
                "from": Severity(data["from"]).label,
                "to": Severity(data["to"]).label,
            }
        case Verb.CHANGE_REQUESTER:
            return _("passou o ticket de %(from)s para %(to)s") % {
                "from": names.person(data["from"]),
                "to": names.person(data["to"]),
            }
        case Verb.WATCH:
            if data["user"] == event.actor_id:
                return _("passou a acompanhar o ticket")
            return _("incluiu %(name)s entre quem acompanha") % {"name": names.person(data["user"])}
        case Verb.UNWATCH:
            if data["user"] == event.actor_id:
                return _("deixou de acompanhar o ticket")
            return _("retirou %(name)s de quem acompanha") % {"name": names.person(data["user"])}
        case Verb.JOIN_INCIDENT:
            return _("ligou o ticket ao incidente %(number)d") % {"number": data["incident"]}
        case Verb.LEAVE_INCIDENT:
            return _("retirou o ticket do incidente %(number)d") % {"number": data["incident"]}
        case Verb.LINK_DEFECT:
            return _("ligou o ticket ao defeito %(code)s") % {"code": data["code"]}
        case Verb.UNLINK_DEFECT:
            return _("retirou a ligação com o defeito %(code)s") % {"code": data["code"]}
        case Verb.REQUEST_INFORMATION if data.get("asked"):
            return ngettext(
                "pediu informações, com %(n)d pergunta do checklist",
                "pediu informações, com %(n)d perguntas do checklist",
                data["asked"],
            ) % {"n": data["asked"]}
        case Verb.CUSTOMER_REPLY | Verb.REPLY if data.get("answered"):
            return ngettext(
                "respondeu %(n)d pergunta do checklist",
                "respondeu %(n)d perguntas do checklist",
                data["answered"],
            ) % {"n": data["answered"]}
        case Verb.PROPOSE_SOLUTION if event.reason == OUT_OF_SCOPE:
            return _("respondeu que isto não faz parte do suporte")
        case Verb.OFFER_SERVICE:
            return _("ofereceu um serviço pago, por %(price)s") % _offer(data)
        case Verb.ACCEPT_SERVICE:
            return _("aceitou o serviço pago, por %(price)s, condições versão %(version)d") % (
                _offer(data)
            )
        case Verb.DECLINE_SERVICE:
            return _("recusou o serviço pago, de %(price)s") % _offer(data)
        case Verb.WITHDRAW_SERVICE:
            return _("retirou a oferta do serviço pago, de %(price)s") % _offer(data)
        case Verb.DISCARD:
            return _("descartou o ticket: %(why)s") % {"why": DiscardReason(event.reason).label}
        case Verb.BOUNCE:
            return _bounced(event, names)
        case Verb.RECOMPUTE:
            return _("recalculou o prazo: o calendário ou a política da fila mudou")
        case _:
            return str(Verb(event.verb).label)


def _offer(data: Mapping[str, Any]) -> dict[str, Any]:
    """The offer's price and terms, as the step keeps them (E3)."""
    return {"price": reais(Decimal(data["cents"]) / 100), "version": data["version"]}


def _bounced(event: TicketEvent, names: Names) -> str:
    code = event.data["code"]
    if (person := event.data["person"]) is None:
        return _("recebeu de volta uma carta do ticket (%(code)s)") % {"code": code}
    told = _("recebeu de volta uma carta para %(name)s (%(code)s)")
    return told % {"name": names.person(person), "code": code}


def _assigned(event: TicketEvent, names: Names) -> str:
    to = event.data["to"]
    if to is None:
        return _("deixou o ticket sem responsável")
    if to == event.actor_id:
        return _("assumiu o ticket")
    return _("passou o ticket para %(name)s") % {"name": names.person(to)}


def _promised(event: TicketEvent, zone: ZoneInfo, reader_zone: ZoneInfo | None) -> str:
    """What the customer's dates became by a step that entered no status (B3, B7)."""
    if event.verb not in (Verb.RECOMPUTE, Verb.MOVE) or "deadline" not in event.data:
        return ""
    deadline = datetime.fromisoformat(event.data["deadline"])
    closes = datetime.fromisoformat(event.data["closes"])
    told = _("; o prazo ficou em %(when)s") % {
        "when": dates.exact(deadline, zone, reader_zone, now=event.at)
    }
    if closes == deadline:
        return told
    day = dates.day(closes.astimezone(zone).date(), event.at.astimezone(zone).date())
    return told + _(", e o encerramento, em %(day)s") % {"day": day}


def _recorded(event: TicketEvent) -> str:
    if event.entered_by is None:
        return ""
    return _(" %(way)s, registrado por %(name)s") % {
        "way": Channel(event.channel).way,
        "name": event.entered_by.name,
    }
