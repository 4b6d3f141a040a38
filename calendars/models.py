"""Rows of the calendars: the calendar, its holidays from the library, the exceptions of people.

Counting is not done here: `loading.py` makes a `business.BusinessCalendar` of these rows.
"""

from datetime import date, time
from typing import ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from calendars import brazil, business


class Weekday(models.IntegerChoices):
    """ISO numbers of the weekdays."""

    MONDAY = 1, _("segunda-feira")
    TUESDAY = 2, _("terça-feira")
    WEDNESDAY = 3, _("quarta-feira")
    THURSDAY = 4, _("quinta-feira")
    FRIDAY = 5, _("sexta-feira")
    SATURDAY = 6, _("sábado")
    SUNDAY = 7, _("domingo")


class OptionalDay(models.TextChoices):
    """The optional days of `brazil.OptionalDay`, as people read them."""

    CARNAVAL = brazil.OptionalDay.CARNAVAL.value, _("Carnaval (segunda e terça-feira)")
    CINZAS = brazil.OptionalDay.CINZAS.value, _("Quarta-feira de Cinzas (dia inteiro)")
    CORPUS_CHRISTI = brazil.OptionalDay.CORPUS_CHRISTI.value, _("Corpus Christi")
    SERVIDOR = brazil.OptionalDay.SERVIDOR.value, _("Dia do Servidor Público (28/10)")
    VESPERA_NATAL = brazil.OptionalDay.VESPERA_NATAL.value, _("Véspera de Natal (24/12)")
    VESPERA_ANO_NOVO = brazil.OptionalDay.VESPERA_ANO_NOVO.value, _("Véspera de Ano-Novo (31/12)")


def business_week() -> list[int]:
    """Monday to Friday."""
    return [1, 2, 3, 4, 5]


def validate_time_zone(name: str) -> None:
    """Refuse a time zone that this machine does not know."""
    try:
        business.time_zone(name)
    except ValueError:
        raise ValidationError(
            _("Não existe o fuso horário “%(name)s”."), code="time_zone", params={"name": name}
        ) from None


# `version` names one state of all that counting reads: whoever changes it, by whatever way, the
# version moves, and never back (a stale form that is saved would set an old one again). Other days
# off make the library's rows wrong: then none is known until `seed.fill` has been there.
_KEEP_VERSION = pgtrigger.Trigger(
    name="version",
    level=pgtrigger.Row,
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    func="""
        IF ROW(NEW.uf, NEW.optional_days) IS DISTINCT FROM ROW(OLD.uf, OLD.optional_days) THEN
            NEW.filled_from := NULL;
            NEW.filled_through := NULL;
        END IF;
        NEW.version := GREATEST(NEW.version, OLD.version);
        IF ROW(NEW.time_zone, NEW.weekdays, NEW.opens_at, NEW.closes_at, NEW.uf,
               NEW.optional_days, NEW.filled_from, NEW.filled_through)
           IS DISTINCT FROM
           ROW(OLD.time_zone, OLD.weekdays, OLD.opens_at, OLD.closes_at, OLD.uf,
               OLD.optional_days, OLD.filled_from, OLD.filled_through)
        THEN
            NEW.version := NEW.version + 1;
        END IF;
        RETURN NEW;
    """,
)


def _bump_version() -> list[pgtrigger.Trigger]:
    """Triggers that move the calendar's version on with every statement that writes its rows.

    One a statement, not one a row: filling ten years of holidays is one change.
    """
    written: dict[str, tuple[pgtrigger.Operation, dict[str, str], str]] = {
        "inserted": (pgtrigger.Insert, {"new": "fresh"}, "SELECT calendar_id FROM fresh"),
        "deleted": (pgtrigger.Delete, {"old": "gone"}, "SELECT calendar_id FROM gone"),
        # A row that is moved to another calendar changes both.
        "updated": (
            pgtrigger.Update,
            {"old": "gone", "new": "fresh"},
            "SELECT calendar_id FROM gone UNION SELECT calendar_id FROM fresh",
        ),
    }
    return [
        pgtrigger.Trigger(
            name=name,
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=pgtrigger.Referencing(**tables),  # type: ignore[no-untyped-call]
            func=f"""
                UPDATE calendars_calendar SET version = version + 1
                WHERE id IN ({calendars});
                RETURN NULL;
            """,  # noqa: S608 - constants of this function
        )
        for name, (operation, tables, calendars) in written.items()
    ]


