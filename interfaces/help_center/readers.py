"""Who reads an article: a person, or a stranger's browser session; and which readings count."""

import re
import secrets

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User
from common import clients, clock, pace
from knowledge import actions
from knowledge.models import Article

COOKIE = "leitor"
_DAY_SECONDS = 24 * 3600
# What strangers behind one address read in an hour of real seconds; more is a machine.
_MOST_READ, _IN_SECONDS = 300, 3600
_MACHINE = re.compile(
    r"bot|crawl|spider|slurp|fetch|scan|monitor|preview|facebookexternalhit|whatsapp|curl|wget|"
    r"python|java/|go-http|okhttp|libwww|headless|lighthouse",
    re.IGNORECASE,
)


def visitor(request: HttpRequest) -> str:
    """By what a stranger's browser is known until it is closed (K3): a name of its own, signed,
    that says nothing of anybody. No session is kept for those who only read.
    """
    return str(request.get_signed_cookie(COOKIE, default="", salt=COOKIE))


def known(request: HttpRequest, response: HttpResponse) -> str:
    """The stranger's `visitor`; a new one goes out with `response`."""
    if name := visitor(request):
        return name
    name = secrets.token_urlsafe(24)
    response.set_signed_cookie(
        COOKIE,
        name,
        salt=COOKIE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return name


def count(request: HttpRequest, response: HttpResponse, article: Article) -> None:
    """Count this reading, unless it is the desk's, a machine's, one more of the day, or that of a
    stranger whose browser does not bring the name back that it was given (K4)."""
    reader = request.user
    if _is_machine(request) or (isinstance(reader, User) and reader.is_desk):
        return
    if isinstance(reader, User):
        who = f"p{reader.pk}"
    else:
        is_new, who = not visitor(request), known(request, response)
        if is_new or pace.is_too_fast(f"read:{clients.address(request)}", _MOST_READ, _IN_SECONDS):
            return
    today = timezone.localdate(clock.now())
    # Where the cache is away nothing is counted, rather than each reload.
    if cache.add(f"read:{today}:{article.pk}:{who}", 1, _DAY_SECONDS):
        actions.count_view(article)


def _is_machine(request: HttpRequest) -> bool:
    name = request.headers.get("User-Agent", "")
    ahead = request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", "")
    return not name or "prefetch" in ahead or bool(_MACHINE.search(name))
