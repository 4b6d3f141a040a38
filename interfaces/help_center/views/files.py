"""Pictures and files of articles, for whoever may read the article (K1)."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.models import User
from common.files import response
from knowledge.models import Article, ArticleFile


@require_safe
def file(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Send a file of an article that the reader may read; the desk has those of drafts too."""
    found = get_object_or_404(ArticleFile, key=key)
    reader = request.user
    is_writer = isinstance(reader, User) and reader.is_desk
    if (
        not is_writer
        and not Article.objects.visible_to(reader).filter(pk=found.article_id).exists()
    ):
        raise Http404
    return response(
        found.file.open("rb"),
        found.name,
        found.content_type,
        inline=found.safe_inline and "baixar" not in request.GET,
    )
