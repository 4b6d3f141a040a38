"""`/caixa/`, the demo's mailbox page: letters as they were sent, and a box that answers them."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from common.files import response
from common.html import text_to_html
from interfaces.inbox import caixa
from interfaces.inbox.caixa import Letter
from interfaces.inbox.envelope import Nobody, owner
from interfaces.inbox.forms import AnswerForm
from interfaces.inbox.mime import Attached
from interfaces.inbox.models import InboundMail, Mailbox
from interfaces.inbox.reception import receive

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

# A letter brings its own styles and must run nothing; its links open beside the page.
_LETTER_CSP = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    "style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"
)
_WAYS = {"html": _("Mensagem"), "texto": _("Texto"), "cabecalhos": _("Cabeçalhos")}


def demo_only(view: View[P]) -> View[P]:
    """Outside the demo there is no such page."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


@require_GET
@demo_only
def mailbox(request: HttpRequest) -> HttpResponse:
    """All letters, newest first."""
    page = _page(request.GET.get("pagina", ""))
    letters, count = caixa.newest_first(page)
    last = -(-count // caixa.PAGE)
    context = {
        "letters": letters,
        "count": count,
        "first": (page - 1) * caixa.PAGE + 1,
        "previous": f"?pagina={page - 1}" if page > 1 else "",
        "next": f"?pagina={page + 1}" if page < last else "",
    }
    return render(request, "inbox/mailbox.html", context)


@require_GET
@demo_only
def letter(request: HttpRequest, key: str) -> HttpResponse:
    """One letter, in one of three ways of looking at it, and the box to answer it."""
    return _letter_page(request, _letter(key), AnswerForm())


@require_GET
@demo_only
def html(request: HttpRequest, key: str) -> HttpResponse:
    """The letter's HTML alone, for the frame of its page: styles and no script (its own CSP)."""
    found = _letter(key).parsed.html
    # As mail programs do: a link must not replace the letter by the page it leads to.
    shown = HttpResponse(found.replace("<head>", '<head><base target="_blank">', 1))
    shown["Content-Security-Policy"] = _LETTER_CSP
    shown["X-Frame-Options"] = "SAMEORIGIN"
    return shown


@require_GET
@demo_only
def file(request: HttpRequest, key: str, index: int) -> FileResponse:
    """A file of the letter, only ever downloaded."""
    attachments = _letter(key).parsed.attachments
    if index >= len(attachments):
        raise Http404
    found = attachments[index]
    return _download(found.content, found.name)


@require_GET
@demo_only
def original(request: HttpRequest, key: str) -> FileResponse:
    """The letter, byte for byte."""
    return _download(_letter(key).raw, "carta.eml")


@require_POST
@demo_only
def answers(request: HttpRequest, key: str) -> HttpResponse:
    """Write a real message in the recipient's name, and bring it in by the door of all mail."""
    found = _letter(key)
    form = AnswerForm(request.POST, request.FILES)
    if not form.is_valid():
        return _letter_page(request, found, form, status=422)
    request_key: UUID = form.cleaned_data["request_key"]
    files = [_attached(each) for each in form.cleaned_data["uploads"]]
    mail = caixa.answer(found, form.cleaned_data["body"], files, request_key=request_key)
    receive(mail, mailbox=_mailbox_of(found.reply_to))
    url = reverse("inbox:letter", args=[key])
    return redirect(f"{url}?resposta={request_key}#resposta")


def _letter_page(
    request: HttpRequest, letter: Letter, form: AnswerForm, status: int = 200
) -> HttpResponse:
    ways = _WAYS if letter.parsed.html else {k: v for k, v in _WAYS.items() if k != "html"}
    way = request.GET.get("ver", "")
    way = way if way in ways else next(iter(ways))
    context = {
        "letter": letter,
        "way": way,
        "ways": [
            {"label": label, "url": f"?ver={name}", "current": name == way}
            for name, label in ways.items()
        ],
        "text": text_to_html(letter.parsed.text),
        "form": form,
        "answer": _answered(request.GET.get("resposta", "")),
    }
    return render(request, "inbox/letter.html", context, status=status)


def _letter(key: str) -> Letter:
    found = caixa.letter(key)
    if found is None:
        raise Http404
    return found


def _answered(request_key: str) -> InboundMail | None:
    """What became of the answer that was just sent."""
    try:
        message_id = caixa.message_id(UUID(request_key))
    except ValueError:
        return None
    mails = InboundMail.objects.defer("raw").select_related("ticket")
    return mails.filter(message_id=message_id).first()


def _mailbox_of(address: str) -> Mailbox | None:
    """As a mail server would choose it."""
    try:
        return owner(address)
    except Nobody:
        return None


def _attached(upload: "UploadedFile[bytes]") -> Attached:
    return Attached(upload.name or "", upload.content_type or "", upload.read())


def _download(content: bytes, name: str) -> FileResponse:
    return response(BytesIO(content), name, "application/octet-stream", inline=False)


def _page(typed: str) -> int:
    return max(1, int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 7 else 1
