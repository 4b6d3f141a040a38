"""An article for an answer: found by its words, put into the composer in one step."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.guards import desk_required, person
from accounts.models import User
from common.errors import Refused
from interfaces.help_center.views.reading import canonical
from interfaces.web import drafts
from interfaces.web.requests import files_of
from interfaces.web.scope import asks_for, on_ticket
from knowledge import search
from knowledge.models import Article
from knowledge.models.scopes import ArticleQuerySet
from tickets.models import Ticket

DIALOG, FOUND = "ato", "artigos-achados"
MOST = 8


@on_ticket("GET", "POST", admits=desk_required, found_in=Ticket.objects.visible_to)
def pick(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Search for an article that the customer may read too: a dialog, its results, or a page.

    Where there is no script the composer itself is sent here (POST), so that what was typed is
    kept; the article chosen is added to it, and the ticket shows both.
    """
    if request.method == "POST":
        return _taken(request, ticket) if "article" in request.POST else _kept(request, ticket)
    typed = request.GET.get("q", "").strip()
    context: dict[str, Any] = {
        "q": typed,
        "found": _answering(request, typed) if typed else _likely(request, ticket),
        "ticket": ticket,
        "dialog": asks_for(request, DIALOG),
    }
    template = "help_center/pick.html"
    if asks_for(request, FOUND):
        template = "help_center/_picked.html"
    elif context["dialog"]:
        template = "help_center/_pick.html"
    return render(request, template, context)


def _kept(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Nothing typed so far is lost, files that came with it included."""
    try:
        files_of(request)
    except Refused as refused:
        messages.error(request, str(refused))
    drafts.keep(request, _place(ticket))
    return redirect("help_center:pick", ticket.number)


def _taken(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    user, where = person(request), _place(ticket)
    found = get_object_or_404(_for_customers(user), slug=request.POST["article"])
    fields = drafts.load(user, where)
    lines = [fields.get("body", "").rstrip(), _line(found)]
    body = "\n".join(line for line in lines if line) + "\n"
    drafts.save(user, where, {**fields, "body": body})
    return redirect(reverse("desk:ticket", args=[ticket.number]) + "#escrever-texto")


def _place(ticket: Ticket) -> str:
    """As `interfaces.desk.case.place` writes it."""
    return f"ticket:{ticket.number}:desk"


def _for_customers(reader: User) -> ArticleQuerySet:
    return Article.objects.visible_to(reader).exclude(audience="internal")


def _line(article: Article) -> str:
    """What stands in the answer."""
    return f"{article.title}: {canonical(reverse('help_center:article', args=[article.slug]))}"


def _likely(request: HttpRequest, ticket: Ticket) -> list[dict[str, Any]]:
    """With nothing typed yet: what answers the ticket's title, else what is read most."""
    most_read = _for_customers(person(request)).order_by("-views", "pk")
    return _answering(request, ticket.title) or _told(most_read[:MOST])


def _answering(request: HttpRequest, typed: str) -> list[dict[str, Any]]:
    reader = person(request)
    answers = search.find(typed, reader=reader, articles=2 * MOST, others=0)
    order = [each.pk for each in answers.articles]
    found = _for_customers(reader).filter(pk__in=order)
    return _told(sorted(found, key=lambda each: order.index(each.pk))[:MOST])


def _told(articles: Iterable[Article]) -> list[dict[str, Any]]:
    return [
        {
            "title": each.title,
            "summary": each.summary,
            "slug": each.slug,
            "line": _line(each),
            "audience": each.get_audience_display(),
            "public": each.audience == "public",
        }
        for each in articles
    ]
