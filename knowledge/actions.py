"""The verbs of articles: written, published, withdrawn, read, judged. One verb, one transaction.

`Article.title`, `summary` and `text` are written here alone, and are those of the published
revision: what is searched is what can be read (K1).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import IO
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.db.models import F
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from catalog.models import Product, Version
from common import clock, dates
from common import files as file_rules
from common.errors import Refused
from common.text import clean, one_line
from knowledge import prose
from knowledge.models import (
    Article,
    ArticleFile,
    Audience,
    Category,
    FormerSlug,
    Language,
    Revision,
    Vote,
)

LONGEST_BODY = 100_000
LONGEST_COMMENT = 2_000
LONGEST_SLUG = 100
# Addresses of the help center that are no article's.
RESERVED = frozenset({"arquivos", "busca", "c", "editar", "novo"})
# The same article begun again so soon is the same form sent twice (L12).
_TWICE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Placing:
    """Where an article stands and who reads it: no part of its revisions, in force at once."""

    category: Category
    audience: str = Audience.PUBLIC
    language: str = Language.PORTUGUESE
    products: Sequence[Product] = ()
    versions: Sequence[Version] = ()
    related: Sequence[Article] = ()
    error_codes: str = ""


@transaction.atomic
def create(
    *,
    by: User,
    title: str,
    placing: Placing,
    summary: str = "",
    body_html: str = "",
    slug: str = "",
    source_ticket: int | None = None,
) -> Article:
    """Begin an article with its first revision, a draft that nobody else reads (K1).

    Without a `slug` the title gives one; a taken one gets a number. Of `source_ticket` the number
    alone is kept (K5).
    """
    _require_writer(by)
    title = _titled(title)
    body = _body(body_html)
    # One at a time for each writer, so that a form sent twice begins one article (L12).
    User.objects.select_for_update().get(pk=by.pk)
    if begun := _begun(by, title, body, source_ticket):
        return begun
    article = Article.objects.create(
        slug=_free_slug(slug or title),
        category=placing.category,
        created_by=by,
        source_ticket=source_ticket,
    )
    _place(article, placing)
    Revision.objects.create(
        article=article,
        number=1,
        title=title,
        summary=one_line(summary, 300),
        body_html=body,
        author=by,
        created_at=clock.now(),
    )
    return article


@transaction.atomic
def save_revision(
    article: Article,
    *,
    by: User,
    seen: int,
    title: str,
    summary: str = "",
    body_html: str = "",
    note: str = "",
    placing: Placing | None = None,
    slug: str = "",
    publish: bool = False,
) -> Revision:
    """Keep what `by` wrote as a new revision (K2), and with `publish` show it to its readers.

    `seen` is the number of the revision that the writing began from: where somebody else has
    saved another meanwhile it is refused, unless it says the same. Words that are those of the
    last revision make none. `placing` is in force at once; an address that is changed goes on
    leading to the article.
    """
    _require_writer(by)
    words = {
        "title": _titled(title),
        "summary": one_line(summary, 300),
        "body_html": _body(body_html),
    }
    article = _held(article)
    last = article.revisions.select_related("author").latest("number")
    if any(getattr(last, name) != value for name, value in words.items()):
        if last.number != seen:
            raise _overtaken(last, by)
        last = Revision.objects.create(
            article=article,
            number=last.number + 1,
            author=by,
            note=one_line(note, 200),
            created_at=clock.now(),
            **words,
        )
    if placing is not None:
        _place(article, placing)
    if slug and slug != article.slug:
        _rename(article, slug)
    if publish:
        _show(article, last)
    return last


@transaction.atomic
def restore(article: Article, *, by: User, number: int, seen: int) -> Revision:
    """Make the words of revision `number` the newest ones; all between stay as they were (K2)."""
    old = article.revisions.get(number=number)
    return save_revision(
        article,
        by=by,
        seen=seen,
        title=old.title,
        summary=old.summary,
        body_html=old.body_html,
        note=_("Traz de volta a revisão %(number)d") % {"number": number},
    )


@transaction.atomic
def publish(article: Article, *, by: User, number: int | None = None) -> Article:
    """Show revision `number`, else the newest, to the article's readers (K1)."""
    _require_writer(by)
    article = _held(article)
    revisions = article.revisions.all()
    _show(article, revisions.get(number=number) if number else revisions.latest("number"))
    return article


@transaction.atomic
def unpublish(article: Article, *, by: User) -> Article:
    """Take the article from its readers; its revisions, votes and address stay (K1)."""
    _require_writer(by)
    article = _held(article)
    article.published = article.published_at = None
    article.title = article.summary = article.text = ""
    article.save(update_fields=["published", "published_at", "title", "summary", "text"])
    return article


@transaction.atomic
def attach(article: Article, *, by: User, name: str, stream: IO[bytes], size: int) -> ArticleFile:
    """Keep a picture or a file of `article`; whoever may read it may have that too (K1).

    Raises `common.files.FileRefused` for what may not be kept.
    """
    _require_writer(by)
    inspected = file_rules.inspect(name, stream, size)
    kept = ArticleFile(
        article=article,
        name=inspected.name,
        content_type=inspected.content_type,
        size=size,
        safe_inline=inspected.safe_inline,
        uploaded_by=by,
        created_at=clock.now(),
    )
    kept.file.save(inspected.name, File(stream), save=False)
    kept.save()
    return kept


