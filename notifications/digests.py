"""The digest of the day: what is kept for it, when it goes, and how it tells several tickets."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.template import Context, Engine
from django.urls import reverse

from accounts.models import User
from common import dates
from notifications.models import Held
from outbox import kinds
from outbox.post import Json, frozen, post
from tickets import correspondence
from tickets.deadlines import zone_of
from tickets.models import Ticket, TicketEvent
from tickets.next_step import next_step

# The end of the working day: what happened today is read today, and no calendar is needed, which
# people have none of.
AT = time(18)
_LONGEST = 300


def due_after(moment: datetime, person: User) -> datetime:
    """When the digest goes that tells what happened at `moment`: the next 18:00 on the person's
    own clock, every day that there is something to tell; aware, UTC."""
    local = moment.astimezone(person.zone)
    today = datetime.combine(local.date(), AT, person.zone)
    chosen = (
        today
        if local < today
        else datetime.combine(local.date() + timedelta(days=1), AT, person.zone)
    )
    return chosen.astimezone(UTC)


def hold(letter: str, event: TicketEvent, person: User, said: Mapping[str, Json]) -> None:
    """Keep for the digest of `person` what `letter` would have told; once (L12)."""
    held = Held(
        person=person,
        event=event,
        letter=letter,
        said=frozen(said),
        due_at=due_after(event.recorded_at, person),
    )
    Held.objects.bulk_create([held], ignore_conflicts=True)


def withdraw(ticket: Ticket, letters: Sequence[str]) -> None:
    """Drop what is no longer true (L10)."""
    Held.objects.filter(event__ticket=ticket, letter__in=letters).delete()


def people_due(now: datetime) -> list[User]:
    """Whose digest is to go at `now` (aware)."""
    return list(User.objects.filter(pk__in=Held.objects.filter(due_at__lte=now).values("person")))


@transaction.atomic
def send(person: User, *, now: datetime) -> None:
    """Promise one letter with all that is held for `person`, at `now` (aware); none if nothing is.

    Of several workers at once one does it. A ticket that the person may no longer see is left out
    (R1); its deadline is told as it is at `now` (L10).
    """
    rows = list(
        Held.objects.select_for_update(of=("self",)).filter(person=person).select_related("event")
    )
    if not rows:
        return
    wanted = {row.event.ticket_id for row in rows}
    seen = Ticket.objects.visible_to(person).with_people().in_bulk(wanted)
    by_ticket: dict[int, list[Held]] = {}
    for row in rows:
        if row.event.ticket_id in seen:
            by_ticket.setdefault(row.event.ticket_id, []).append(row)
    if by_ticket:
        home = "desk:dashboard" if person.is_desk else "portal:home"
        post(
            "digest",
            key=f"digest:{rows[-1].pk}:{person.pk}",
            to=person.email,
            name=person.name,
            context={
                "tickets": [
                    _ticket(seen[pk], steps, person, now) for pk, steps in by_ticket.items()
                ],
                "url": f"{settings.BASE_URL}{reverse(home)}",
                "choices_url": choices_page(person),
            },
        )
    Held.objects.filter(pk__in=[row.pk for row in rows]).delete()


def choices_page(person: User) -> str:
    """Where `person` chooses which letters to get."""
    name = "desk:profile" if person.is_desk else "portal:profile"
    return f"{settings.BASE_URL}{reverse(name)}#avisos"


def _ticket(ticket: Ticket, rows: Sequence[Held], person: User, now: datetime) -> dict[str, Json]:
    return {
        "number": ticket.number,
        "title": ticket.title,
        "status": ticket.get_status_display(),
        "deadline": str(next_step(ticket, reader=person, now=now)),
        "url": correspondence.page(ticket.number, person),
        "steps": [_step(row, ticket, person, now) for row in rows],
    }


def _step(row: Held, ticket: Ticket, person: User, now: datetime) -> dict[str, Json]:
    return {
        "when": dates.exact(row.event.at, person.zone, zone_of(ticket), now=now),
        "what": _news(row),
        "text": correspondence.cut(str(row.said.get("text", "")).strip(), _LONGEST),
        "files": str(row.said.get("files", "")),
    }


def _news(row: Held) -> str:
    """The sentence of the letter itself. A template that fails keeps the digest back no longer
    than its own words: then only the kind of letter is told."""
    try:
        template = Engine.get_default().get_template(f"emails/{row.letter}/news.txt")
        return template.render(Context(row.said, autoescape=False)).strip()
    except Exception:
        return kinds.name_of(row.letter)
