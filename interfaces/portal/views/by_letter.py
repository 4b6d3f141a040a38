"""The pages that the buttons of letters lead to: no sign-in, the signed link says who acts.

GET shows what the button will do; only POST does it, so that no program which follows the links
of a mail does anything. The verbs and their rules are the portal's (C1).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from accounts.models import User
from catalog.intake import Answers, Field, Kind, is_answered
from common import clock
from common.html import text_to_html
from common.links import BadLink
from common.pace import is_too_fast
from interfaces.portal.answer import goes_on_in
from interfaces.portal.scope import shown_to
from interfaces.web.intake_form import IntakeForm, told
from interfaces.web.requests import actor
from notifications import acts
from notifications.acts import Act, Offer
from notifications.views import by_signed_link
from tickets import actions, queries
from tickets.actions.messages import LONGEST_BODY
from tickets.actors import Actor
from tickets.asked import Asked, asked_of, with_asked
from tickets.correspondence import cut
from tickets.deadlines import zone_of
from tickets.errors import Refused
from tickets.events import done_before
from tickets.intake import answers_in_words
from tickets.lifecycle import EndReason
from tickets.models import Channel, FieldRequest, Message, Ticket, TicketEvent, Verb
from tickets.next_step import next_step

# Nobody has so much to say in an hour; real seconds.
_MOST_POSTS = 20
_IN_SECONDS = 3600
_LONGEST_SHOWN = 20_000


class WordsForm(forms.Form):
    """What the customer wants to say; and answers, where support asked by fields (E2)."""

    body = forms.CharField(
        max_length=LONGEST_BODY,
        widget=forms.Textarea(attrs={"rows": 8, "class": "input--tall"}),
        error_messages={
            "required": gettext_lazy("Escreva a mensagem antes de enviar."),
            "max_length": gettext_lazy("O texto é longo demais. Encurte-o, ou responda ao e-mail."),
        },
    )

    def __init__(
        self,
        offer: Offer,
        data: QueryDict | None = None,
        *,
        asked: Asked | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.asked = asked if offer.act is Act.ANSWER and asked and asked.is_open else None
        self.intake = IntakeForm(data, asked=_in_words(self.asked.fields)) if self.asked else None
        body = self.fields["body"]
        body.label = WORDS[offer.act].label
        body.required = self.intake is None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.intake is None:
            return cleaned
        if not self.intake.is_valid():
            raise forms.ValidationError(_("Confira as respostas marcadas abaixo e envie de novo."))
        if not cleaned.get("body", "").strip() and not self.answers:
            self.add_error("body", self.fields["body"].error_messages["required"])
        return cleaned

    @property
    def answers(self) -> Answers:
        """What was answered of the questions."""
        given = self.intake.answers if self.intake else {}
        return {key: value for key, value in given.items() if is_answered(value)}


def _in_words(fields: Sequence[Field]) -> list[Field]:
    """The questions that a page without a person signed in asks: it takes no file."""
    return [each for each in fields if each.kind != Kind.FILE]


@dataclass(frozen=True)
class Words:
    """What the page of an act asks, says of what its button does, and writes on it."""

    question: StrOrPromise
    effect: StrOrPromise
    button: StrOrPromise
    done: StrOrPromise
    label: StrOrPromise = ""


WORDS = {
    Act.CONFIRM: Words(
        gettext_lazy("A solução resolveu?"),
        gettext_lazy(
            "O ticket será encerrado agora e não receberá mais respostas. Se o problema voltar, "
            "responda a qualquer e-mail dele: um acompanhamento é aberto, com todo o histórico."
        ),
        gettext_lazy("Confirmar e encerrar"),
        gettext_lazy("Solução confirmada. O ticket %(number)d foi encerrado."),
    ),
    Act.UNSOLVED: Words(
        gettext_lazy("O que ainda não funciona?"),
        gettext_lazy("O ticket volta para o suporte e o prazo deixa de valer."),
        gettext_lazy("Enviar ao suporte"),
        gettext_lazy("Mensagem enviada. O ticket %(number)d voltou para o suporte."),
        gettext_lazy("O que aconteceu ao testar"),
    ),
    Act.ANSWER: Words(
        gettext_lazy("Responder ao suporte"),
        gettext_lazy("Sua resposta devolve o ticket ao suporte e retira o prazo."),
        gettext_lazy("Enviar resposta"),
        gettext_lazy("Resposta enviada. O ticket %(number)d voltou para o suporte."),
        gettext_lazy("Sua resposta"),
    ),
    Act.FOLLOW_UP: Words(
        gettext_lazy("Continuar em Acompanhamento"),
        gettext_lazy("Abre um novo ticket, com novo número e todo este histórico, para o suporte."),
        gettext_lazy("Criar acompanhamento"),
        gettext_lazy("Mensagem enviada. A conversa continua no ticket %(number)d."),
        gettext_lazy("O que aconteceu"),
    ),
}
_PUT_TO_CUSTOMER = (Message.Kind.REQUEST, Message.Kind.SOLUTION, Message.Kind.SCOPE)


@by_signed_link
def by_letter(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a letter offered, do it, and say what came of it.

    What was offered holds for its person, while he or she sees the ticket (R1), and until its
    count is over; then the page says how the ticket stands and how to go on.
    """
    try:
        offer = acts.read(token)
    except BadLink:
        return _unknown(request)
    person = User.objects.filter(pk=offer.person_id, is_active=True, desk_role="").first()
    seen = with_asked(shown_to(person)) if person else Ticket.objects.none()
    ticket = seen.filter(number=offer.number).first()
    if person is None or ticket is None:
        return _unknown(request)
    if request.method == "POST":
        return _posted(request, offer, ticket, person)
    landed = _landed(offer, ticket, person) if "feito" in request.GET else None
    if landed is not None:
        return _done(request, offer, landed, person)
    if not acts.holds(offer, ticket, person):
        return _over(request, ticket, person)
    form = WordsForm(offer, asked=asked_of(ticket))
    return _page(request, offer, ticket, person, form)


