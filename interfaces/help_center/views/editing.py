"""Writing an article: the list of all, a new one, the editor, its preview and its pictures."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe
from django_prose_editor.widgets import importmap  # type: ignore[import-untyped]  # has none

from accounts.guards import desk_required, person
from common.errors import Refused
from common.files import FileRefused
from interfaces.help_center import manuscripts, shelves
from interfaces.help_center.forms import ArticleForm, FilterForm, NewForm
from interfaces.help_center.scope import on_article
from interfaces.web import drafts
from interfaces.web.paging import page, place
from knowledge import actions, prose
from knowledge.models import Article, Revision

MOST_COUNTED = 999
# The one style that the editor writes into its page (tests/help_center/test_browser.py notices
# when it changes).
EDITOR_STYLE = "'sha256-PlumsSlvJ7vvWzjqibGAYKq92O3y/4JTxWWsWJvyUYA='"


@require_safe
@desk_required
def articles(request: HttpRequest) -> HttpResponse:
    """All articles, what was written last first; the address is the filter."""
    form = FilterForm(request.GET)
    found = form.apply(manuscripts.manuscripts())
    asked = request.GET
    shown = page(found, "last", after=asked.get("after", ""), before=asked.get("before", ""))
    where = place(found, "last", shown, most=MOST_COUNTED)
    context = {
        "form": form,
        "rows": shown.rows,
        "count": where.count,
        "text": where.span if shown.rows and where.first else "",
        "previous": _with(asked, before=shown.before) if shown.before else "",
        "next": _with(asked, after=shown.after) if shown.after else "",
        "filtered": any(asked.get(name) for name in form.fields),
    }
    return render(request, "help_center/articles.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def new(request: HttpRequest) -> HttpResponseBase:
    """A title and a shelf begin a draft; everything else is written in the editor."""
    begun_with = {"title": request.GET.get("title", "")}
    form = NewForm(request.POST if request.method == "POST" else None, initial=begun_with)
    if form.is_valid():
        begun = actions.create(
            by=person(request),
            title=form.cleaned_data["title"],
            placing=actions.Placing(category=form.cleaned_data["category"]),
        )
        return redirect("help_center:edit", begun.pk)
    context = {"form": form}
    return render(request, "help_center/new.html", context, status=422 if form.is_bound else 200)


@on_article("GET", "POST")
def edit(request: HttpRequest, article: Article) -> HttpResponseBase:
    """The editor: keeps a draft, saves, publishes; of two at once the second is told (K2)."""
    user, where = person(request), draft_place(article)
    act = request.POST.get("act", "save")
    if request.method != "POST":
        return _editor(request, article, drafts.load(user, where))
    if act == "forget":
        drafts.clear(user, where)
        messages.success(request, _("O que não tinha sido gravado foi descartado."))
        return redirect(request.path)
    form = ArticleForm(request.POST, initial={})
    told = _saved(request, article, form, publish=act == "publish") if form.is_valid() else None
    if told is None:
        drafts.keep(request, where)
        status = 409 if form.has_error("__all__", "changed_meanwhile") else 422
        return _editor(request, article, form=form, status=status)
    drafts.clear(user, where)
    messages.success(request, told)
    return redirect(request.path)


def _saved(
    request: HttpRequest, article: Article, form: ArticleForm, *, publish: bool
) -> str | None:
    """Save, and say what became of it; or leave what is wrong in `form`."""
    user, base = person(request), request.POST.get("base", "")
    try:
        _keep_files(request, article)
        saved = actions.save_revision(
            article,
            by=user,
            seen=int(base) if base.isdecimal() and len(base) < 9 else 0,
            note=form.cleaned_data["note"],
            placing=form.placing(),
            slug=form.cleaned_data["slug"],
            publish=publish,
            **form.words(),
        )
    except Refused as refused:
        form.add_error(None, forms.ValidationError(str(refused), code=refused.code))
        return None
    except FileRefused as refused:
        form.add_error(None, forms.ValidationError(str(refused.sentence), code="file_refused"))
        return None
    if publish:
        return _("Publicado: os leitores já veem a revisão %(n)d.") % {"n": saved.number}
    return _("Gravado na revisão %(n)d. Os leitores ainda não a veem.") % {"n": saved.number}


def _keep_files(request: HttpRequest, article: Article) -> None:
    user = person(request)
    keys = [key for text in request.POST.getlist("remove") if (key := _uuid(text)) is not None]
    if keys:
        actions.detach(article, by=user, keys=keys)
    for brought in request.FILES.getlist("uploads"):
        actions.attach(
            article, by=user, name=brought.name or "", stream=brought, size=brought.size or 0
        )


def _editor(
    request: HttpRequest,
    article: Article,
    draft: dict[str, Any] | None = None,
    *,
    form: ArticleForm | None = None,
    status: int = 200,
) -> HttpResponse:
    last = article.revisions.select_related("author").latest("number")
    if form is None:
        # A draft says nothing of the boxes that were all unticked.
        drawn = {"products": [], "versions": [], **draft} if draft else {}
        begun = {**manuscripts.initial(article, last), **drawn}
        form = ArticleForm(None, initial=begun)
        base = begun["base"]
    else:
        # Who was told of the other's revision saves over it knowingly the next time.
        base = str(last.number)
    began = request.POST.get("base", base)
    context = {
        "article": article,
        "form": form,
        "base": base,
        # From which revision this was written, where there is a newer one now.
        "overtaken": began if began.isdecimal() and began != str(last.number) else "",
        "last": last,
        "saved": bool(draft),
        "files": list(article.files.all()),
        "draft_url": reverse("web:draft", args=[draft_place(article)]),
        "importmap": importmap.render(attrs={"nonce": str(request.csp_nonce)}),  # type: ignore[attr-defined]
    }
    response = render(request, "help_center/edit.html", context, status=status)
    # As `csp.decorators.csp_update` does for a whole view.
    response._csp_update = {"style-src": [EDITOR_STYLE]}  # type: ignore[attr-defined]
    return response


@on_article("GET", "POST")
def preview(request: HttpRequest, article: Article) -> HttpResponse:
    """The page as readers would see it: what is being written (POST), or the newest revision."""
    last = article.revisions.latest("number")
    words, told = last, _("Prévia da revisão %(n)d") % {"n": last.number}
    if request.method == "POST":
        words = Revision(
            title=request.POST.get("title", ""),
            summary=request.POST.get("summary", ""),
            body_html=prose.sanitise(request.POST.get("body_html", "")),
        )
        told = _("Prévia do que ainda não foi gravado")
    context = {
        "leaf": shelves.leaf(article, person(request), words),
        "preview": told,
        "article": article,
    }
    return render(request, "help_center/article.html", context)


@on_article("POST")
def upload(request: HttpRequest, article: Article) -> HttpResponse:
    """Take one picture or file: `{id, name, size, type, url}`, or `{detail}` with 4xx."""
    sent = request.FILES.get("file")
    if sent is None:
        return JsonResponse({"detail": _("Nenhum arquivo chegou. Escolha-o de novo.")}, status=400)
    try:
        kept = actions.attach(
            article, by=person(request), name=sent.name or "", stream=sent, size=sent.size or 0
        )
    except FileRefused as refused:
        return JsonResponse({"detail": str(refused.sentence)}, status=422)
    told = {
        "id": str(kept.key),
        "name": kept.name,
        "size": kept.size,
        "type": kept.content_type,
        "image": kept.safe_inline,
        "url": reverse("help_center:file", args=[kept.key]),
    }
    return JsonResponse(told, status=201)


def draft_place(article: Article) -> str:
    """Where what is being written is kept."""
    return f"article:{article.pk}"


def _with(asked: QueryDict, **changes: str) -> str:
    kept = asked.copy()
    for name in ("after", "before"):
        kept.pop(name, None)
    kept.update(changes)
    return f"?{kept.urlencode()}"


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
