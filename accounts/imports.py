"""A sheet of people to invite, judged row by row before anything is written (R5).

Read by accounts/sheets.py; who is invited, and how, is accounts/places.py.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import places
from accounts.models import Organization, PeopleImport, Role, Sees, User
from accounts.places import Invitation, Standing
from accounts.sheets import Line
from catalog.models import Product
from common import clock
from common.errors import Refused
from common.text import fold, one_line

# A sheet holds names and addresses; accepted or not, it is not kept for long.
KEPT_FOR = timedelta(days=7)


class Column(StrEnum):
    """What a sheet says of a person, by the name that its template gives the column."""

    NAME = "nome"
    EMAIL = "e-mail"
    ROLE = "papel"
    SEES = "vê"
    TEAM = "equipe"
    PRODUCTS = "produtos"


_ALSO = {
    Column.NAME: ("nome completo", "pessoa", "usuario", "colaborador", "funcionario", "name"),
    Column.EMAIL: (
        "email",
        "e mail",
        "endereco de e-mail",
        "endereco de email",
        "correio",
        "login",
    ),
    Column.ROLE: ("perfil", "funcao", "tipo", "role"),
    Column.SEES: ("ve tickets", "visao", "visibilidade", "tickets", "quais tickets ve"),
    Column.TEAM: ("time", "setor", "departamento", "area", "filial", "team"),
    Column.PRODUCTS: ("produto", "sistemas", "sistema", "modulos", "modulo", "products"),
}
_COLUMNS = {fold(name): column for column in Column for name in (column.value, *_ALSO[column])}

_ROLES = {
    **dict.fromkeys(("", "membro", "usuario", "comum", "member"), Role.MEMBER),
    **dict.fromkeys(
        ("administrador", "administradora", "administracao", "admin", "administrador do cliente"),
        Role.ORG_ADMIN,
    ),
}
_SEES = {
    **dict.fromkeys(("", "proprios", "seus", "os seus", "so os seus", "own"), Sees.OWN),
    **dict.fromkeys(("equipe", "os da equipe", "da equipe", "time", "team"), Sees.TEAM),
    **dict.fromkeys(("todos", "tudo", "todos os da empresa", "empresa", "all"), Sees.ALL),
}


class Level(StrEnum):
    """What becomes of a row: invited, invited with a remark, left alone, or to be mended."""

    OK = "ok"
    WARNING = "warning"
    SKIP = "skip"
    ERROR = "error"


INVITED = (Level.OK, Level.WARNING)


@dataclass
class Problem:
    """What is to be said of a cell, and how to mend it."""

    column: str
    level: str
    sentence: str


@dataclass
class Row:
    """A line of the sheet: as typed, judged, and whom it invites."""

    line: int
    typed: dict[str, str]
    problems: list[Problem] = field(default_factory=list)
    role: str = Role.MEMBER
    sees: str = Sees.OWN
    team_id: int | None = None
    products: list[int] = field(default_factory=list)

    @property
    def level(self) -> Level:
        said = {problem.level for problem in self.problems}
        return next(
            (each for each in (Level.ERROR, Level.SKIP, Level.WARNING) if each in said), Level.OK
        )

    @property
    def name(self) -> str:
        return self.typed.get(Column.NAME, "")

    @property
    def email(self) -> str:
        return self.typed.get(Column.EMAIL, "").lower()

    def say(self, column: Column, level: Level, sentence: str) -> None:
        self.problems.append(Problem(column.value, level.value, sentence))

    def invitation(self) -> Invitation:
        return Invitation(
            email=self.email,
            name=one_line(self.name, 150),
            role=self.role,
            sees=self.sees,
            team_id=self.team_id,
            products=tuple(self.products),
        )


def preview(
    organization: Organization, lines: Sequence[Line], *, name: str, by: User
) -> PeopleImport:
    """Keep the sheet with what is right and wrong of each row; nobody is invited yet.

    Refused for a sheet without a column of names or of addresses. `forget` takes it away.
    """
    rows = judged(organization, _typed(lines))
    return PeopleImport.objects.create(
        organization=organization,
        created_by=by,
        file_name=one_line(name, 200),
        rows=[asdict(row) for row in rows],
    )


def forget() -> int:
    """Delete what is older than a week, accepted or not; how many sheets."""
    old = PeopleImport.objects.filter(created_at__lt=clock.now() - KEPT_FOR)
    return old.delete()[0]


def rows_of(sheet: PeopleImport) -> list[Row]:
    """The rows of a preview, as they were judged when it was made."""
    return [
        Row(**{**kept, "problems": [Problem(**each) for each in kept["problems"]]})
        for kept in sheet.rows
    ]


def levels(rows: Iterable[Row]) -> Counter[str]:
    return Counter(row.level.value for row in rows)


@transaction.atomic
def accept(sheet: PeopleImport, *, by: User) -> int:
    """Invite everybody whose row is right, all in one transaction; how many. Twice is once (L12).

    The rows are judged again: meanwhile somebody may have been invited, a team removed.
    """
    sheet = PeopleImport.objects.select_for_update().select_related("organization").get(pk=sheet.pk)
    if sheet.accepted_at is not None:
        return 0
    typed = [(row.line, row.typed) for row in rows_of(sheet)]
    rows = judged(sheet.organization, typed)
    invited = [row.invitation() for row in rows if row.level in INVITED]
    if not invited:
        raise Refused(
            "nobody", _("Não há ninguém a convidar nesta planilha. Corrija-a e envie de novo.")
        )
    count = places.invite_all(sheet.organization, invited, by=by)
    sheet.rows, sheet.accepted_at = [asdict(row) for row in rows], clock.now()
    sheet.save(update_fields=["rows", "accepted_at"])
    return count


def _typed(lines: Sequence[Line]) -> list[tuple[int, dict[str, str]]]:
    """What each line says, by column; a column that is named twice counts once."""
    header = [_COLUMNS.get(fold(" ".join(name.replace("*", " ").split()))) for name in lines[0][1]]
    if missing := [each.value for each in (Column.NAME, Column.EMAIL) if each not in header]:
        raise Refused(
            "no_column",
            _(
                "Falta a coluna “%(column)s”. A primeira linha precisa dar os nomes das colunas, "
                "como no modelo."
            )
            % {"column": missing[0]},
        )
    at = {column: header.index(column) for column in Column if column in header}
    return [
        (number, {column.value: cells[n] if n < len(cells) else "" for column, n in at.items()})
        for number, cells in lines[1:]
    ]


def judged(organization: Organization, typed: Sequence[tuple[int, Mapping[str, str]]]) -> list[Row]:
    """Each row with what is wrong with it; the statements asked do not grow with the rows."""
    rows = [Row(number, dict(cells)) for number, cells in typed]
    standing = places.standings(organization, [row.email for row in rows if row.email])
    domains = places.domains_of(organization)
    teams = {fold(team.name): team.pk for team in organization.teams.all()}
    names = [team.name for team in organization.teams.all()] if teams else []
    products = {fold(each.name): each for each in Product.objects.filter(is_active=True)}
    first: dict[str, int] = {}
    for row in rows:
        _judge_person(row, standing, domains)
        _judge_place(row, teams, names, products)
        if row.email and (line := first.setdefault(row.email, row.line)) != row.line:
            told = _("Repete o e-mail da linha %(line)d. Deixe só uma das duas.") % {"line": line}
            row.say(Column.EMAIL, Level.ERROR, told)
    return rows


def _judge_person(row: Row, standing: Mapping[str, Standing], domains: Sequence[str]) -> None:
    if not row.name:
        row.say(Column.NAME, Level.ERROR, _("Falta o nome."))
    elif sentence := places.wrong_name(row.name):
        row.say(Column.NAME, Level.ERROR, sentence)
    elif len(row.name) > 150:
        row.say(Column.NAME, Level.ERROR, _("O nome é longo demais: cabem 150 letras."))
    if sentence := _wrong_address(row.email):
        row.say(Column.EMAIL, Level.ERROR, sentence)
        return
    match standing[row.email]:
        case Standing.MEMBER | Standing.INVITED as known:
            row.say(Column.EMAIL, Level.SKIP, f"{places.why_not(known)} {_('Nada muda.')}")
        case Standing.LEFT | Standing.CLOSED as known:
            row.say(Column.EMAIL, Level.ERROR, places.why_not(known))
        # Who has an account of elsewhere reads as who has none: until accepting nothing is told.
        case _ if places.is_foreign(row.email, domains):
            told = _("O endereço não é de um domínio da empresa. Confira se está certo.")
            row.say(Column.EMAIL, Level.WARNING, told)


def _wrong_address(email: str) -> str:
    if not email:
        return _("Falta o e-mail: é por ele que a pessoa entra.")
    if "@" not in email:
        return _("Falta o @ no e-mail.")
    if " " in email or "," in email or ";" in email:
        return _("Escreva um só e-mail, sem espaços.")
    try:
        validate_email(email)
    except ValidationError:
        return _("O e-mail não está completo. Confira, como nome@empresa.com.br.")
    return _("O e-mail é longo demais.") if len(email) > 254 else ""


def _judge_place(
    row: Row, teams: Mapping[str, int], names: Sequence[str], products: Mapping[str, Product]
) -> None:
    role = _ROLES.get(fold(row.typed.get(Column.ROLE, "")))
    if role is None:
        row.say(Column.ROLE, Level.ERROR, _("Escreva Membro ou Administrador."))
    sees = _SEES.get(fold(row.typed.get(Column.SEES, "")))
    if sees is None:
        row.say(Column.SEES, Level.ERROR, _("Escreva Próprios, Equipe ou Todos."))
    team = row.typed.get(Column.TEAM, "")
    row.team_id = teams.get(fold(team)) if team else None
    if team and row.team_id is None:
        told = (
            _("Não há esta equipe. Escreva uma destas: %(teams)s.")
            % {"teams": ", ".join(names[:8])}
            if names
            else _("A empresa ainda não tem equipes. Crie-a antes, ou deixe em branco.")
        )
        row.say(Column.TEAM, Level.ERROR, told)
    elif sees == Sees.TEAM and row.team_id is None:
        row.say(Column.TEAM, Level.ERROR, _("Diga de qual equipe a pessoa vê os tickets."))
    row.role, row.sees = role or Role.MEMBER, sees or Sees.OWN
    for name in _names(row.typed.get(Column.PRODUCTS, "")):
        product = products.get(fold(name))
        if product is None:
            told = _("Não há o produto “%(name)s”. Escreva como no portal, separados por |.")
            row.say(Column.PRODUCTS, Level.ERROR, told % {"name": one_line(name, 60)})
        elif product.pk not in row.products:
            row.products.append(product.pk)


def _names(cell: str) -> list[str]:
    """Products are parted by | or ; since names hold commas and slashes."""
    return [name for part in cell.replace(";", "|").split("|") if (name := part.strip())]
