"""Opening a ticket, by a customer or by an analyst for one who phoned."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import Organization, User
from catalog.models import Product, Routine
from common.text import one_line
from knowledge.models import Incident
from tickets import deadlines, rules
from tickets.actions import intake as intakes
from tickets.actions.known import attach
from tickets.actions.messages import write
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.events import done_before, record
from tickets.intake import Told
from tickets.models import Message, Queue, Severity, Ticket, TicketEvent, Verb, Watcher
from tickets.queries import queue_for

LONGEST_TITLE = 200


@transaction.atomic
def open_ticket(
    *,
    by: Actor,
    organization: Organization,
    product: Product,
    title: str,
    body: str,
    severity: int = Severity.MEDIUM,
    files: Sequence[UUID] = (),
    watchers: Sequence[User] = (),
    html: str = "",
    queue: Queue | None = None,
    incident: Incident | None = None,
    routine: Routine | None = None,
    intake: Told | None = None,
) -> TicketEvent:
    """Open a ticket of `by.user` for `organization` (R2), in the product's queue (R3) unless the
    door by which it came has a `queue` of its own. It becomes one of the `incident` that the
    writer names, or else of one that goes on and has a title like its own (M2). `intake` is what
    the writer told beside the message (E2), whose files answer questions of a checklist.

    Refused: a person who does not belong to the organization or does not take the product (for a
    caller too: the analyst only writes it down), a product that is no longer offered, an empty
    title or description, watchers from elsewhere, a routine or version of another product, a
    question without an answer that leaves no way to begin. Sent twice, it opens once (L12).
    """
    requester = by.person()
    _one_at_a_time(by)
    if done := done_before(by):
        return done
    title = one_line(title, LONGEST_TITLE)
    if not title:
        raise Refused("no_title", _("Dê um título que resuma a ocorrência."))
    if rules.has_left(requester, organization.pk) or not organization.is_active:
        raise Refused("not_member", _("Esta pessoa não abre tickets por esta empresa."))
    rules.require_product(requester, organization.pk, product)
    queue = (queue or queue_for(product)) if product.is_active else None
    if queue is None:
        raise Refused("no_queue", _("Este produto não recebe tickets agora. Escolha outro."))
    intakes.check(product, routine, intake)
    ticket = create(
        by=by,
        organization=organization,
        requester=requester,
        product=product,
        queue=queue,
        title=title,
        severity=severity,
        routine=routine,
    )
    files = list(dict.fromkeys([*files, *(intake.files if intake else ())]))
    message = write(ticket, Message.Kind.OPENING, by=by, body=body, files=files, html=html)
    if intake is not None:
        intakes.keep(ticket, intake, body=body, routine=routine, files=files)
    for person in watchers:
        if not rules.may_watch(person, ticket):
            raise Refused("not_member", _("Só acompanha quem é da mesma empresa."))
        Watcher.objects.get_or_create(ticket=ticket, user=person)
    event = record(ticket, Verb.OPEN, by=by, came_from="", message=message)
    attach(ticket, incident, by=by)
    return event


def create(
    *,
    by: Actor,
    organization: Organization,
    requester: User,
    product: Product,
    queue: Queue,
    title: str,
    severity: int,
    assignee: User | None = None,
    predecessor: Ticket | None = None,
    routine: Routine | None = None,
) -> Ticket:
    """Insert the row of a new ticket, in Aberto since `by.at`; shared with `follow_up`."""
    ticket = Ticket(
        title=title,
        organization=organization,
        requester=requester,
        product=product,
        routine=routine,
        queue=queue,
        assignee=assignee,
        severity=severity,
        channel=by.channel,
        opened_at=by.at,
        waiting_since=by.at,
        predecessor=predecessor,
        last_at=by.at,
        last_verb=Verb.OPEN,
        last_by=by.user,
    )
    deadlines.start(ticket, by.at)
    ticket.save(force_insert=True)
    return ticket


def _one_at_a_time(by: Actor) -> None:
    """Let the same form, sent twice at once, run one after the other (L12)."""
    if by.request_key is not None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [by.request_key.int % 2**63])
