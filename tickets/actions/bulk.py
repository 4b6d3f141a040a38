"""One answer for many tickets: promised as rows, done row by row in the background (M2, L12)."""

import logging
import time
from datetime import datetime
from uuid import uuid4

from celery import shared_task
from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from common import clock, dates, faults
from common.later import poke
from common.text import clean
from knowledge.models import Defect, Incident
from outbox.post import post
from tickets.actions.conversation import propose_solution
from tickets.actions.messages import LONGEST_BODY
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.known import defects_for
from tickets.models import BulkAnswer, BulkAnswerRow, Channel, DefectFollower, Ticket
from tickets.models.scopes import TicketQuerySet

log = logging.getLogger(__name__)

WORK = "tickets.tasks.answer_in_bulk"
SWEEP = "tickets.tasks.sweep_answers"
# One run takes up nothing more when beat asks for the next one.
_RUN_SECONDS = 45
_WAITING = Q(done_at=None, refusal="")


def desk_only(by: Actor) -> None:
    """Incidents and defects are the desk's business."""
    if not by.is_desk:
        raise Refused("desk_only", _("Só a equipe de suporte pode fazer isto."))


def done_before(by: Actor) -> BulkAnswer | None:
    """What this very request has already begun (L12)."""
    if by.request_key is None:
        return None
    return BulkAnswer.objects.filter(key=by.request_key, created_by=by.user).first()


def begin(
    *,
    by: Actor,
    text: str,
    tickets: TicketQuerySet,
    incident: Incident | None = None,
    defect: Defect | None = None,
    previewed_at: datetime | None = None,
) -> BulkAnswer:
    """Promise `text` to `tickets` in the caller's transaction, and ask the worker for it."""
    text = clean(text).strip()
    if not text:
        raise Refused("empty", _("Escreva o que os clientes vão ler."))
    if len(text) > LONGEST_BODY:
        raise Refused("too_long", _("O texto é longo demais. Encurte-o."))
    require_sight(by.person(), tickets)
    answer = BulkAnswer.objects.create(
        key=by.request_key or uuid4(),
        incident=incident,
        defect=defect,
        text=text,
        created_by=by.person(),
        created_at=by.at,
        previewed_at=previewed_at or by.at,
    )
    BulkAnswerRow.objects.bulk_create(
        BulkAnswerRow(answer=answer, ticket=ticket) for ticket in tickets.order_by("number")
    )
    poke(answer_in_bulk, answer.pk)
    return answer


def require_sight(user: User, tickets: TicketQuerySet) -> None:
    """R1: nobody answers what he or she may not see."""
    if unseen(user, tickets):
        raise Refused(
            "not_all_seen",
            _("Há tickets de filas que você não atende. Peça a um supervisor que faça isto."),
        )


def unseen(user: User, tickets: TicketQuerySet) -> bool:
    """Whether some of `tickets` are not for `user` to see."""
    return tickets.exclude(pk__in=tickets.visible_to(user).values("pk")).exists()


@transaction.atomic
def retry_answers(answer: BulkAnswer, *, by: Actor) -> BulkAnswer:
    """Try those again that were refused, in the name of who asks for it. Desk only."""
    desk_only(by)
    answer = BulkAnswer.objects.select_for_update(of=("self",)).get(pk=answer.pk)
    refused = answer.rows.filter(done_at=None).exclude(refusal="")
    require_sight(by.person(), Ticket.objects.filter(pk__in=refused.values("ticket")))
    if refused.update(refusal=""):
        answer.created_by = by.person()
        answer.finished_at = None
        answer.save(update_fields=["created_by", "finished_at"])
        poke(answer_in_bulk, answer.pk)
    return answer


@shared_task(name=WORK)
def answer_in_bulk(answer_id: int) -> int:
    """Answer what waits in one bulk answer, and tell who waits for its defect's correction.

    Each in its own transaction, which claims its row: any number of workers do each once, and
    what a dead one left is free again. Returns how many it took up.
    """
    end, taken = time.monotonic() + _RUN_SECONDS, 0
    answer = BulkAnswer.objects.filter(pk=answer_id).first()
    if answer is None:
        return 0
    while time.monotonic() < end:
        if not (_answer_next(answer.pk) or _tell_next(answer)):
            _finish(answer)
            break
        taken += 1
    return taken


