"""`manage.py deadline`: when a count of business days ends, and why. Only reads and prints."""

import json
import os
import sys
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import Error as DatabaseFailed

from calendars import inquiry, loading
from calendars.business import WEEKDAY_NAMES, BeyondHorizon, BusinessCalendar
from calendars.inquiry import Answer, BadInput
from calendars.models import Calendar

_FAILED, _BAD_INPUT = 1, 2
# argparse speaks English only; what people get wrong most often is said in Portuguese.
_PORTUGUESE = {
    "unrecognized arguments: ": "Opção desconhecida: ",
    ": expected one argument": ": falta o valor.",
    ": ignored explicit argument ": " não leva valor: ",
    ": invalid choice: ": " não aceita ",
    ": invalid int value: ": " não aceita ",
    "choose from": "aceita",
    "argument ": "Opção ",
}

# Counts in one calendar and answers: `Question.answer` given a calendar, by whatever way.
Ask = Callable[[Callable[[BusinessCalendar], Answer]], Answer]


class Command(BaseCommand):
    """Print a deadline and, day by day, why each day counted or did not (B2, B4).

    Without `--calendar` no database is needed. Bad input: one line on stderr and exit 2.
    """

    help = "Diz quando termina um prazo em dias úteis e por que cada dia conta ou não."
    requires_system_checks: list[str] = []
    # Django's own, of which its stubs say nothing.
    _called_from_command_line: bool

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        """Django's, but exact about names, and with Portuguese refusals of one line."""
        parser = super().create_parser(prog_name, subcommand, allow_abbrev=False, **kwargs)
        # An instance's own method: Django chooses the parser's class and leaves no other way.
        parser.error = self._refuse_options  # type: ignore[method-assign]
        return parser

    def add_arguments(self, parser: CommandParser) -> None:
        """Every value is a text here; `inquiry` reads it, the same way as in a batch."""
        parser.add_argument(
            "--from",
            dest="entered",
            metavar="MOMENTO",
            help="Quando o prazo começa: 2026-11-13T10:00, local, ou com deslocamento (-03:00).",
        )
        parser.add_argument("--days", metavar="N", help="Quantos dias úteis, a partir de 1.")
        parser.add_argument("--tz", help=f"Fuso horário (padrão: {inquiry.DEFAULT_TZ}).")
        parser.add_argument("--uf", help="Soma os feriados estaduais desta UF.")
        parser.add_argument(
            "--optional", metavar="CHAVES", help="Pontos facultativos, separados por vírgula."
        )
        parser.add_argument(
            "--holiday", metavar="DATA", action="append", help="Um feriado a mais; pode repetir."
        )
        parser.add_argument(
            "--worked", metavar="DATA", action="append", help="Um dia trabalhado; pode repetir."
        )
        parser.add_argument(
            "--calendar", metavar="NOME", help="Usa o calendário cadastrado com este nome."
        )
        parser.add_argument("--json", action="store_true", help="Responde em JSON.")
        parser.add_argument(
            "--batch",
            action="store_true",
            help="Lê um objeto JSON por linha da entrada e responde um por linha.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Answer, or refuse in one line."""
        try:
            if options["batch"]:
                self._answer_batch(options)
            else:
                self._answer_one(options)
        except BadInput as error:
            self._refuse(str(error))
        except DatabaseFailed:
            self._refuse("O banco de dados não respondeu.", status=_FAILED)
        except BrokenPipeError:
            # Whoever read us has read enough; nor may the interpreter's own flush complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(_FAILED)

    def _answer_one(self, options: dict[str, Any]) -> None:
        given = {key: options[key] for key in ("tz", "uf", "optional") if options[key] is not None}
        if options["entered"] is None or options["days"] is None:
            raise BadInput("Diga --from e --days (ou --batch).")
        _require_one_calendar(options["calendar"], given)
        question = inquiry.Question(
            entered=inquiry.moment(options["entered"]),
            days=inquiry.days(options["days"]),
            holidays=frozenset(inquiry.day(text) for text in options["holiday"] or ()),
            worked=frozenset(inquiry.day(text) for text in options["worked"] or ()),
        )
        place = inquiry.Place(
            tz=inquiry.zone(given.get("tz", inquiry.DEFAULT_TZ)),
            uf=inquiry.uf(given["uf"]) if "uf" in given else "",
            optional=inquiry.optional(given.get("optional", "")),
        )
        answer = _answered(question, self._ask_named(options["calendar"]) or _ask_of(place))
        if options["json"]:
            self._print_json(answer.as_json())
        else:
            self._print_lines(_table(answer))

    def _answer_batch(self, options: dict[str, Any]) -> None:
        for key in ("entered", "days", "tz", "uf", "optional", "holiday", "worked"):
            if options[key] is not None:
                flag = "from" if key == "entered" else key
                raise BadInput(f"Com --batch, --{flag} vem em cada linha.")
        named = self._ask_named(options["calendar"])
        all_good = True
        for line in _stdin_lines():
            try:
                question, place = inquiry.read_fields(inquiry.read_line(line), place=named is None)
                self._print_json(_answered(question, named or _ask_of(place)).as_json())
            except BadInput as error:
                all_good = False
                self._print_json({"error": str(error)})
        if not all_good:
            sys.exit(_BAD_INPUT)

    def _ask_named(self, name: str | None) -> Ask | None:
        """How to count in the calendar of that name; its rows are topped up if need be (B4)."""
        if name is None:
            return None
        names = dict(Calendar.objects.values_list("name", "pk"))
        if name not in names:
            known = ", ".join(sorted(names)) or "nenhum"
            raise BadInput(f"Não existe o calendário “{name}”. Existem: {known}.")
        return lambda count: loading.with_horizon(names[name], count)

    def _print_json(self, found: dict[str, Any]) -> None:
        """One line, in UTF-8 wherever it goes: a lone surrogate stays a JSON escape."""
        _speak(sys.stdout, encoding="utf-8", errors="backslashreplace")
        self.stdout.write(json.dumps(found, ensure_ascii=False))
        self.stdout.flush()

    def _print_lines(self, lines: Iterable[str]) -> None:
        _speak(sys.stdout, errors="replace")
        for line in lines:
            self.stdout.write(line)
        self.stdout.flush()

    def _refuse_options(self, message: str) -> NoReturn:
        for english, portuguese in _PORTUGUESE.items():
            message = message.replace(english, portuguese)
        self._refuse(message)

    def _refuse(self, sentence: str, *, status: int = _BAD_INPUT) -> NoReturn:
        sentence = " ".join(sentence.split())
        if not self._called_from_command_line:
            raise CommandError(sentence, returncode=status)
        _speak(sys.stderr, errors="backslashreplace")
        self.stderr.write(sentence)
        sys.exit(status)


def _require_one_calendar(name: str | None, given: dict[str, str]) -> None:
    if name is not None and given:
        flags = ", ".join(f"--{key}" for key in given)
        raise BadInput(f"Com --calendar, {flags} vem do calendário.")


def _ask_of(place: inquiry.Place) -> Ask:
    return lambda count: count(place.calendar())


def _answered(question: inquiry.Question, ask: Ask) -> Answer:
    try:
        return ask(question.answer)
    except BeyondHorizon:
        raise BadInput(inquiry.beyond()) from None


def _stdin_lines() -> Iterable[bytes]:
    if sys.stdin is None:
        raise BadInput("Não há entrada para --batch ler.")
    return sys.stdin.buffer


def _speak(stream: Any, **how: str) -> None:
    """Set how a stream writes what its encoding lacks; one in memory has no encoding to set."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(**how)


def _table(answer: Answer) -> Iterable[str]:
    counted = 0
    yield f"Entrada  {_moment(answer.entered)}"
    yield f"Prazo    {_moment(answer.deadline)}"
    yield ""
    yield f"conta  {'dia':16}  por quê"
    for day in answer.days:
        counted += day.counts
        mark = str(counted) if day.counts else "–"
        yield f"{mark:>5}  {_weekday(day.date)}, {day.date:%d/%m/%Y}  {day.why}"


def _moment(moment: datetime) -> str:
    return f"{_weekday(moment)}, {moment:%d/%m/%Y}, {moment:%H:%M:%S} ({moment.tzinfo})"


def _weekday(day: date) -> str:
    return f"{WEEKDAY_NAMES[day.isoweekday()][:3]}."
