"""The box under a conversation: what a customer may write there, and what sending it does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.guards import person
from accounts.models import User
from interfaces.web import drafts
from interfaces.web.intake_form import IntakeForm, told, upload_keys
from interfaces.web.requests import sent_files, unsent
from tickets import rules
from tickets.asked import asked_of
from tickets.errors import Refused
from tickets.intake import answers_in_words
from tickets.lifecycle import OPEN, VALIDATION
from tickets.models import Draft, Ticket, Verb

REPLY, FOLLOW_UP, NOTHING = "reply", "follow-up", ""


@dataclass(frozen=True)
class Answer:
    """`kind` is `REPLY`, `FOLLOW_UP`, or `NOTHING` where the ticket takes no word at all.

    `text` and `files` are what was typed and not sent; `refusal` why it was not. `intake` are the
    questions of request `asked` that are answered here (E2).
    """

    kind: str
    title: str = ""
    help: str = ""
    submit: str = ""
    action: str = ""
    draft_url: str = ""
    primary: bool = False
    text: str = ""
    files: Sequence[dict[str, Any]] = ()
    refusal: str = ""
    saved: bool = False
    asked: int | None = None
    intake: IntakeForm | None = None

    @property
    def shown_as(self) -> str:
        """Which box this is, for a page that is open while the ticket changes."""
        return f"{self.kind}:{self.asked}" if self.asked else self.kind

    @property
    def target(self) -> str:
        """Where htmx puts what comes back; a follow-up leads to another page."""
        return "#resposta" if self.kind == REPLY else ""


def fresh(ticket: Ticket, reader: User) -> Answer:
    """The box as `ticket` stands, with the draft of `reader`, if there is one.

    A ticket that already goes on in another has no box, unless something is typed already.
    """
    answer = _box(ticket, reader)
    if answer.kind == NOTHING:
        return answer
    draft = _draft(ticket, reader, answer.kind)
    if not draft and ticket.is_ended and goes_on_in(ticket) is not None:
        return Answer(NOTHING)
    filled = _filled(answer, ticket, reader, draft, files=draft.get("files", ()))
    return replace(filled, saved=bool(draft))


def refused(
    request: HttpRequest, ticket: Ticket, why: Refused, data: QueryDict | None = None
) -> Answer:
    """The box after a refusal, for `ticket` as it stands now: what was typed is kept (L7).

    `data`: the form, if it is not as it was sent; its answers are judged where they are asked for.
    """
    reader, typed = person(request), request.POST if data is None else data
    box = _box(ticket, reader)
    filled = _filled(box, ticket, reader, typed, files=sent_files(request), data=data)
    return replace(filled, refusal=str(why))


def _filled(
    answer: Answer,
    ticket: Ticket,
    reader: User,
    typed: Mapping[str, Any],
    *,
    files: Sequence[object],
    data: QueryDict | None = None,
) -> Answer:
    """`answer` with what was `typed`. Answers to questions that are asked no more become its text,
    so that they can be sent all the same."""
    loose, theirs = [str(key) for key in files], upload_keys(typed)
    uploads = unsent(reader, {*loose, *theirs})
    asked, text = asked_of(ticket), typed.get("body", "")
    if asked is None or not asked.is_open or answer.kind != REPLY:
        if asked is not None:
            text = answers_in_words(asked.fields, told(typed, asked.fields), text)
        return replace(answer, text=text, files=uploads)
    form = IntakeForm(data, asked=asked.fields, typed=typed, uploads=uploads)
    own = [each for each in uploads if each["id"] in loose]
    return replace(answer, text=text, files=own, asked=asked.pk, intake=form)


def place(ticket: Ticket, kind: str) -> str:
    """Where the draft of such an answer is kept."""
    return f"ticket:{ticket.number}:{kind}"


def clear_drafts(ticket: Ticket, writer: User, *kinds: str) -> None:
    """Forget what was typed to `ticket`: it was sent."""
    for kind in kinds:
        drafts.clear(writer, place(ticket, kind))


def _draft(ticket: Ticket, reader: User, kind: str) -> dict[str, Any]:
    """A reply that was being written when the ticket ended goes on as a follow-up (L7)."""
    places = [place(ticket, each) for each in (kind, REPLY)]
    found = Draft.objects.filter(user=reader, place__in=places)
    fields = {draft.place: draft.fields for draft in found}
    return next((fields[each] for each in places if each in fields), {})


def _box(ticket: Ticket, reader: User) -> Answer:
    answer = _offered(ticket, reader)
    if answer.kind == NOTHING:
        return answer
    return replace(
        answer,
        action=reverse(_VIEWS[answer.kind], args=[ticket.number]),
        draft_url=reverse("web:draft", args=[place(ticket, answer.kind)]),
    )


_VIEWS = {REPLY: "portal:reply", FOLLOW_UP: "portal:follow_up"}


def _offered(ticket: Ticket, reader: User) -> Answer:
    if not ticket.is_ended:
        return _reply(ticket, reader)
    if (onward := goes_on_in(ticket)) is not None:
        number = {"number": onward.number}
        return Answer(
            FOLLOW_UP,
            title=_("Continuar no ticket %(number)d") % number,
            help=_("Este ticket já continua no %(number)d: sua mensagem entra nele.") % number,
            submit=_("Enviar ao ticket %(number)d") % number,
        )
    if rules.refusal(Verb.FOLLOW_UP, reader, ticket) is not None:
        return Answer(NOTHING)
    return Answer(
        FOLLOW_UP,
        title=_("Continuar em Acompanhamento"),
        help=_("Abre um novo ticket, com novo número e todo este histórico, para o suporte."),
        submit=_("Criar acompanhamento"),
    )


def _reply(ticket: Ticket, reader: User) -> Answer:
    submit = _("Enviar resposta")
    if ticket.status == OPEN:
        return Answer(
            REPLY,
            title=_("Escrever ao suporte"),
            help=_("Acrescente o que souber de novo; o ticket continua com o suporte."),
            submit=_("Enviar mensagem"),
            primary=True,
        )
    if ticket.status == VALIDATION:
        return Answer(
            REPLY,
            title=_("Ainda não resolveu?"),
            help=_not_before_validating(ticket, reader),
            submit=submit,
        )
    return Answer(
        REPLY,
        title=_("Responder"),
        help=_("Sua resposta devolve o ticket ao suporte e retira o prazo."),
        submit=submit,
        primary=True,
    )


def _not_before_validating(ticket: Ticket, reader: User) -> str:
    """L14, and who confirms where the reader may not."""
    only_if = _(
        "Responda só depois de validar a solução, e se ela não resolveu: "
        "sua resposta devolve o ticket ao suporte e retira o prazo."
    )
    if rules.speaks_for(reader, ticket):
        return f"{only_if} {_('Se resolveu, confirme a solução.')}"
    confirms = _("Se resolveu, quem confirma é %(name)s ou a administração da sua empresa.")
    return f"{only_if} {confirms % {'name': ticket.requester.first_name}}"


def goes_on_in(ticket: Ticket) -> Ticket | None:
    """L7: the ticket that this one goes on in, its merge target or its successor."""
    return ticket.merged_into or getattr(ticket, "successor", None)
