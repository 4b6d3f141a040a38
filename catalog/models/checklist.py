"""What an analyst needs to know, by product and routine, as administrators keep it (E2)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product, Routine
from common import clock

KEY = RegexValidator(r"\A[a-z][a-z0-9_]{0,39}\Z", _("Só letras minúsculas, números e _."))


class Checklist(models.Model):
    """The questions of a product, or of one of its routines (which come after the product's).

    Customers answer its last published `ChecklistVersion`; the fields are the draft of the next.
    """

    product = models.ForeignKey(
        Product, models.PROTECT, related_name="checklists", verbose_name=_("produto")
    )
    routine = models.ForeignKey(
        Routine,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="checklists",
        verbose_name=_("rotina"),
        help_text=_("Vazio: vale para o produto inteiro."),
    )

    class Meta:
        verbose_name = _("checklist")
        verbose_name_plural = _("checklists")
        ordering = ["product", models.F("routine").asc(nulls_first=True)]
        constraints = [
            models.UniqueConstraint(
                fields=["product", "routine"], nulls_distinct=False, name="checklist_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.product} · {self.routine}" if self.routine else str(self.product)


class IntakeField(models.Model):
    """One question of a checklist. `key` names its answer and stays the same when words change."""

    class Kind(models.TextChoices):
        TEXT = "text", _("Texto curto")
        LONG_TEXT = "long_text", _("Texto longo")
        CHOICE = "choice", _("Uma escolha")
        CHOICES = "choices", _("Várias escolhas")
        YES_NO = "yes_no", _("Sim ou não")
        NUMBER = "number", _("Número")
        DATE = "date", _("Data")
        VERSION = "version", _("Versão")
        FILE = "file", _("Arquivo")
        LOG = "log", _("Log ou pilha de erro")

    checklist = models.ForeignKey(
        Checklist, models.CASCADE, related_name="fields", verbose_name=_("checklist")
    )
    key = models.CharField(
        _("chave"),
        max_length=40,
        validators=[KEY],
        help_text=_("Nome da resposta; não muda quando o texto da pergunta muda."),
    )
    kind = models.CharField(_("tipo"), max_length=12, choices=Kind.choices, default=Kind.TEXT)
    label = models.CharField(_("pergunta"), max_length=200)
    why = models.CharField(
        _("por que ajuda"),
        max_length=300,
        blank=True,
        help_text=_("Aparece abaixo da pergunta: diga o que a resposta poupa."),
    )
    is_required = models.BooleanField(
        _("obrigatória"),
        default=False,
        help_text=_("Só quando sem a resposta não há como começar (E2)."),
    )
    weight = models.PositiveSmallIntegerField(
        _("peso"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
        help_text=_("Quanto conta no medidor de completude, de 1 a 5."),
    )
    choices = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("escolhas"),
        default=list,
        blank=True,
        help_text=_("Uma por linha."),
    )
    shown_if = models.CharField(
        _("só aparece se"),
        max_length=40,
        blank=True,
        help_text=_("Chave de outra pergunta, deste checklist ou do produto."),
    )
    shown_values = ArrayField(
        models.CharField(max_length=120),
        verbose_name=_("for respondida com"),
        default=list,
        blank=True,
        help_text=_("Uma resposta por linha; vazio: qualquer resposta."),
    )
    position = models.PositiveSmallIntegerField(_("ordem"), default=0)

    class Meta:
        verbose_name = _("pergunta")
        verbose_name_plural = _("perguntas")
        ordering = ["checklist", "position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["checklist", "key"], name="intake_field_key_once"),
            models.CheckConstraint(
                condition=models.Q(weight__range=(1, 5)), name="intake_field_weight_in_range"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class ChecklistVersion(models.Model):
    """A checklist as it was published: never changed, so that what was answered stays readable.

    `fields` holds the rows of `IntakeField` at that moment, in their order, as
    `catalog.intake.Field.as_json` writes them.
    """

    checklist = models.ForeignKey(
        Checklist, models.PROTECT, related_name="versions", verbose_name=_("checklist")
    )
    number = models.PositiveIntegerField(_("número"))
    fields = models.JSONField(_("perguntas"), default=list)
    published_at = models.DateTimeField(_("publicada em"), default=clock.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("publicada por"),
    )

    class Meta:
        verbose_name = _("versão do checklist")
        verbose_name_plural = _("versões do checklist")
        ordering = ["checklist", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["checklist", "number"], name="checklist_version_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.checklist} v{self.number}"


class Pattern(models.Model):
    """How a version, a routine, an error code or an answer is recognised in what people paste.

    The expression's group `value`, or its first group, or all that it matches, is what is offered.
    """

    class Finds(models.TextChoices):
        VERSION = "version", _("Versão")
        ROUTINE = "routine", _("Rotina")
        ERROR_CODE = "error_code", _("Código de erro")
        FIELD = "field", _("Resposta de uma pergunta")

    name = models.CharField(_("nome"), max_length=120)
    product = models.ForeignKey(
        Product,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="patterns",
        verbose_name=_("produto"),
        help_text=_("Vazio: vale para todos."),
    )
    finds = models.CharField(_("reconhece"), max_length=12, choices=Finds.choices)
    field_key = models.CharField(
        _("chave da pergunta"), max_length=40, blank=True, validators=[KEY]
    )
    expression = models.CharField(_("expressão regular"), max_length=300)
    example = models.TextField(
        _("exemplo"),
        help_text=_("Um trecho em que a expressão deve achar algo; é conferido ao salvar."),
    )
    position = models.PositiveSmallIntegerField(_("ordem"), default=0)
    is_active = models.BooleanField(_("em uso"), default=True)

    class Meta:
        verbose_name = _("padrão de reconhecimento")
        verbose_name_plural = _("padrões de reconhecimento")
        ordering = ["position", "name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(finds="field") & ~models.Q(field_key="")
                | ~models.Q(finds="field") & models.Q(field_key=""),
                name="pattern_field_has_key",
            )
        ]

    def __str__(self) -> str:
        return self.name