class Calendar(models.Model):
    """A place's business time: its clock, its week, its hours and its days off (B1)."""

    name = models.CharField(_("nome"), max_length=80, unique=True)
    time_zone = models.CharField(
        _("fuso horário"),
        max_length=64,
        default="America/Sao_Paulo",
        validators=[validate_time_zone],
        help_text=_("Os prazos terminam às 23:59:59 deste fuso (B6)."),
    )
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday),
        verbose_name=_("dias da semana trabalhados"),
        default=business_week,
    )
    opens_at = models.TimeField(
        _("abre às"), default=time(9), help_text=_("É também a hora dos lembretes (L10).")
    )
    closes_at = models.TimeField(_("fecha às"), default=time(18))
    uf = models.CharField(
        _("UF"),
        max_length=2,
        blank=True,
        choices=list(brazil.UFS.items()),
        help_text=_("Soma os feriados do estado aos nacionais; em branco, só os nacionais."),
    )
    optional_days = ArrayField(
        models.CharField(max_length=20, choices=OptionalDay),
        verbose_name=_("pontos facultativos em que não se trabalha"),
        default=list,
        blank=True,
    )
    version = models.PositiveIntegerField(_("versão"), default=1, editable=False)
    filled_from = models.DateField(_("feriados desde"), null=True, editable=False)
    filled_through = models.DateField(_("feriados até"), null=True, editable=False)
    problem = models.CharField(
        _("problema"),
        max_length=300,
        blank=True,
        editable=False,
        help_text=_("Por que os feriados não puderam ser completados da última vez."),
    )

    class Meta:
        verbose_name = _("calendário")
        verbose_name_plural = _("calendários")
        ordering = ["name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                name="calendar_closes_after_opening",
                condition=Q(closes_at__gt=F("opens_at")),
                violation_error_message=_("O calendário precisa fechar depois de abrir."),
            ),
            models.CheckConstraint(
                name="calendar_works_on_some_weekday",
                condition=Q(weekdays__len__gt=0, weekdays__contained_by=list(Weekday.values)),
                violation_error_message=_("Escolha ao menos um dia da semana."),
            ),
            models.CheckConstraint(
                name="calendar_uf_exists",
                condition=Q(uf__in=["", *brazil.UFS]),
                violation_error_message=_("Não existe essa UF."),
            ),
            models.CheckConstraint(
                name="calendar_optional_days_exist",
                condition=Q(optional_days__contained_by=list(OptionalDay.values)),
                violation_error_message=_("Não existe esse ponto facultativo."),
            ),
            models.CheckConstraint(
                name="calendar_filled_is_a_span",
                condition=Q(filled_from__isnull=True, filled_through__isnull=True)
                | Q(
                    filled_from__isnull=False,
                    filled_through__isnull=False,
                    filled_from__lte=F("filled_through"),
                ),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [_KEEP_VERSION]

    def __str__(self) -> str:
        return self.name


class Holiday(models.Model):
    """A day off that the library gave; `seed.fill` writes these rows, people do not (B4)."""

    class Origin(models.TextChoices):
        """Whose holiday it is, as people read it."""

        NATIONAL = brazil.Origin.NATIONAL.value, _("nacional")
        STATE = brazil.Origin.STATE.value, _("estadual")
        OPTIONAL = brazil.Origin.OPTIONAL.value, _("ponto facultativo")

    calendar = models.ForeignKey(
        Calendar, models.CASCADE, related_name="holidays", verbose_name=_("calendário")
    )
    date = models.DateField(_("data"))
    name = models.CharField(_("nome"), max_length=200)
    origin = models.CharField(_("origem"), max_length=8, choices=Origin)

    class Meta:
        verbose_name = _("feriado")
        verbose_name_plural = _("feriados")
        ordering = ["date", "origin"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["calendar", "date", "origin"], name="holiday_once_a_day_and_origin"
            ),
            models.CheckConstraint(
                name="holiday_origin_exists",
                condition=Q(origin__in=[origin.value for origin in brazil.Origin]),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = _bump_version()

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.name}"


class CalendarException(models.Model):
    """A day that people took out of the rule: municipal holiday, recess, a Saturday worked (B1)."""

    class Kind(models.TextChoices):
        """What the day is, as people read it; the first of two on one day wins (B1)."""

        WORKED = business.ExceptionKind.WORKED.value, _("trabalhado")
        HALF = business.ExceptionKind.HALF.value, _("meio expediente")
        OFF = business.ExceptionKind.OFF.value, _("sem expediente")

    calendar = models.ForeignKey(
        Calendar, models.CASCADE, related_name="exceptions", verbose_name=_("calendário")
    )
    date = models.DateField(
        _("data"),
        # Far enough for any ticket, near enough to catch a mistyped year.
        validators=[
            MinValueValidator(date(2000, 1, 1), _("O ano parece errado: é anterior a 2000.")),
            MaxValueValidator(brazil.LAST_DAY, _("O ano parece errado: é posterior a 2100.")),
        ],
    )
    name = models.CharField(_("nome"), max_length=120)
    kind = models.CharField(
        _("tipo"),
        max_length=6,
        choices=Kind,
        default=Kind.OFF,
        help_text=_("Meio expediente conta como dia útil."),
    )

    class Meta:
        verbose_name = _("exceção")
        verbose_name_plural = _("exceções")
        ordering = ["date", "kind"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["calendar", "date", "kind"],
                name="exception_once_a_day_and_kind",
                violation_error_message=_("Este dia já tem uma exceção desse tipo."),
            ),
            models.CheckConstraint(
                name="exception_kind_exists",
                condition=Q(kind__in=[kind.value for kind in business.ExceptionKind]),
            ),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = _bump_version()

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.name}"
