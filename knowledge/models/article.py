"""Articles, their revisions, files and votes. Who may read one: `scopes.py`."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, Version
from common import clock
from knowledge.models.scopes import ArticleQuerySet


class Audience(models.TextChoices):
    """Who may read an article."""

    PUBLIC = "public", _("Qualquer pessoa")
    CUSTOMERS = "customers", _("Clientes, depois de entrar")
    INTERNAL = "internal", _("Só o suporte")


class Language(models.TextChoices):
    PORTUGUESE = "pt-br", _("Português")
    ENGLISH = "en", _("Inglês")
    SPANISH = "es", _("Espanhol")


class Category(models.Model):
    """A shelf of articles."""

    name = models.CharField(_("nome"), max_length=80, unique=True)
    slug = models.SlugField(_("endereço"), max_length=80, unique=True)
    summary = models.CharField(_("resumo"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(_("ordem"), default=0)

    class Meta:
        verbose_name = _("categoria")
        verbose_name_plural = _("categorias")
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Article(models.Model):
    """An answer that is written once. Readers see its `published` revision, and no other.

    `title`, `summary` and `text` are those of the published revision (`text` without its marks),
    empty before the first: what is searched is what can be read. Only `knowledge.actions` writes
    them.
    """

    slug = models.SlugField(_("endereço"), max_length=120, unique=True)
    category = models.ForeignKey(
        Category, models.PROTECT, related_name="articles", verbose_name=_("categoria")
    )
    language = models.CharField(
        _("idioma"), max_length=5, choices=Language.choices, default=Language.PORTUGUESE
    )
    audience = models.CharField(
        _("quem lê"), max_length=10, choices=Audience.choices, default=Audience.PUBLIC
    )
    products = models.ManyToManyField(
        Product,
        related_name="articles",
        blank=True,
        verbose_name=_("produtos"),
        help_text=_("Nenhum: vale para todos."),
    )
    versions = models.ManyToManyField(
        Version, related_name="articles", blank=True, verbose_name=_("versões")
    )
    related = models.ManyToManyField("self", blank=True, verbose_name=_("relacionados"))
    error_codes = models.CharField(
        _("códigos de erro"),
        max_length=200,
        blank=True,
        help_text=_("Separados por espaço: quem busca um deles acha este artigo primeiro."),
    )

    title = models.CharField(_("título"), max_length=200, blank=True, editable=False)
    summary = models.CharField(_("resumo"), max_length=300, blank=True, editable=False)
    text = models.TextField(_("texto"), blank=True, editable=False)
    published = models.ForeignKey(
        "knowledge.Revision",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("revisão publicada"),
    )
    published_at = models.DateTimeField(_("publicado em"), null=True, editable=False)
    views = models.PositiveIntegerField(_("leituras"), default=0, editable=False)
    helped = models.PositiveIntegerField(_("ajudou"), default=0, editable=False)
    not_helped = models.PositiveIntegerField(_("não ajudou"), default=0, editable=False)
    created_at = models.DateTimeField(_("criado em"), default=clock.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        editable=False,
        verbose_name=_("criado por"),
    )
    source_ticket = models.BigIntegerField(
        _("escrito a partir do ticket"),
        null=True,
        editable=False,
        help_text=_("Só o número: o artigo não mostra nada do ticket."),
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = _("artigo")
        verbose_name_plural = _("artigos")
        ordering = ["title", "pk"]
        indexes = [
            # What a shelf counts and shows first, and what is read most, without reading the rest.
            models.Index(
                "category",
                models.F("views").desc(),
                "id",
                condition=models.Q(published__isnull=False),
                include=["audience"],
                name="article_shelf",
            ),
            models.Index(
                models.F("views").desc(),
                "id",
                condition=models.Q(published__isnull=False),
                name="article_read",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(published=None, published_at=None)
                | models.Q(published__isnull=False, published_at__isnull=False)
                & ~models.Q(title=""),
                name="article_published_has_words",
            ),
            models.CheckConstraint(
                condition=models.Q(audience__in=Audience.values), name="article_audience_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title or self.slug


class FormerSlug(models.Model):
    """An address that an article had: it leads to the one that it has now."""

    slug = models.SlugField(_("endereço"), max_length=120, unique=True)
    article = models.ForeignKey(
        Article, models.CASCADE, related_name="former_slugs", verbose_name=_("artigo")
    )

    class Meta:
        verbose_name = _("endereço anterior")
        verbose_name_plural = _("endereços anteriores")

    def __str__(self) -> str:
        return self.slug


class Revision(models.Model):
    """An article's words as somebody saved them: never changed."""

    article = models.ForeignKey(
        Article, models.CASCADE, related_name="revisions", verbose_name=_("artigo")
    )
    number = models.PositiveIntegerField(_("número"))
    title = models.CharField(_("título"), max_length=200)
    summary = models.CharField(_("resumo"), max_length=300, blank=True)
    body_html = models.TextField(_("texto"), help_text=_("Já higienizado."))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("autor")
    )
    note = models.CharField(_("o que mudou"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("gravada em"), default=clock.now)

    class Meta:
        verbose_name = _("revisão")
        verbose_name_plural = _("revisões")
        ordering = ["article", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="revision_number_once")
        ]

    def __str__(self) -> str:
        return f"{self.title} r{self.number}"


def article_file_path(file: "ArticleFile", name: str) -> str:
    """Where a file is stored: by its own random key, never by the name that a person gave."""
    return f"articles/{file.key.hex[:2]}/{file.key.hex}"


class ArticleFile(models.Model):
    """A picture or a file of an article; whoever may read the article may have it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    article = models.ForeignKey(
        Article, models.CASCADE, related_name="files", verbose_name=_("artigo")
    )
    file = models.FileField(_("arquivo"), upload_to=article_file_path, max_length=200)
    name = models.CharField(_("nome"), max_length=200)
    content_type = models.CharField(_("tipo"), max_length=120)
    size = models.PositiveIntegerField(_("bytes"))
    safe_inline = models.BooleanField(default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("enviado por")
    )
    created_at = models.DateTimeField(_("enviado em"), default=clock.now)

    class Meta:
        verbose_name = _("arquivo do artigo")
        verbose_name_plural = _("arquivos do artigo")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Vote(models.Model):
    """ "Isto ajudou?": one answer a reader, who is a person or, not signed in, a session."""

    article = models.ForeignKey(
        Article, models.CASCADE, related_name="votes", verbose_name=_("artigo")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+"
    )
    visitor = models.CharField(max_length=64, blank=True)
    helped = models.BooleanField(_("ajudou"))
    comment = models.TextField(_("o que faltou"), blank=True)
    at = models.DateTimeField(_("em"), default=clock.now)

    class Meta:
        verbose_name = _("voto")
        verbose_name_plural = _("votos")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "person"],
                condition=models.Q(person__isnull=False),
                name="vote_once_a_person",
            ),
            models.UniqueConstraint(
                fields=["article", "visitor"],
                condition=~models.Q(visitor=""),
                name="vote_once_a_visitor",
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, visitor="")
                | models.Q(person=None) & ~models.Q(visitor=""),
                name="vote_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id}: {self.helped}"