@transaction.atomic
def detach(article: Article, *, by: User, keys: Collection[UUID]) -> int:
    """Take files out of `article`: nobody can get them any more. How many there were."""
    _require_writer(by)
    count, _of_what = article.files.filter(key__in=keys).delete()
    return count


@transaction.atomic
def vote(
    article: Article,
    *,
    helped: bool,
    person: User | None = None,
    visitor: str = "",
    comment: str = "",
) -> Vote:
    """Whether the article helped `person`, or a stranger known as `visitor`: one answer each,
    which the next one replaces (K3). The desk, which writes, does not judge.
    """
    if person is not None and person.is_desk:
        raise Refused("desk_does_not_vote", _("Quem responde aqui são os leitores, não a equipe."))
    text = clean(comment).strip()
    if len(text) > LONGEST_COMMENT:
        most = {"most": LONGEST_COMMENT}
        raise Refused("too_long", _("Conte em até %(most)d caracteres o que faltou.") % most)
    article = _held(article)
    answer, _is_new = Vote.objects.update_or_create(
        article=article,
        person=person,
        visitor="" if person else visitor,
        defaults={"helped": helped, "comment": "" if helped else text, "at": clock.now()},
    )
    article.helped = article.votes.filter(helped=True).count()
    article.not_helped = article.votes.filter(helped=False).count()
    article.save(update_fields=["helped", "not_helped"])
    return answer


def count_view(article: Article) -> bool:
    """One more reading, unless the article was withdrawn meanwhile (K4); one statement."""
    published = Article.objects.filter(pk=article.pk, published__isnull=False)
    return published.update(views=F("views") + 1) == 1


def _require_writer(by: User) -> None:
    if not (by.is_desk and by.is_active):
        raise Refused("not_a_writer", _("Só a equipe do suporte escreve artigos."))


def _titled(title: str) -> str:
    line = one_line(title, 200)
    if not line:
        raise Refused("no_title", _("Dê um título ao artigo: é por ele que o leitor o acha."))
    return line


def _body(html: str) -> str:
    """What may stand of it; refuses what no editor gives back whole."""
    body = prose.sanitise(html)
    if len(body) > LONGEST_BODY:
        raise Refused(
            "too_long", _("O artigo é longo demais. Divida-o em dois e ligue um ao outro.")
        )
    return body


def _held(article: Article) -> Article:
    """The article as it is now, locked until the transaction ends."""
    return Article.objects.select_for_update(of=("self",)).get(pk=article.pk)


def _begun(by: User, title: str, body: str, source_ticket: int | None) -> Article | None:
    return Article.objects.filter(
        created_by=by,
        created_at__gte=clock.now() - _TWICE,
        published=None,
        source_ticket=source_ticket,
        revisions__number=1,
        revisions__title=title,
        revisions__body_html=body,
    ).first()


def _overtaken(last: Revision, by: User) -> Refused:
    told = {"who": last.author.name, "when": dates.full(last.created_at, by.zone)}
    return Refused(
        "changed_meanwhile",
        _(
            "%(who)s gravou outra revisão enquanto você escrevia (%(when)s). "
            "O seu texto continua aqui: compare, junte o que falta e grave de novo."
        )
        % told,
    )


def _place(article: Article, placing: Placing) -> None:
    article.category = placing.category
    article.audience = placing.audience
    article.language = placing.language
    article.error_codes = one_line(placing.error_codes, 200)
    article.save(update_fields=["category", "audience", "language", "error_codes"])
    article.products.set(placing.products)
    article.versions.set(placing.versions)
    article.related.set(each for each in placing.related if each.pk != article.pk)


def _show(article: Article, revision: Revision) -> None:
    if not revision.body_html:
        raise Refused("empty", _("O artigo ainda não tem texto. Escreva-o antes de publicar."))
    if article.published_id == revision.pk:
        return
    article.published, article.published_at = revision, clock.now()
    article.title, article.summary = revision.title, revision.summary
    article.text = prose.words(revision.body_html)
    article.save(update_fields=["published", "published_at", "title", "summary", "text"])


def _rename(article: Article, wanted: str) -> None:
    """Another address; the old one stays the article's, and leads to the new one."""
    old, article.slug = article.slug, _free_slug(wanted, but=article)
    if article.slug == old:
        return
    article.save(update_fields=["slug"])
    article.former_slugs.filter(slug=article.slug).delete()
    FormerSlug.objects.create(article=article, slug=old)


def _free_slug(wanted: str, *, but: Article | None = None) -> str:
    """An address made of `wanted` that no other article has or had, nor any other page."""
    base = slugify(wanted)[:LONGEST_SLUG].strip("-") or "artigo"
    own = but.pk if but else 0
    now = Article.objects.exclude(pk=own).filter(slug__startswith=base)
    before = FormerSlug.objects.exclude(article=own).filter(slug__startswith=base)
    taken = RESERVED | set(now.values_list("slug", flat=True).union(before.values_list("slug")))
    free, n = base, 1
    while free in taken:
        n += 1
        free = f"{base}-{n}"
    return free
