"""The mail behind a message, for those who read the message; and a stranger's confirmation."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import desk_required, person, signed_in
from common import links
from common.html import text_to_html
from interfaces.inbox import route, strangers
from interfaces.inbox.content import Content
from interfaces.inbox.desk_views import eml
from interfaces.inbox.models import InboundMail, State
from interfaces.inbox.publish import title
from interfaces.web.scope import asks_for, varies
from tickets.errors import Refused
from tickets.models import Message, Ticket
from tickets.queries import page_of


@require_safe
@varies
@signed_in
def full(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole text of a message that came by mail, also what it quotes (R1, L13).

    What support wrote by mail may quote what only support was told, so it is for the desk alone.
    """
    reader = person(request)
    message, ticket = _found(request, pk)
    if not (reader.is_desk or message.by_customer):
        raise Http404
    mail = _mail_of(message)
    content = Content(bytes(mail.raw))
    page = "desk:ticket" if reader.is_desk else "portal:ticket"
    context = {
        "message": message,
        "ticket": ticket,
        "mail": mail,
        # A quoted letter's links act in its reader's name.
        "text": text_to_html(links.masked(content.parsed.text)),
        "sender": content.parsed.header("from") or mail.from_address,
        "to": content.parsed.header("to") or "",
        "copied": content.parsed.header("cc") or "",
        "back": f"{reverse(page, args=[ticket.number])}#mensagem-{message.pk}",
    }
    if asks_for(request):
        return render(request, "inbox/_full.html", {**context, "dialog": True})
    template = "inbox/full_desk.html" if reader.is_desk else "inbox/full_portal.html"
    return render(request, template, context)


@require_safe
@desk_required
def original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The mail of a message, as a file that no browser shows; for the desk. See `eml`."""
    return eml(_mail_of(_found(request, pk)[0]), person(request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """What a stranger's link would do; a POST does it, and comes back to tell it."""
    try:
        mail = strangers.asked(token)
        if request.method == "POST":
            strangers.confirm(token)
            return _unseen(redirect(request.path))
    except Refused as refused:
        page = render(request, "inbox/confirm_not.html", {"why": str(refused)}, status=404)
        return _unseen(page)
    return _unseen(render(request, "inbox/confirm.html", _asked(mail)))


def _asked(mail: InboundMail) -> dict[str, object]:
    """What the page of a confirmation tells: what it does, or what came of it."""
    content = Content(bytes(mail.raw))
    is_waiting = mail.state == State.QUARANTINED
    return {
        "mail": mail,
        "title": title(content),
        "is_asking": is_waiting and route.sender(content.parsed) is None,
        "is_waiting": is_waiting,
    }


def _unseen(response: HttpResponse) -> HttpResponse:
    """The link is a key: no other site and no search engine learns of it."""
    # Under `no-referrer` a browser posts with the origin "null", which the CSRF check refuses.
    response["Referrer-Policy"] = "same-origin"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _found(request: HttpRequest, pk: int) -> tuple[Message, Ticket]:
    """The message of the address, and the ticket whose page shows it to the reader; 404 if there
    is none."""
    messages = Message.objects.select_related("author", "ticket__merged_into")
    message = get_object_or_404(messages.visible_to(person(request)), pk=pk)
    ticket = page_of(message, person(request))
    if ticket is None:
        raise Http404
    return message, ticket


def _mail_of(message: Message) -> InboundMail:
    return get_object_or_404(InboundMail, published=message)
