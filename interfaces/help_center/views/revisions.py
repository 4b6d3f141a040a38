"""An article's revisions: who wrote what, what changed, which one is read (K2)."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.guards import person
from interfaces.help_center import shelves
from interfaces.help_center.scope import on_article
from interfaces.web import drafts
from knowledge import actions, differences, prose
from knowledge.models import Article, Revision

# As many as anybody compares; older ones are found by their number.
MOST = 100


@on_article("GET")
def revisions(request: HttpRequest, article: Article) -> HttpResponse:
    """All revisions, and what changed between two of them: the last two, or `old` and `new`."""
    listed = list(_revisions(article)[:MOST])
    numbers = [each.number for each in listed]
    new = _one(article, request.GET.get("new", ""), numbers[0])
    old = _one(article, request.GET.get("old", ""), max(new.number - 1, 1))
    context = {
        "article": article,
        "revisions": listed,
        "old": old,
        "new": new,
        "lines": differences.between(_lines(old), _lines(new)) if old != new else [],
    }
    return render(request, "help_center/revisions.html", context)


@on_article("GET")
def revision(request: HttpRequest, article: Article, number: int) -> HttpResponse:
    """One revision, as readers saw it or would have."""
    words = get_object_or_404(_revisions(article), number=number)
    context = {
        "leaf": shelves.leaf(article, person(request), words),
        "preview": _("Revisão %(n)d") % {"n": number},
        "article": article,
    }
    return render(request, "help_center/article.html", context)


@on_article("POST")
def restoration(request: HttpRequest, article: Article, number: int) -> HttpResponseBase:
    """An old revision comes back as a new one; nothing that was written goes."""
    get_object_or_404(_revisions(article), number=number)
    seen = request.POST.get("seen", "")
    saved = actions.restore(
        article,
        by=person(request),
        number=number,
        seen=int(seen) if seen.isdecimal() and len(seen) < 9 else 0,
    )
    drafts.clear(person(request), f"article:{article.pk}")
    told = _("A revisão %(old)d voltou como revisão %(new)d. Os leitores ainda não a veem.")
    messages.success(request, told % {"old": number, "new": saved.number})
    return redirect("help_center:edit", article.pk)


@on_article("POST")
def publication(request: HttpRequest, article: Article) -> HttpResponseBase:
    """Show the newest revision, or `number`, to the article's readers (K1)."""
    number = request.POST.get("number", "")
    if number and not (number.isdecimal() and len(number) < 9):
        raise Http404
    if number:
        get_object_or_404(_revisions(article), number=number)
    shown = actions.publish(article, by=person(request), number=int(number) if number else None)
    assert shown.published is not None  # noqa: S101 - it was just published
    told = _("Publicado: os leitores já veem a revisão %(n)d.") % {"n": shown.published.number}
    messages.success(request, told)
    return redirect("help_center:edit", article.pk)


@on_article("POST")
def withdrawal(request: HttpRequest, article: Article) -> HttpResponseBase:
    """Take the article from its readers (K1)."""
    actions.unpublish(article, by=person(request))
    messages.success(request, _("Retirado: o artigo já não aparece para os leitores."))
    return redirect("help_center:edit", article.pk)


def _revisions(article: Article) -> QuerySet[Revision]:
    return article.revisions.select_related("author")


def _one(article: Article, asked: str, otherwise: int) -> Revision:
    number = int(asked) if asked.isdecimal() and len(asked) < 9 else otherwise
    return get_object_or_404(_revisions(article), number=number)


def _lines(words: Revision) -> list[str]:
    head = [_("Título: %s") % words.title, _("Resumo: %s") % words.summary]
    return [*head, *prose.lines(words.body_html)]
