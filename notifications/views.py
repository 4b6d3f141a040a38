"""Stopping to watch a ticket by the link in its letters, with no sign-in. GET changes nothing."""

from collections.abc import Callable
from functools import wraps
from uuid import NAMESPACE_URL, uuid5

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from accounts.models import User
from common.links import BadLink
from notifications import acts
from tickets import actions
from tickets.actors import Actor
from tickets.models import Channel, Ticket, Watcher

View = Callable[[HttpRequest, str], HttpResponse]


def by_signed_link(view: View) -> View:
    """For a page that its link opens: no other site, no search engine and no cache learns of it.

    The link is the only power here and no cookie is asked, so there is no request to forge in
    somebody's name: mail programs post without our token (RFC 8058), and browsers under
    `no-referrer` with the origin "null".
    """

    @never_cache
    @csrf_exempt
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def kept(request: HttpRequest, token: str) -> HttpResponse:
        response = view(request, token)
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return kept


@by_signed_link
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask (GET), then stop watching (POST), by the button of the page or of a mail program, which
    follows no redirect. Doing it twice is doing it once (L12)."""
    try:
        number, person_id = acts.read_unwatch(token)
    except BadLink:
        return render(request, "notifications/unknown.html", status=404)
    watching = Watcher.objects.filter(ticket__number=number, user=person_id)
    watcher = watching.select_related("ticket", "user").first()
    if watcher is not None and request.method == "POST":
        key = uuid5(NAMESPACE_URL, f"unwatch:{watcher.pk}")
        by = Actor(watcher.user, Channel.EMAIL, request_key=key)
        actions.unwatch(watcher.ticket, who=watcher.user, by=by)
        watcher = None
    context = {
        "number": number,
        "title": _title(number, person_id),
        "watches": watcher is not None,
        "done": request.method == "POST",
    }
    return render(request, "notifications/unsubscribe.html", context)


def _title(number: int, person_id: int) -> str:
    """The ticket's title, for who may still see it (R1)."""
    person = User.objects.filter(pk=person_id).first()
    if person is None:
        return ""
    seen = Ticket.objects.visible_to(person).filter(number=number)
    return seen.values_list("title", flat=True).first() or ""
