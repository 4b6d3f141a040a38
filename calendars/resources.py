"""Exceptions of calendars as CSV, in and out: the columns, and what each may hold (B1)."""

import csv
import io
from datetime import date, datetime
from typing import Any

import tablib  # type: ignore[import-untyped]
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from import_export.fields import Field  # type: ignore[import-untyped]
from import_export.formats.base_formats import CSV  # type: ignore[import-untyped]
from import_export.resources import Diff, ModelResource  # type: ignore[import-untyped]
from import_export.widgets import Widget  # type: ignore[import-untyped]

from calendars.models import Calendar, CalendarException
from common.sheets import disarmed, rearmed

COLUMNS = ("calendario", "data", "nome", "tipo")
_DATE_FORMS = ("%Y-%m-%d", "%d/%m/%Y")
_KINDS = {kind.label.casefold(): kind for kind in CalendarException.Kind} | {
    "feriado": CalendarException.Kind.OFF,
    "folga": CalendarException.Kind.OFF,
}


class BrazilianCSV(CSV):  # type: ignore[misc]  # the library is untyped
    """CSV as Brazilian spreadsheets write and open it: UTF-8 or Windows-1252, “;” or “,”."""

    def is_binary(self) -> bool:
        """Read as bytes, since the encoding is found out here."""
        return True

    def get_read_mode(self) -> str:
        """See `is_binary`."""
        return "rb"

    def create_dataset(self, in_stream: bytes, **kwargs: Any) -> tablib.Dataset:
        """The rows of a file. Raises `ValueError`, in words, for one that lacks a column."""
        try:
            text = in_stream.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = in_stream.decode("cp1252", errors="replace")
        first = text.partition("\n")[0]
        rows = csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ",")
        header = [name.strip().casefold() for name in next(rows, [])]
        missing = [name for name in COLUMNS[1:] if name not in header]
        if missing:
            raise ValueError(
                _("O arquivo não tem a coluna %(columns)s.") % {"columns": ", ".join(missing)}
            )
        dataset = tablib.Dataset(headers=COLUMNS)
        for row in rows:
            cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
            if any(cells.values()):
                dataset.append([cells.get(name, "") for name in COLUMNS])
        return dataset

    def export_data(self, dataset: tablib.Dataset, **kwargs: Any) -> bytes:
        """The file, with a byte order mark, which spreadsheets need to see UTF-8."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        writer.writerow(dataset.headers)
        writer.writerows([disarmed(cell) for cell in row] for row in dataset)
        return out.getvalue().encode("utf-8-sig")


class CalendarWidget(Widget):  # type: ignore[misc]  # the library is untyped
    """A calendar by its name; an empty cell is the calendar that the form chose."""

    def __init__(self, chosen: Calendar | None) -> None:
        super().__init__()
        self._chosen = chosen

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> Calendar:
        """Raises `ValueError` for an unknown name, and for none at all."""
        if not value and self._chosen is None:
            raise ValueError(_("Diga o calendário, no formulário ou na coluna “calendario”."))
        calendar = Calendar.objects.filter(name=value).first() if value else self._chosen
        if calendar is None:
            raise ValueError(_("Não existe o calendário “%(name)s”.") % {"name": value})
        return calendar

    def render(self, value: Calendar | None, obj: Any = None, **kwargs: Any) -> str:
        """Its name; nothing for a row that is about to be new."""
        return value.name if value else ""


class DateWidget(Widget):  # type: ignore[misc]  # the library is untyped
    """A date, as 2026-11-19 or 19/11/2026; written as the first."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> date:
        """Raises `ValueError` for what is no date, or one of an unlikely year."""
        for form in _DATE_FORMS:
            try:
                found = datetime.strptime(value, form).date()  # noqa: DTZ007 - a date has no zone
            except ValueError:
                continue
            _require_field("date", found)
            return found
        raise ValueError(_("“%(value)s” não é uma data como 19/11/2026.") % {"value": value})

    def render(self, value: date | None, obj: Any = None, **kwargs: Any) -> str:
        """ISO 8601; nothing for a row that is about to be new."""
        return value.isoformat() if value else ""


class NameWidget(Widget):  # type: ignore[misc]  # the library is untyped
    """The name of the day; the apostrophe that the export put before a formula is taken off."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        """Raises `ValueError` for none, or one too long."""
        if not value:
            raise ValueError(_("Falta o nome."))
        name = rearmed(value)
        _require_field("name", name)
        return name


class KindWidget(Widget):  # type: ignore[misc]  # the library is untyped
    """What the day is, by the words that the admin shows; “feriado” and “folga” are understood."""

    def clean(self, value: str, row: Any = None, **kwargs: Any) -> str:
        """Raises `ValueError` for any other word."""
        kind = _KINDS.get(value.casefold())
        if kind is None:
            known = ", ".join(str(kind.label) for kind in CalendarException.Kind)
            raise ValueError(
                _("“%(value)s” não é um tipo; use: %(known)s.") % {"value": value, "known": known}
            )
        return kind.value

    def render(self, value: str, obj: Any = None, **kwargs: Any) -> str:
        """Its word."""
        return str(CalendarException.Kind(value).label)


class CellDiff(Diff):  # type: ignore[misc]  # the library is untyped
    """What a row changes, cell by cell, without the inline styles that the CSP refuses."""

    def as_html(self) -> list[SafeString]:
        """Each cell as it will be, after what it was where that is something else."""
        return [
            format_html("{}", new)
            if self.new or old == new
            else format_html("<del>{}</del> <ins>{}</ins>", old, new)
            for old, new in zip(self.left, self.right, strict=True)
        ]


class ExceptionResource(ModelResource):  # type: ignore[misc]  # the library is untyped
    """One row a day; the same calendar, day and kind again is the same exception, renamed."""

    calendario = Field(attribute="calendar", column_name="calendario")
    data = Field(attribute="date", column_name="data", widget=DateWidget())
    nome = Field(attribute="name", column_name="nome", widget=NameWidget())
    tipo = Field(attribute="kind", column_name="tipo", widget=KindWidget())

    class Meta:
        model = CalendarException
        fields = COLUMNS
        import_id_fields = ("calendario", "data", "tipo")
        use_transactions = True
        skip_unchanged = True
        report_skipped = True

    def __init__(self, *, calendar: Calendar | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields["calendario"].widget = CalendarWidget(calendar)

    def get_diff_class(self) -> type[CellDiff]:
        """See `CellDiff`."""
        return CellDiff

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        """Refuse a row with all that is wrong in it, in one sentence each."""
        problems = []
        for field in self.get_import_fields():
            try:
                field.widget.clean(row[field.column_name], row)
            except ValueError as problem:
                problems.append(str(problem))
        if problems:
            raise ValueError(" ".join(problems))


def _require_field(name: str, value: object) -> None:
    """Refuse what the model's field of that name would not hold, as a `ValueError`."""
    field: Any = CalendarException._meta.get_field(name)
    try:
        field.clean(value, None)
    except ValidationError as refused:
        raise ValueError(" ".join(refused.messages)) from None
