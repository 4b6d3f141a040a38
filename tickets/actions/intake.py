"""What an analyst needs, kept beside the ticket (E2): at opening, and when asked for later."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from catalog import intake
from catalog.intake import Answers, Field
from catalog.models import Product, Routine, Version
from tickets.actions.conversation import answer
from tickets.actions.locking import hold
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.events import done_before
from tickets.intake import Told, answers_in_words, files_in
from tickets.models import FieldRequest, Intake, Message, Ticket, TicketEvent


def check(product: Product, routine: Routine | None, told: Told | None) -> None:
    """Refuse a routine or a version of another product, and a gap that leaves no way to begin."""
    if routine is not None and (routine.product_id != product.pk or not routine.is_active):
        raise Refused("no_routine", _("Esta rotina não é deste produto. Escolha outra."))
    if told is None:
        return
    versions = Version.objects.filter(product=product)
    if told.version and versions and told.version not in {each.name for each in versions}:
        raise Refused("no_version", _("Esta versão não é deste produto. Escolha outra."))
    gaps = intake.missing(told.checklists.fields, told.answers)
    if names := [each.label for each in gaps if each.is_required]:
        raise Refused("unanswered", _("Falta responder: %(names)s") % {"names": ", ".join(names)})


def keep(
    ticket: Ticket, told: Told, *, body: str, routine: Routine | None, files: Sequence[UUID]
) -> Intake:
    """The row of a ticket just opened; what happened is its first message."""
    sheet = told.sheet(body=body, routine=routine, has_files=bool(files))
    return Intake.objects.create(
        ticket=ticket,
        version=told.version,
        expected=told.expected,
        steps=told.steps,
        base=told.base,
        server=told.server,
        hosting=told.hosting,
        product_checklist=told.checklists.product,
        routine_checklist=told.checklists.routine,
        answers=told.kept,
        completeness=sheet.completeness,
    )


@transaction.atomic
def answer_fields(
    ticket: Ticket,
    request: FieldRequest,
    *,
    by: Actor,
    answers: Answers,
    body: str = "",
    files: Sequence[UUID] = (),
) -> TicketEvent:
    """Answer the fields that a request for information names: a customer's reply (L5), whose text
    repeats questions and answers, and the ticket's answers brought up to date. What is not
    answered stays as it was.

    Refused where `reply` refuses, when the request was answered meanwhile, and when neither
    answers nor a text came.
    """
    ticket = hold(ticket)
    if done := done_before(by):
        return done
    request = FieldRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if request.answered_by_id is not None:
        raise Refused("answered_before", _("Estas perguntas já foram respondidas."))
    fields = [Field.from_json(row) for row in request.fields]
    given = {
        each.key: answers[each.key]
        for each in intake.shown(fields, answers)
        if intake.is_answered(answers.get(each.key))
    }
    event = answer(
        ticket,
        by=by,
        body=answers_in_words(fields, given, body),
        files=list(dict.fromkeys([*files, *files_in(fields, given)])),
        data={"answered": len(given)} if given else None,
    )
    assert event.message is not None  # noqa: S101 - a reply is one
    _note(ticket, request, event.message, given)
    return event


def _note(ticket: Ticket, request: FieldRequest, message: Message, given: Answers) -> None:
    kept, _is_new = Intake.objects.get_or_create(ticket=ticket)
    kept.answers = {**kept.answers, **given}
    kept.save(update_fields=["answers"])
    request.answered_by = message
    request.save(update_fields=["answered_by"])
