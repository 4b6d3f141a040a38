"""What happens around every request: the reader's clock, fresh pages, and refusals in words."""

from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

GetResponse = Callable[[HttpRequest], HttpResponse]


def reader_time_zone(get_response: GetResponse) -> GetResponse:
    """Times are shown in the reader's own zone; strangers read in the installation's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        # An anonymous person has none, and a zone may leave the database of zones one day.
        name = getattr(getattr(request, "user", None), "time_zone", "")
        try:
            zone = ZoneInfo(name) if name else None
        except (ZoneInfoNotFoundError, ValueError):
            zone = None
        with timezone.override(zone):
            return get_response(request)

    return middleware


def fresh_pages(get_response: GetResponse) -> GetResponse:
    """No browser keeps a page, to show it again after Back, after signing out, or with a form
    that was sent; what says otherwise of itself, as files do, is left alone.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.headers.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


class CompressedPages(GZipMiddleware):
    """Pages travel compressed; a file goes as it is, with its length, which shows its progress."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        return response if response.streaming else super().process_response(request, response)


class Refusals:
    """An act that the rules refused and no view answered for: 409, in the sentence of the rule.

    A refusal is an exception that carries `code` and `sentence`; this package knows no tickets.
    The fragment for htmx is a toast, so what was typed stays on the page; the whole page gives
    the typed text back.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        sentence = getattr(exception, "sentence", None)
        if sentence is None:
            return None
        if request.headers.get("HX-Request"):
            told = {"text": sentence, "tone": "danger", "oob": True}
            response = render(request, "components/toast.html", told, status=409)
            response["HX-Reswap"] = "none"
            return response
        back = request.headers.get("Referer")
        context = {
            "sentence": sentence,
            "typed": request.POST.get("body", ""),
            "back": back if url_has_allowed_host_and_scheme(back, request.get_host()) else "/",
        }
        return render(request, "errors/refused.html", context, status=409)
