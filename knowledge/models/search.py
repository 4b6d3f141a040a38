"""Words that mean the same, what was looked for in vain, and what came of each suggestion."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from catalog.models import Product
from common import clock


class SynonymGroup(models.Model):
    """Words or phrases that customers use for the same thing; whoever searches one finds all."""

    words = ArrayField(
        models.CharField(max_length=80),
        verbose_name=_("palavras"),
        help_text=_("Uma palavra ou expressão por linha."),
    )

    class Meta:
        verbose_name = _("grupo de sinônimos")
        verbose_name_plural = _("sinônimos")
        ordering = ["words"]

    def __str__(self) -> str:
        return " = ".join(self.words)


class SynonymPhrase(models.Model):
    """One of a group's expressions as searches compare it; a trigger of the database writes it."""

    group = models.ForeignKey(SynonymGroup, models.CASCADE, related_name="phrases")
    stems = models.TextField(_("radicais"))

    class Meta:
        verbose_name = _("expressão de um grupo de sinônimos")
        verbose_name_plural = _("expressões dos grupos de sinônimos")

    def __str__(self) -> str:
        return self.stems


class Lexeme(models.Model):
    """A word's stem and in how many texts it stands; a trigger of the database writes it.

    By it a search knows which words are rare, and what a mistyped one may have been. The empty
    stem counts all texts; one of 0 stands in synonyms only.
    """

    stem = models.TextField(_("radical"), primary_key=True, db_collation="C")
    texts = models.IntegerField(_("textos"))

    class Meta:
        verbose_name = _("radical")
        verbose_name_plural = _("radicais")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(texts__gte=0), name="lexeme_texts_not_negative"
            )
        ]

    def __str__(self) -> str:
        return f"{self.stem}: {self.texts}"


class Miss(models.Model):
    """Words that were searched and found nothing, for the writers; equal words are one row (K6)."""

    words = models.CharField(_("palavras"), max_length=200, unique=True)
    count = models.PositiveIntegerField(_("vezes"), default=1)
    last_at = models.DateTimeField(_("última vez"), default=clock.now)
    settled_at = models.DateTimeField(_("resolvido em"), null=True, blank=True)

    class Meta:
        verbose_name = _("busca sem resposta")
        verbose_name_plural = _("buscas sem resposta")
        ordering = ["-count", "-last_at"]

    def __str__(self) -> str:
        return self.words


class Inquiry(models.Model):
    """One time that somebody began to open a ticket: what was suggested, read and came of it (K6).

    `suggested` and `read` hold `[kind, id]` pairs (`article`, `incident`, `defect`, `ticket`).
    One that stays `BEGUN` for a day was given up.
    """

    class Outcome(models.TextChoices):
        BEGUN = "begun", _("começou")
        SOLVED = "solved", _("achou a resposta")
        FOLLOWED = "followed", _("passou a acompanhar outro")
        OPENED = "opened", _("abriu o ticket")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    organization = models.ForeignKey(
        Organization, models.CASCADE, null=True, related_name="+", verbose_name=_("cliente")
    )
    product = models.ForeignKey(
        Product, models.CASCADE, null=True, related_name="+", verbose_name=_("produto")
    )
    title = models.CharField(_("título"), max_length=200, blank=True)
    suggested = models.JSONField(default=list)
    read = models.JSONField(default=list)
    outcome = models.CharField(
        _("desfecho"), max_length=10, choices=Outcome.choices, default=Outcome.BEGUN
    )
    ticket_number = models.BigIntegerField(_("ticket"), null=True)
    begun_at = models.DateTimeField(_("começou em"), default=clock.now)
    updated_at = models.DateTimeField(_("mudou em"), default=clock.now)

    class Meta:
        verbose_name = _("abertura começada")
        verbose_name_plural = _("aberturas começadas")
        ordering = ["-begun_at"]
        indexes = [models.Index(fields=["-begun_at"], name="inquiry_newest")]

    def __str__(self) -> str:
        return f"{self.key}: {self.outcome}"
