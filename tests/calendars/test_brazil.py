"""`calendars/brazil.py`: what the library says, held against what the law says (B4)."""

from datetime import date, timedelta

import pytest

from calendars import brazil
from calendars.brazil import UFS, LibraryHolidays, OptionalDay, Origin, days_off

NATIONAL_2026 = {
    date(2026, 1, 1): "Confraternização Universal",
    date(2026, 4, 3): "Sexta-feira Santa",
    date(2026, 4, 21): "Tiradentes",
    date(2026, 5, 1): "Dia do Trabalhador",
    date(2026, 9, 7): "Independência do Brasil",
    date(2026, 10, 12): "Nossa Senhora Aparecida",
    date(2026, 11, 2): "Finados",
    date(2026, 11, 15): "Proclamação da República",
    date(2026, 11, 20): "Dia Nacional de Zumbi e da Consciência Negra",
    date(2026, 12, 25): "Natal",
}
# What each unit adds in 2026, as (month, day).
STATES_2026 = {
    "AC": [(1, 23), (3, 8), (6, 15), (9, 5), (11, 20)],
    "AL": [(6, 24), (6, 29), (9, 16), (11, 30)],
    "AM": [(9, 5)],
    "AP": [(3, 19), (7, 25), (9, 13)],
    "BA": [(7, 2)],
    "CE": [(3, 19), (3, 25), (8, 15)],
    "DF": [(4, 21), (11, 30)],
    "ES": [(4, 13)],
    "GO": [(7, 26), (10, 24)],
    "MA": [(7, 28)],
    "MG": [(4, 21)],
    "MS": [(10, 11)],
    "MT": [],
    "PA": [(8, 15)],
    "PB": [(8, 5)],
    "PE": [(3, 6)],
    "PI": [(10, 19)],
    "PR": [(11, 15)],
    "RJ": [(2, 17), (4, 23)],
    "RN": [(8, 7), (10, 3)],
    "RO": [(1, 4), (6, 18)],
    "RR": [(10, 5)],
    "RS": [(9, 20)],
    "SC": [(8, 16), (11, 29)],
    "SE": [(7, 8)],
    "SP": [(7, 9)],
    "TO": [(3, 18), (9, 8), (10, 5)],
}
OPTIONAL_2026 = {
    OptionalDay.CARNAVAL: [date(2026, 2, 16), date(2026, 2, 17)],
    OptionalDay.CINZAS: [date(2026, 2, 18)],
    OptionalDay.CORPUS_CHRISTI: [date(2026, 6, 4)],
    OptionalDay.SERVIDOR: [date(2026, 10, 28)],
    OptionalDay.VESPERA_NATAL: [date(2026, 12, 24)],
    OptionalDay.VESPERA_ANO_NOVO: [date(2026, 12, 31)],
}


def test_B4_national_holidays() -> None:
    assert {off.date: off.name for off in days_off(2026)} == NATIONAL_2026
    assert {off.origin for off in days_off(2026)} == {Origin.NATIONAL}


def test_B4_november_20th_is_national_since_2024() -> None:
    national = [date(year, 11, 20) in {off.date for off in days_off(year)} for year in (2023, 2024)]

    assert national == [False, True]


@pytest.mark.parametrize("uf", UFS)
def test_B4_each_unit_adds_its_own_to_the_national_ones(uf: str) -> None:
    found = days_off(2026, uf)

    national = {off.date: off.name for off in found if off.origin is Origin.NATIONAL}
    state = [(off.date.month, off.date.day) for off in found if off.origin is Origin.STATE]
    assert national == NATIONAL_2026
    assert state == STATES_2026[uf]


def test_all_27_units_are_here() -> None:
    assert len(UFS) == 27
    assert UFS.keys() == STATES_2026.keys()


@pytest.mark.parametrize("key", OptionalDay)
def test_B4_optional_days_are_a_choice_each(key: OptionalDay) -> None:
    chosen = days_off(2026, optional=frozenset({key}))

    assert [off.date for off in chosen if off.origin is Origin.OPTIONAL] == OPTIONAL_2026[key]
    assert len(chosen) == len(NATIONAL_2026) + len(OPTIONAL_2026[key])


@pytest.mark.parametrize("year", range(2000, 2101))
def test_B4_every_optional_day_comes_every_year(year: int) -> None:
    found = days_off(year, optional=frozenset(OptionalDay))

    optional = [off.date for off in found if off.origin is Origin.OPTIONAL]
    monday, tuesday, ashes, corpus_christi = optional[:4]
    assert optional[4:] == [date(year, 10, 28), date(year, 12, 24), date(year, 12, 31)]
    assert (tuesday - monday, ashes - tuesday) == (timedelta(1), timedelta(1))
    assert corpus_christi - tuesday == timedelta(107)


def test_one_row_a_day_and_origin_even_where_two_holidays_meet() -> None:
    found = [off for off in days_off(2026, "RJ", frozenset(OptionalDay)) if off.date.month == 2]

    assert [(off.date.day, off.origin) for off in found] == [
        (16, Origin.OPTIONAL),
        (17, Origin.OPTIONAL),
        (17, Origin.STATE),
        (18, Origin.OPTIONAL),
    ]


def test_library_holidays_say_all_names_of_a_day() -> None:
    acre = LibraryHolidays("AC", [OptionalDay.CINZAS])

    assert acre.get(date(2026, 11, 20)) == (
        "Dia Nacional de Zumbi e da Consciência Negra; Assinatura do Tratado de Petrópolis"
    )
    assert acre.get(date(2026, 2, 18)) == "Quarta-feira de Cinzas"
    assert acre.get(date(2026, 2, 17)) is None


@pytest.mark.parametrize("uf", ["XX", "sp", "São Paulo Capital", "SP "])
def test_unknown_unit_is_refused(uf: str) -> None:
    with pytest.raises(ValueError):
        days_off(2026, uf)


@pytest.mark.parametrize("year", [1889, 2101])
def test_B4_year_of_which_the_library_knows_nothing_is_refused_not_empty(year: int) -> None:
    with pytest.raises(ValueError):
        days_off(year)


def test_brazils_zones_exist() -> None:
    from calendars.business import time_zone_names

    assert set(brazil.ZONES) <= time_zone_names()