# --- Acting ---------------------------------------------------------------------------------------


def _posted(request: HttpRequest, offer: Offer, ticket: Ticket, person: User) -> HttpResponse:
    data, asked = _sent(request, ticket), asked_of(ticket)
    form = WordsForm(offer, data, asked=asked)
    if offer.act is not Act.CONFIRM and not form.is_valid():
        return _page(request, offer, ticket, person, form, status=422)
    by = actor(request, Channel.EMAIL, user=person)
    try:
        _require_calm(offer)
        event = _do(offer, ticket, by, form)
    except Refused as refused:
        ticket = shown_to(person).get(pk=ticket.pk)
        if not acts.holds(offer, ticket, person):
            return _over(request, ticket, person, typed=_typed(data, asked))
        form.add_error(None, str(refused))
        return _page(request, offer, ticket, person, form, status=409)
    messages.success(request, str(WORDS[offer.act].done) % {"number": event.ticket.number})
    return redirect(f"{request.path}?feito")


def _sent(request: HttpRequest, ticket: Ticket) -> QueryDict:
    """The form as sent; answers to questions that are asked no more are part of its text."""
    data, asked = request.POST.copy(), asked_of(ticket)
    if asked is not None and not asked.is_open:
        data["body"] = _typed(data, asked)
    return data


def _typed(data: QueryDict, asked: Asked | None) -> str:
    body = data.get("body", "")
    if asked is None:
        return body
    return answers_in_words(asked.fields, told(data, asked.fields), body)


def _require_calm(offer: Offer) -> None:
    if is_too_fast(f"by_letter:{offer.person_id}", _MOST_POSTS, _IN_SECONDS):
        raise Refused("too_often", _("São envios demais em pouco tempo. Espere uma hora."))


def _answer(ticket: Ticket, by: Actor, form: WordsForm) -> TicketEvent:
    body = form.data.get("body", "")
    if form.asked is None or not form.answers:
        return actions.reply(ticket, by=by, body=body)
    asked = FieldRequest.objects.get(message__ticket=ticket, pk=form.asked.pk)
    return actions.answer_fields(ticket, asked, by=by, answers=form.answers, body=body)


_VERBS: dict[Act, Callable[[Ticket, Actor, WordsForm], TicketEvent]] = {
    Act.CONFIRM: lambda ticket, by, form: actions.confirm_solution(ticket, by=by),
    Act.UNSOLVED: _answer,
    Act.ANSWER: _answer,
    Act.FOLLOW_UP: lambda ticket, by, form: actions.follow_up(
        ticket, by=by, body=form.data.get("body", "")
    ),
}


