"""The holidays of Brazil and its 27 units, from the `holidays` library (B4). Pure; no rows here.

Municipal holidays are no part of it: people enter them as exceptions of a calendar.
"""

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from holidays.constants import OPTIONAL, PUBLIC
from holidays.countries.brazil import Brazil

from calendars.business import holidays_by_day

UFS = {
    "AC": "Acre",
    "AL": "Alagoas",
    "AM": "Amazonas",
    "AP": "Amapá",
    "BA": "Bahia",
    "CE": "Ceará",
    "DF": "Distrito Federal",
    "ES": "Espírito Santo",
    "GO": "Goiás",
    "MA": "Maranhão",
    "MG": "Minas Gerais",
    "MS": "Mato Grosso do Sul",
    "MT": "Mato Grosso",
    "PA": "Pará",
    "PB": "Paraíba",
    "PE": "Pernambuco",
    "PI": "Piauí",
    "PR": "Paraná",
    "RJ": "Rio de Janeiro",
    "RN": "Rio Grande do Norte",
    "RO": "Rondônia",
    "RR": "Roraima",
    "RS": "Rio Grande do Sul",
    "SC": "Santa Catarina",
    "SE": "Sergipe",
    "SP": "São Paulo",
    "TO": "Tocantins",
}
ZONES = (
    "America/Araguaina",
    "America/Bahia",
    "America/Belem",
    "America/Boa_Vista",
    "America/Campo_Grande",
    "America/Cuiaba",
    "America/Eirunepe",
    "America/Fortaleza",
    "America/Maceio",
    "America/Manaus",
    "America/Noronha",
    "America/Porto_Velho",
    "America/Recife",
    "America/Rio_Branco",
    "America/Santarem",
    "America/Sao_Paulo",
)
# Outside of these years the library answers "no holidays", which is not true: nobody may ask.
FIRST_DAY = date(Brazil.start_year, 1, 1)
LAST_DAY = date(Brazil.end_year, 12, 31)


class OptionalDay(StrEnum):
    """The days off that are nobody's duty to give (ponto facultativo): a calendar chooses."""

    CARNAVAL = "carnaval"
    CINZAS = "cinzas"
    CORPUS_CHRISTI = "corpus-christi"
    SERVIDOR = "servidor"
    VESPERA_NATAL = "vespera-natal"
    VESPERA_ANO_NOVO = "vespera-ano-novo"


class Origin(StrEnum):
    """Whose holiday it is."""

    NATIONAL = "national"
    STATE = "state"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class DayOff:
    """One holiday, whole-day, named in Portuguese."""

    date: date
    name: str
    origin: Origin


# By the library's names; Carnaval is its Monday and its Tuesday.
_OPTIONAL_NAMES = {
    "Carnaval": OptionalDay.CARNAVAL,
    "Quarta-feira de Cinzas": OptionalDay.CINZAS,
    "Corpus Christi": OptionalDay.CORPUS_CHRISTI,
    "Dia do Servidor Público": OptionalDay.SERVIDOR,
    "Véspera de Natal": OptionalDay.VESPERA_NATAL,
    "Véspera de Ano-Novo": OptionalDay.VESPERA_ANO_NOVO,
}


@functools.lru_cache(maxsize=2048)
def days_off(
    year: int, uf: str = "", optional: frozenset[OptionalDay] = frozenset()
) -> tuple[DayOff, ...]:
    """The holidays of `year`: national ones, those of `uf` ("" for none), the chosen optional ones.

    By date and origin, at most one for each. Raises `ValueError` for an unknown unit
    and for a year of which the library knows nothing.
    """
    if uf and uf not in UFS:
        raise ValueError(f"There is no unit {uf!r} in Brazil.")
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise ValueError(f"The holidays of {year} are not known.")
    national = _named(year, PUBLIC)
    state = _named(year, PUBLIC, uf) - national if uf else frozenset()
    chosen = {
        (day, name) for day, name in _named(year, OPTIONAL) if _OPTIONAL_NAMES.get(name) in optional
    }
    by_origin = {Origin.NATIONAL: national, Origin.STATE: state, Origin.OPTIONAL: chosen}
    found = (
        DayOff(day, name, origin)
        for origin, named in by_origin.items()
        for day, name in holidays_by_day(sorted(named)).items()
    )
    return tuple(sorted(found, key=lambda off: (off.date, off.origin)))


class LibraryHolidays:
    """Holidays straight from the library, each year made when a day of it is first asked for."""

    def __init__(self, uf: str = "", optional: Iterable[OptionalDay] = ()) -> None:
        self._uf = uf
        self._optional = frozenset(optional)

    def get(self, day: date, /) -> str | None:
        """The names of the holidays on `day`, or `None`."""
        return _names(day.year, self._uf, self._optional).get(day)


@functools.lru_cache(maxsize=2048)
def _names(year: int, uf: str, optional: frozenset[OptionalDay]) -> dict[date, str]:
    return holidays_by_day((off.date, off.name) for off in days_off(year, uf, optional))


def _named(year: int, category: str, uf: str = "") -> frozenset[tuple[date, str]]:
    """What the library says, with the names it joins on one day taken apart."""
    found = Brazil(years=year, subdiv=uf or None, language="pt_BR", categories=(category,))
    return frozenset((day, name) for day in found for name in found.get_list(day))
