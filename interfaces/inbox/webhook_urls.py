"""django-anymail's addresses, in which a mail that it cannot take apart is kept all the same.

It reads headers with a parser that raises on hostile ones; the provider would send such a mail a
few times more and give it up.
"""

import logging
from collections.abc import Callable
from functools import wraps

import anymail.urls
from anymail.exceptions import AnymailError
from django.core.exceptions import SuspiciousOperation
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern

from common.later import poke
from interfaces.inbox import tasks
from interfaces.inbox.reception import store
from interfaces.inbox.webhooks import knows

View = Callable[..., HttpResponse]

log = logging.getLogger(__name__)

# What another try may mend, or what is to be refused.
_NOT_THE_MAIL = (
    AnymailError,
    DatabaseError,
    InterfaceError,
    OSError,
    SuspiciousOperation,
)


def kept_anyway(view: View) -> View:
    """`view`, with the body of a request that it breaks on kept as a mail that nobody signed: it
    goes to quarantine. Only who brings the secret leaves anything here."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        body = request.body if knows(request.META.get("HTTP_AUTHORIZATION", "").encode()) else None
        try:
            return view(request, *args, **kwargs)
        except _NOT_THE_MAIL:
            raise
        except Exception:
            if body is None:
                raise
            log.exception("a provider's mail could not be taken apart")
            head = f"Subject: {request.path}\r\nContent-Type: application/octet-stream\r\n\r\n"
            store(head.encode() + body)
            poke(tasks.place)
            return HttpResponse()

    return answered


app_name = "anymail"

urlpatterns = [
    URLPattern(
        each.pattern,
        # What becomes of our letters is no mail.
        each.callback if "tracking" in str(each.name) else kept_anyway(each.callback),
        each.default_args,
        each.name,
    )
    for each in anymail.urls.urlpatterns
]
