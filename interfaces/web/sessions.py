"""How long people stay signed in: `SESSION_COOKIE_AGE` from when they were last here."""

import time
from collections.abc import Callable
from typing import Any

from django.contrib.auth import SESSION_KEY, user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

RENEWED = "renewed"
DAY_SECONDS = 24 * 3600


@receiver(user_logged_in)
def begin(request: HttpRequest, **_told: Any) -> None:
    """Remember when the session began; by the real clock, which is that of its end."""
    request.session[RENEWED] = int(time.time())


def renewed(get_response: Callable[[HttpRequest], HttpResponse]) -> Any:
    """Middleware: a session in use begins anew, which costs one write a day."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        session = request.session
        # One that nobody read is not read for this.
        if session.accessed and SESSION_KEY in session:
            now = int(time.time())
            if now - session.get(RENEWED, 0) >= DAY_SECONDS:
                session[RENEWED] = now
        return response

    return middleware
