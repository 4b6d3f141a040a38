"""What a writer's page starts from: the article of the address, for the desk alone (K1)."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404

from accounts.guards import desk_required
from interfaces.help_center.manuscripts import placed

View = Callable[..., HttpResponseBase]


def on_article(*methods: str) -> Callable[[View], View]:
    """Hand the view the article of the address, and only for `methods` (405 otherwise).

    For who is not of the desk there is none, by whatever method: the scope comes first.
    """
    answered = [*methods, "HEAD"] if "GET" in methods else [*methods]

    def decorate(view: View) -> View:
        @desk_required
        def found(request: HttpRequest, /, pk: int, **more: Any) -> HttpResponseBase:
            article = get_object_or_404(placed(), pk=pk)
            if request.method not in answered:
                return HttpResponseNotAllowed(methods)
            return view(request, article, **more)

        return wraps(view)(found)

    return decorate
