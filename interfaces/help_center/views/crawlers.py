"""What search engines are told: which pages there are for anybody, and which are none of theirs."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from interfaces.help_center.views.reading import canonical
from knowledge.models import Article, Category

# As many as one file may name (sitemaps.org).
_MOST = 49_000
_AN_HOUR = 3600


@require_safe
@cache_control(public=True, max_age=_AN_HOUR)
def sitemap(request: HttpRequest) -> HttpResponse:
    """The public pages of the help center, whoever asks; two statements."""
    everybody = AnonymousUser()
    public = Article.objects.visible_to(everybody)
    articles = public.order_by("-published_at", "pk").values_list("slug", "published_at")[:_MOST]
    shelves = Category.objects.filter(pk__in=public.values("category"))
    pages: list[tuple[str, datetime | None]] = [(canonical(reverse("help_center:index")), None)]
    pages += [
        (canonical(reverse("help_center:category", args=[slug])), None)
        for slug in shelves.values_list("slug", flat=True)
    ]
    pages += [(canonical(reverse("help_center:article", args=[slug])), at) for slug, at in articles]
    context = {"pages": pages}
    return render(request, "help_center/sitemap.xml", context, content_type="application/xml")


@require_safe
@cache_control(public=True, max_age=_AN_HOUR)
def robots(request: HttpRequest) -> HttpResponse:
    """The help center is to be found; everything else is nobody's business."""
    lines = [
        "User-agent: *",
        f"Allow: {reverse('help_center:index')}",
        f"Disallow: {reverse('help_center:articles')}",
        f"Disallow: {reverse('help_center:index')}busca/",
        f"Allow: /{settings.STATIC_URL.lstrip('/')}",
        "Disallow: /",
        "",
        f"Sitemap: {canonical(reverse('sitemap'))}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