@transaction.atomic
def _do(offer: Offer, ticket: Ticket, by: Actor, form: WordsForm) -> TicketEvent:
    """Do it once (L12), in the very count in which it was offered: what support has proposed since
    then, nobody has seen. An answer to a ticket that just ended is left to the rules (L11)."""
    Ticket.objects.select_for_update().get(pk=ticket.pk)
    if done := done_before(by):
        return done
    ticket = Ticket.objects.with_people().get(pk=ticket.pk)
    may_be_in_time = ticket.is_ended and offer.act in (Act.UNSOLVED, Act.ANSWER)
    if not may_be_in_time and not acts.holds(offer, ticket, by.person()):
        raise Refused("over", _("O ticket mudou desde este e-mail."))
    return _VERBS[offer.act](ticket, by, form)


# --- Showing --------------------------------------------------------------------------------------


def _page(
    request: HttpRequest,
    offer: Offer,
    ticket: Ticket,
    person: User,
    form: WordsForm,
    status: int = 200,
) -> HttpResponse:
    onward = goes_on_in(ticket)
    context = {
        **_told(ticket, person),
        "words": WORDS[offer.act],
        "asks_words": offer.act is not Act.CONFIRM,
        "onward": onward.number if onward else None,
        "form": form,
        "asked": _asked(ticket) if not ticket.is_ended else None,
        "other_url": _other_side(offer),
    }
    return render(request, "portal/by_letter/act.html", context, status=status)


def _over(request: HttpRequest, ticket: Ticket, person: User, typed: str = "") -> HttpResponse:
    """What the letter offered is over: how the ticket stands, and the way on. What was typed goes
    on in a follow-up where there can be one (L7), else it can be copied."""
    offer = Offer(Act.FOLLOW_UP, ticket.number, person.pk, acts.count_of(ticket))
    goes_on = ticket.is_ended and ticket.end_reason != EndReason.MERGED
    context = {
        **_told(ticket, person),
        "is_confirmed": ticket.end_reason == EndReason.CONFIRMED,
        "typed": typed,
        "follow_up_url": acts.path(offer) if goes_on else "",
        "form": WordsForm(offer, initial={"body": typed}),
        "words": WORDS[Act.FOLLOW_UP],
    }
    status = 409 if request.method == "POST" else 410
    return render(request, "portal/by_letter/over.html", context, status=status)


def _done(request: HttpRequest, offer: Offer, landed: Ticket, person: User) -> HttpResponse:
    said = str(WORDS[offer.act].done) % {"number": landed.number}
    context = {**_told(landed, person), "said": said}
    return render(request, "portal/by_letter/done.html", context)


def _unknown(request: HttpRequest) -> HttpResponse:
    return render(request, "notifications/unknown.html", status=404)


def _told(ticket: Ticket, person: User) -> dict[str, Any]:
    step = next_step(ticket, reader=person, now=clock.now())
    return {"ticket": ticket, "person": person, "step": step, "tz": zone_of(ticket)}


def _asked(ticket: Ticket) -> dict[str, Any] | None:
    """What support asked or proposed last, in words alone: its files are in the portal."""
    last = ticket.messages.filter(kind__in=_PUT_TO_CUSTOMER).select_related("author").last()
    if last is None:
        return None
    text = text_to_html(cut(last.body_text, _LONGEST_SHOWN))
    return {"author": last.author, "text": text, "is_solution": last.kind == Message.Kind.SOLUTION}


def _other_side(offer: Offer) -> str:
    """From "it works" to "it does not", for who pressed the wrong button."""
    if offer.act is not Act.CONFIRM:
        return ""
    return acts.path(Offer(Act.UNSOLVED, offer.number, offer.person_id, offer.count))


def _landed(offer: Offer, ticket: Ticket, person: User) -> Ticket | None:
    """The ticket in which this person did by mail what was offered; None if it was not done."""
    verbs = (
        [Verb.CONFIRM_SOLUTION]
        if offer.act is Act.CONFIRM
        else [Verb.CUSTOMER_REPLY, Verb.REPLY, Verb.OPEN]
    )
    chain = queries.onward(ticket) if offer.act is Act.FOLLOW_UP else [ticket]
    done = TicketEvent.objects.filter(
        ticket__in=chain,
        pk__gt=offer.count,
        actor=person,
        channel=Channel.EMAIL,
        verb__in=verbs,
    )
    event = done.order_by("-pk").first()
    return shown_to(person).filter(pk=event.ticket_id).first() if event else None