@shared_task(name=SWEEP)
def sweep_answers() -> int:
    """Go on with each bulk answer that is not finished: no poke came, or a worker died. How many
    tickets and people were taken up; safe to run twice at once."""
    taken, broken = 0, None
    unfinished = BulkAnswer.objects.filter(finished_at=None).order_by("pk")
    for pk in unfinished.values_list("pk", flat=True):
        try:
            taken += answer_in_bulk(pk)
        except Exception as error:
            log.exception("Bulk answer %s could not go on.", pk)
            broken = error
    if broken is None:
        faults.clear(SWEEP)
    else:
        faults.note(SWEEP, _("Há respostas em lote que não andaram."), broken)
    return taken


def _answer_next(answer_id: int) -> bool:
    """Answer one ticket that waits and that nobody else is at; False if there is none.

    A refusal is kept with the row and stops no other, and so is an error.
    """
    row_id = 0
    try:
        with transaction.atomic():
            free = BulkAnswerRow.objects.select_for_update(skip_locked=True, of=("self",))
            waiting = free.filter(_WAITING, answer=answer_id).order_by("pk")
            row = waiting.select_related("answer__created_by", "ticket").first()
            if row is None:
                return False
            row_id = row.pk
            _answer(row)
    except Exception:
        log.exception("Row %s of bulk answer %s could not be answered.", row_id, answer_id)
        BulkAnswerRow.objects.filter(_WAITING, pk=row_id).update(
            refusal=_("Algo falhou, e nada foi enviado. Tente de novo.")
        )
    return True


def _answer(row: BulkAnswerRow) -> None:
    author = row.answer.created_by
    by = Actor(author, Channel.DESK, request_key=row.key)
    try:
        if not author.is_desk:
            raise Refused("left", _("Quem começou a resposta deixou o suporte. Tente de novo."))
        if unseen(author, Ticket.objects.filter(pk=row.ticket_id)):
            raise Refused(
                "not_seen",
                _("Quem começou a resposta não atende mais esta fila. Tente de novo em seu nome."),
            )
        propose_solution(row.ticket, by=by, body=row.answer.text)
    except Refused as refused:
        row.refusal = str(refused)[:300]
    else:
        row.done_at = clock.now()
    row.save(update_fields=["done_at", "refusal"])


@transaction.atomic
def _tell_next(answer: BulkAnswer) -> bool:
    """Promise the letter to one who waits for the correction; False if nobody does any more."""
    if answer.defect_id is None:
        return False
    free = DefectFollower.objects.select_for_update(skip_locked=True, of=("self",))
    follower = _untold(free, answer).select_related("person", "defect__fixed_in").first()
    if follower is None:
        return False
    person, defect = follower.person, follower.defect
    if not defects_for(person).filter(pk=defect.pk).exists():
        follower.delete()  # who has left or takes the product no more is told nothing (R1)
        return True
    assert defect.fixed_in and defect.released_at  # noqa: S101, PT018 - a constraint
    page = "desk:defect" if person.is_desk else "portal:defect"
    profile = "desk:profile" if person.is_desk else "portal:profile"
    post(
        "defect_released",
        key=f"defect_released:{defect.pk}:{person.pk}",
        to=person.email,
        name=person.name,
        topic=f"defect:{defect.pk}",
        context={
            "code": defect.code,
            "title": defect.title,
            "version": defect.fixed_in.name,
            "when": dates.day(defect.released_at.astimezone(person.zone).date()),
            # Without its last line, which the letter's first one says already.
            "text": answer.text.rpartition("\n\n")[0],
            "url": f"{settings.BASE_URL}{reverse(page, args=[defect.pk])}",
            "choices_url": f"{settings.BASE_URL}{reverse(profile)}#avisos",
        },
    )
    follower.told_at = clock.now()
    follower.save(update_fields=["told_at"])
    return True


def _untold(followers: QuerySet[DefectFollower], answer: BulkAnswer) -> QuerySet[DefectFollower]:
    waiting = followers.filter(defect=answer.defect_id, told_at=None, person__is_active=True)
    return waiting.order_by("pk")


def _finish(answer: BulkAnswer) -> None:
    """Nothing waits any more; what another worker holds, that one finishes."""
    if answer.rows.filter(_WAITING).exists():
        return
    if answer.defect_id and _untold(DefectFollower.objects.all(), answer).exists():
        return
    BulkAnswer.objects.filter(pk=answer.pk, finished_at=None).update(finished_at=clock.now())
