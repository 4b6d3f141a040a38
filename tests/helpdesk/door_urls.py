"""Pages that tell of the door: when a request came, and which ones are at work at once."""

import threading
from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.urls import path

from interfaces.web.requests import stamp

at_work: Counter[str] = Counter()
arrived = threading.Semaphore(0)
leave = threading.Event()


def when(request: HttpRequest) -> HttpResponse:
    return HttpResponse(stamp(request).isoformat())


def work(request: HttpRequest) -> HttpResponse:
    at_work["now"] += 1
    at_work["most"] = max(at_work["most"], at_work["now"])
    arrived.release()
    leave.wait(10)
    at_work["now"] -= 1
    return HttpResponse("feito")


urlpatterns = [path("when/", when), path("work/", work)]
