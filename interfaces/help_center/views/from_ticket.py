"""An article begun from a ticket: its title and its solution, and nothing else of it (K5)."""

import re

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.guards import desk_required, person
from accounts.models import User
from common.errors import Refused
from common.html import text_to_html
from interfaces.web.scope import on_ticket
from knowledge import actions
from knowledge.models import Category
from tickets.models import Message, Ticket
from tickets.models.scopes import TicketQuerySet

# What one says to a person, and to nobody else.
_GREETING = re.compile(
    r"(?:ol[áa]|oi|prezad[oa]s?|car[oa]s?|bom dia|boa tarde|boa noite)\b[^.!?\n]{0,80}[,.!:]?",
    re.IGNORECASE,
)
# Addresses of mail, CPF and CNPJ, telephones.
_PERSONAL = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\b\d{3}\.\d{3}\.\d{3}-\d{2}\b|"
    r"\b[\dA-Z]{2}\.[\dA-Z]{3}\.[\dA-Z]{3}/[\dA-Z]{4}-\d{2}\b|\(\d{2}\) ?9?\d{4}-\d{4}"
)
_LEAST_NAME = 3
_LEFT_OUT = "[…]"


def _shown(user: User) -> TicketQuerySet:
    seen: TicketQuerySet = Ticket.objects.visible_to(user)
    return seen.select_related("requester", "organization", "product")


@on_ticket("POST", admits=desk_required, found_in=_shown)
def begin(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """A draft that goes on in the editor."""
    shelf = _shelf(ticket)
    if shelf is None:
        raise Refused(
            "no_category",
            _("Ainda não há categorias. Peça a quem administra que crie a primeira."),
        )
    begun = actions.create(
        by=person(request),
        title=_without_names(ticket.title, ticket),
        body_html=text_to_html(_solution(ticket)),
        placing=actions.Placing(category=shelf, products=[ticket.product]),
        source_ticket=ticket.number,
    )
    told = _(
        "Rascunho começado com o título e a solução do ticket. Confira se não sobrou nada dele."
    )
    messages.success(request, told)
    return redirect("help_center:edit", begun.pk)


def _solution(ticket: Ticket) -> str:
    """What solved it, without the greeting; empty where nothing was proposed yet."""
    solutions = ticket.messages.filter(kind=Message.Kind.SOLUTION, is_internal=False)
    last = solutions.order_by("-received_at", "-pk").first()
    if last is None:
        return ""
    text = _without_names(last.body_text, ticket).lstrip()
    greeting = _GREETING.match(text)
    return text[greeting.end() :].lstrip() if greeting else text


def _without_names(text: str, ticket: Ticket) -> str:
    """`text` without what names the customer: whoever writes reads over it, and this helps."""
    whole = [ticket.requester.name, ticket.organization.name]
    # "Olá, Ana": a part of a name, but not a word that only looks like one.
    parts = [part for part in ticket.requester.name.split() if len(part) >= _LEAST_NAME]
    text = _PERSONAL.sub(_LEFT_OUT, text)
    for name in whole:
        text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", _LEFT_OUT, text, flags=re.IGNORECASE)
    for part in parts:
        text = re.sub(rf"(?<!\w){re.escape(part)}(?!\w)", _LEFT_OUT, text)
    return text


def _shelf(ticket: Ticket) -> Category | None:
    """Where most of the product's articles stand; else the first shelf."""
    about = Count("articles", filter=Q(articles__products=ticket.product_id))
    return Category.objects.annotate(about=about).order_by("-about", "position", "name").first()
