"""The product's addresses, and the floor: what no page can be faster than."""

from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from knowledge.models import Article

PAGE_BYTES = 20_000
_LINE = "Uma linha como as de uma página qualquer, com o nome de alguém e um número."
_PAGE = (
    '{% extends "portal/base.html" %}{% block content %}<h1>{{ title }}</h1>'
    "{% for each in lines %}<p>{{ each }}</p>{% endfor %}{% endblock %}"
)


@login_required
def floor(request: HttpRequest) -> HttpResponse:
    """A page of 20 KB in the portal's frame: a session, a person and places, one row by its key."""
    article = Article.objects.only("title").get(pk=1)
    lines = [_LINE] * (PAGE_BYTES * 3 // 4 // len(_LINE))
    return HttpResponse(_template().render({"title": article.title, "lines": lines}, request))


@cache
def _template() -> Any:
    return engines["django"].from_string(_PAGE)


urlpatterns = [path("piso/", floor, name="floor"), path("", include("helpdesk.urls"))]
