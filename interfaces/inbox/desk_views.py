"""The desk's page of mails that wait for a person: accept, reject, take back, try again (R1)."""

from collections.abc import Callable
from io import BytesIO

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.guards import desk_required, person
from accounts.models import User
from common.files import response
from common.later import poke
from interfaces.inbox import masking, mime, place, quarantine, tasks
from interfaces.inbox.models import InboundMail
from interfaces.inbox.quarantine import Shown
from interfaces.web.scope import asks_for, varies
from tickets.errors import Refused

# The id that htmx names as its target, as on the desk's other pages.
CASE = "ticket"


@require_safe
@desk_required
def quarantine_list(request: HttpRequest) -> HttpResponse:
    """What waits for the reader, longest first; or what people have rejected."""
    context = {"list": quarantine.mail_list(request), "done": quarantine.done(request)}
    return render(request, "inbox/quarantine.html", context)


@require_safe
@varies
@desk_required
def quarantined(request: HttpRequest, pk: int) -> HttpResponse:
    """One mail: the page with its list, or its pane alone."""
    return _page(request, quarantine.shown(request, _mail(request, pk)))


@require_POST
@desk_required
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the mail where the form says, and go on to the next."""
    mail = _mail(request, pk)
    shown = quarantine.shown(request, mail, data=request.POST)
    if not shown.form.is_valid():
        return _page(request, shown, status=422)
    chosen = shown.form.choice()
    try:
        place.accept(
            pk,
            by=person(request),
            ticket=chosen.ticket,
            organization=chosen.organization,
            product=chosen.product,
            as_new=chosen.as_new,
        )
    except Refused as refused:
        shown = quarantine.shown(request, mail, data=request.POST, refused=str(refused))
        return _page(request, shown, status=409)
    return _onward(request, mail)


@require_POST
@desk_required
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    """Spam, a mistake, nothing for us: the mail goes without effect, and nobody is told."""
    return _settled(request, pk, place.reject, _onward)


@require_POST
@desk_required
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rejection back, and show the mail as it was."""
    return _settled(request, pk, place.restore, lambda _, mail: redirect(_url(mail)))


@require_POST
@desk_required
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Have a mail that failed tried again, at once."""
    mail = _mail(request, pk)
    if not place.try_again([mail.pk], by=person(request)):
        shown = quarantine.shown(request, mail, refused=_("Este e-mail já foi tratado."))
        return _page(request, shown, status=409)
    poke(tasks.place)
    return _onward(request, mail)


@require_safe
@desk_required
def original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The mail as a file that no browser shows; see `eml`."""
    return eml(_mail(request, pk), person(request))


@require_safe
@desk_required
def file(request: HttpRequest, pk: int, index: int) -> HttpResponseBase:
    """A file of the mail, only ever downloaded; what no ticket would take is not given out."""
    attached = mime.parse(bytes(_mail(request, pk).raw)).attachments
    if index >= len(attached):
        raise Http404
    found = masking.masked(attached[index])
    if quarantine.refusal(found.name, found.content):
        raise Http404
    return response(BytesIO(found.content), found.name, "application/octet-stream", inline=False)


def eml(mail: InboundMail, reader: User) -> HttpResponseBase:
    """`mail` byte for byte; but an analyst gets no link of a letter that it quotes, which acts in
    the name of the letter's reader (L8)."""
    raw = bytes(mail.raw)
    content = raw if reader.is_supervisor else masking.mail(raw)
    return response(BytesIO(content), f"email-{mail.pk}.eml", "message/rfc822", inline=False)


def _mail(request: HttpRequest, pk: int) -> InboundMail:
    """The mail of the address, which is the reader's to decide on; 404 otherwise (R1)."""
    mails = quarantine.found_for(person(request))
    named = mails.select_related("about__organization", "mailbox__queue", "mailbox__product")
    return get_object_or_404(named.select_related("settled_by"), pk=pk)


def _settled(
    request: HttpRequest,
    pk: int,
    settle: Callable[..., InboundMail],
    then: Callable[[HttpRequest, InboundMail], HttpResponse],
) -> HttpResponse:
    mail = _mail(request, pk)
    try:
        settle(pk, by=person(request))
    except Refused as refused:
        shown = quarantine.shown(request, mail, refused=str(refused))
        return _page(request, shown, status=409)
    return then(request, mail)


def _onward(request: HttpRequest, mail: InboundMail) -> HttpResponse:
    """To the next mail that waits, where what was done is told; to the list after the last."""
    following = quarantine.following(person(request), mail)
    page = _url(following) if following else reverse("mail:quarantine")
    return redirect(f"{page}?settled={mail.pk}")


def _url(mail: InboundMail) -> str:
    return reverse("mail:quarantined", args=[mail.pk])


def _page(request: HttpRequest, shown: Shown, status: int = 200) -> HttpResponse:
    context: dict[str, object] = {"shown": shown, "done": quarantine.done(request)}
    if asks_for(request, CASE):
        return render(request, "inbox/_mail_alone.html", context, status=status)
    context["list"] = quarantine.mail_list(request, shown.mail.pk)
    return render(request, "inbox/quarantined.html", context, status=status)
