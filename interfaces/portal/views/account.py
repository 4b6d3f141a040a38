"""The person's own page, and the page that tells the rules of the service."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import customer_required, signed_in
from catalog.models import Product
from interfaces.web import profile as profiles
from tickets.models import Queue, QueuePolicy


@require_http_methods(["GET", "HEAD", "POST"])
@customer_required
def profile(request: HttpRequest) -> HttpResponse:
    """Name, telephone and time zone; password and appearance are a link and a menu away."""
    return profiles.profile(request, "portal/profile.html")


@dataclass(frozen=True)
class Terms:
    """The days that the tickets of some products are given."""

    products: list[str]
    policy: QueuePolicy


@require_safe
@signed_in
def rules(request: HttpRequest) -> HttpResponse:
    """L2 to L11 in plain words, with the days of each product's queue."""
    return render(request, "portal/rules.html", {"terms": _terms()})


def _terms() -> list[Terms]:
    """What is offered, by queue (R3): as `tickets.queries.queue_for` chooses, in two statements."""
    queues = Queue.objects.filter(is_active=True).select_related("policy__calendar").order_by("pk")
    by_id = {queue.pk: queue for queue in queues}
    terms: dict[int, Terms] = {}
    for product in Product.objects.filter(is_active=True).select_related("default_queue"):
        default = getattr(product, "default_queue", None)
        queue = by_id.get(default.queue_id if default else 0) or next(iter(by_id.values()), None)
        if queue is not None:
            terms.setdefault(queue.pk, Terms([], queue.policy)).products.append(product.name)
    return list(terms.values())
