"""What everybody reads: the shelves, one shelf, one article, and whether it helped."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from common import clients, pace
from common.errors import Refused
from interfaces.help_center import readers, shelves
from interfaces.web.paging import page, place
from interfaces.web.scope import asks_for, varies
from knowledge import actions
from knowledge.models import Article

VOTE = "ajudou"
MOST_COUNTED = 999
# Nobody judges so many articles; real seconds.
_MOST_VOTES, _IN_SECONDS = 60, 3600


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Search, the shelves with their most read articles, and what others looked for."""
    reader = request.user
    context = {
        "shelves": shelves.shelves(reader),
        "most_read": shelves.most_read(reader),
        "canonical": canonical(reverse("help_center:index")),
        "description": _("Respostas para as dúvidas mais comuns, por assunto, com passos e telas."),
    }
    return render(request, "help_center/index.html", context)


@require_safe
def category(request: HttpRequest, slug: str) -> HttpResponse:
    """One shelf; for who finds nothing on it, it does not exist (K1)."""
    shelf = get_object_or_404(shelves.shelves(request.user), slug=slug)
    found = shelves.on_shelf(request.user, shelf)
    asked = request.GET
    rows = page(found, "read", after=asked.get("after", ""), before=asked.get("before", ""))
    shown = place(found, "read", rows, most=MOST_COUNTED)
    here = reverse("help_center:category", args=[shelf.slug])
    context = {
        "shelf": shelf,
        "rows": rows.rows,
        "text": shown.span if rows.before or rows.after else "",
        "previous": f"{here}?{urlencode({'before': rows.before})}" if rows.before else "",
        "next": f"{here}?{urlencode({'after': rows.after})}" if rows.after else "",
        "canonical": canonical(here),
        "description": shelf.summary or shelf.name,
    }
    return render(request, "help_center/category.html", context)


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """One article as it is published; an address that it had leads to the one that it has."""
    found = shelves.readable(request.user).filter(slug=slug).first()
    if found is None:
        return _moved(request, slug)
    context = {
        "leaf": shelves.leaf(found, request.user),
        "canonical": canonical(reverse("help_center:article", args=[found.slug])),
        "description": found.summary or found.title,
        **_voting(request, found),
    }
    response = render(request, "help_center/article.html", context)
    readers.count(request, response, found)
    return response


def _moved(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(Article.objects.visible_to(request.user), former_slugs__slug=slug)
    response = redirect("help_center:article", found.slug, permanent=True)
    # It may move back.
    response["Cache-Control"] = "no-cache"
    return response


@require_http_methods(["POST"])
@varies
def vote(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether it helped, in one click; what was missing may be told after it (K3)."""
    found = get_object_or_404(Article.objects.visible_to(request.user), slug=slug)
    back = f"{reverse('help_center:article', args=[found.slug])}#{VOTE}"
    response = HttpResponse() if asks_for(request, VOTE) else redirect(back)
    person = _person(request)
    who = f"p{person.pk}" if person else readers.known(request, response)
    if pace.is_too_fast(f"vote:{_from(request, person)}", _MOST_VOTES, _IN_SECONDS):
        raise Refused("too_often", _("São respostas demais em pouco tempo. Espere uma hora."))
    said, comment = request.POST.get("helped", ""), request.POST.get("comment", "")
    if said not in ("yes", "no"):
        raise Refused("no_answer", _("Escolha “Sim” ou “Não”."))
    given = actions.vote(
        found,
        helped=said == "yes",
        person=person,
        visitor="" if person else who,
        comment=comment,
    )
    if asks_for(request, VOTE):
        context = {"article": found, "vote": given, "votes": True, "thanks": True}
        response.content = render(request, "help_center/_vote.html", context).content
    return response


def canonical(path: str) -> str:
    """The one address of a page, for search engines."""
    return f"{settings.BASE_URL}{path}"


def _voting(request: HttpRequest, found: Article) -> Mapping[str, Any]:
    person = _person(request)
    votes = person is None or not person.is_desk
    return {
        "article": found,
        "votes": votes,
        "vote": shelves.own_vote(found, person=person, visitor=readers.visitor(request))
        if votes
        else None,
    }


def _person(request: HttpRequest) -> User | None:
    return request.user if isinstance(request.user, User) else None


def _from(request: HttpRequest, person: User | None) -> str:
    return f"p{person.pk}" if person else clients.address(request)
