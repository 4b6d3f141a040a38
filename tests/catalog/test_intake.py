"""E2: the questions of a checklist: which are shown, what is missing, what was meant."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import intake
from catalog.intake import Field, Kind, read
from catalog.models import Checklist, ChecklistVersion, IntakeField, Routine
from catalog.queries import Published, published

keys = st.sampled_from("abcde")
fields = st.builds(
    Field,
    key=keys,
    kind=st.sampled_from(Kind),
    label=st.just("?"),
    why=st.text(max_size=3),
    is_required=st.booleans(),
    weight=st.integers(1, 5),
    choices=st.lists(st.sampled_from("xyz"), unique=True).map(tuple),
    shown_if=st.just("") | keys,
    shown_values=st.lists(st.sampled_from(["x", "Sim"]), max_size=2).map(tuple),
)
checklists = st.lists(fields, max_size=6, unique_by=lambda field: field.key)
answers = st.dictionaries(keys, st.none() | st.booleans() | st.sampled_from(["", "x", "Sim"]))


def ask(kind, **more):
    """A question of `kind`."""
    return Field(key="q", kind=Kind(kind), label="Pergunta", **more)


def test_the_kinds_are_those_of_the_table():
    assert [str(kind) for kind in Kind] == IntakeField.Kind.values


def test_a_question_is_named_as_the_row_it_was_published_from():
    columns = {field.name for field in IntakeField._meta.get_fields()}

    assert set(Field.__dataclass_fields__) == columns - {"id", "checklist", "position"}


@given(fields)
def test_a_question_is_read_back_as_it_was_written(field):
    assert Field.from_json(field.as_json()) == field


def test_a_question_written_before_a_property_existed_has_its_default():
    assert Field.from_json({"key": "q", "kind": "text", "label": "Pergunta"}) == ask("text")


# --- Conditions ----------------------------------------------------------------------------------


@given(checklists, answers)
def test_a_question_is_shown_only_with_the_one_it_depends_on(asked, given_answers):
    seen = intake.shown(asked, given_answers)

    shown_keys = {field.key for field in seen}
    assert [field for field in asked if field in seen] == seen
    assert all(not field.shown_if or field.shown_if in shown_keys for field in seen)
    assert all(field in seen for field in asked if not field.shown_if)


@given(checklists, answers)
def test_completeness_is_100_exactly_if_nothing_is_missing(asked, given_answers):
    percent = intake.completeness(asked, given_answers)

    assert 0 <= percent <= 100
    assert (percent == 100) == (intake.missing(asked, given_answers) == [])


A = Field(key="a", kind=Kind.YES_NO, label="A")
B = Field(
    key="b", kind=Kind.CHOICE, label="B", choices=("Não sei",), shown_if="a", shown_values=("sim",)
)
C = Field(key="c", kind=Kind.TEXT, label="C", weight=3, shown_if="b", shown_values=("NAO SEI",))


@pytest.mark.parametrize(
    ("told", "seen", "percent"),
    [
        ({}, "a", 0),
        ({"a": False}, "a", 100),
        ({"a": True}, "ab", 50),
        ({"a": True, "b": "Não sei"}, "abc", 40),
        ({"a": True, "b": "Não sei", "c": "x"}, "abc", 100),
        ({"a": False, "b": "Não sei", "c": "x"}, "a", 100),
    ],
)
def test_conditions_chain_and_weigh(told, seen, percent):
    for asked in ([A, B, C], [C, B, A]):
        assert {field.key for field in intake.shown(asked, told)} == set(seen)
        assert intake.completeness(asked, told) == percent


def test_any_answer_will_do_where_none_is_named():
    asked = [Field(key="a", kind=Kind.TEXT, label="A"), ask("text", shown_if="a")]

    assert intake.shown(asked, {"a": " x"}) == asked
    assert intake.shown(asked, {"a": ""}) == asked[:1]


def test_one_of_several_choices_is_enough():
    many = Field(key="a", kind=Kind.CHOICES, label="A", choices=("x", "y"))
    asked = [many, ask("text", shown_if="a", shown_values=("y",))]

    assert intake.shown(asked, {"a": ["x", "y"]}) == asked
    assert intake.shown(asked, {"a": ["x"]}) == [many]


def test_circles_and_loose_ends_are_hidden():
    circle = [
        Field(key="a", kind=Kind.TEXT, label="A", shown_if="b"),
        Field(key="b", kind=Kind.TEXT, label="B", shown_if="a"),
        Field(key="c", kind=Kind.TEXT, label="C", shown_if="c"),
        Field(key="d", kind=Kind.TEXT, label="D", shown_if="nenhuma"),
        Field(key="e", kind=Kind.TEXT, label="E", shown_if="a"),
    ]

    assert intake.shown(circle, dict.fromkeys("abcde", "x")) == []


def test_of_two_questions_with_one_key_the_first_counts():
    assert intake.merged([A], [B, Field(key="a", kind=Kind.TEXT, label="Outra")]) == [A, B]


# --- Answers -------------------------------------------------------------------------------------

FILE = "6f1c2b1e-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("field", "raw", "value", "said"),
    [
        (ask("text"), "  a\nb ", "a b", "a b"),
        (ask("long_text"), "a\r\nb", "a\nb", "a\nb"),
        (ask("log"), ["", "at Foo.java:1\n  at Bar"], "at Foo.java:1\n  at Bar", None),
        (ask("version"), "12.3.1", "12.3.1", "12.3.1"),
        (ask("choice", choices=("x", "y")), "y", "y", "y"),
        (ask("choices", choices=("x", "y")), ["y", "x", "y"], ["x", "y"], "x, y"),
        (ask("yes_no"), "yes", True, "Sim"),
        (ask("yes_no"), "Não", False, "Não"),
        (ask("number"), "12,50", "12.5", "12,5"),
        (ask("number"), "12.5", "12.5", "12,5"),
        (ask("number"), "1.234,5", "1234.5", "1234,5"),
        (ask("number"), "1.234", "1234", "1234"),
        (ask("number"), "-0,00", "0", "0"),
        (ask("number"), "100", "100", "100"),
        (ask("date"), "3/11/2026", "2026-11-03", "03/11/2026"),
        (ask("date"), "2026-11-03", "2026-11-03", "03/11/2026"),
        (ask("file"), [FILE.upper(), FILE], [FILE], "1 arquivo"),
    ],
)
def test_what_was_typed_is_understood(field, raw, value, said):
    assert read(field, raw) == value
    assert read(field, intake.typed(field, value)) == value
    assert intake.words(field, value) == (value if said is None else said)


@pytest.mark.parametrize(
    ("field", "raw", "sentence"),
    [
        (ask("text"), "x" * 301, "Encurte a resposta: cabem 300 caracteres."),
        (ask("version"), "x" * 61, "Encurte a resposta: cabem 60 caracteres."),
        (ask("log"), "x" * 40_001, "O texto é longo demais para colar. Envie-o como arquivo."),
        (ask("choice", choices=("x",)), "X", "Escolha uma das opções da lista."),
        (ask("choices", choices=("x",)), ["x", "z"], "Escolha só entre as opções da lista."),
        (ask("yes_no"), "talvez", "Responda sim ou não."),
        (ask("number"), "doze", "Escreva só um número, por exemplo 1250 ou 12,5."),
        (ask("number"), "1e9", "Escreva só um número, por exemplo 1250 ou 12,5."),
        (ask("number"), "٣", "Escreva só um número, por exemplo 1250 ou 12,5."),
        (ask("date"), "31/02/2026", "Escreva a data como dia/mês/ano, por exemplo 13/11/2026."),
        (ask("date"), "13/11/26", "Escreva a data como dia/mês/ano, por exemplo 13/11/2026."),
        (ask("date"), "0001-01-01", "Escreva a data como dia/mês/ano, por exemplo 13/11/2026."),
        (ask("file"), "log.txt", "O arquivo não chegou. Envie-o de novo."),
        (ask("file"), [FILE] * 21, "São no máximo 20 arquivos."),
    ],
)
def test_what_cannot_be_meant_says_how_to_mend_it(field, raw, sentence):
    with pytest.raises(ValueError, match=r"\A" + sentence.replace("?", r"\?") + r"\Z"):
        read(field, raw)


@pytest.mark.parametrize("kind", Kind)
def test_blank_is_no_answer(kind):
    field = ask(kind, choices=("x",))

    assert read(field, " \n") is None
    assert read(field, []) is None
    assert read(field, intake.typed(field, None)) is None
    assert intake.words(field, None) == ""
    assert not intake.is_answered(None)


@given(st.sampled_from(Kind), st.text(max_size=40) | st.lists(st.text(max_size=40), max_size=4))
def test_whatever_is_typed_is_read_to_something_that_reads_the_same(kind, raw):
    field = ask(kind, choices=("x", "y"))
    try:
        value = read(field, raw)
    except ValueError:
        return

    assert read(field, intake.typed(field, value)) == value


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=3))
def test_a_number_keeps_its_value(number):
    written = f"{number:f}".replace(".", ",")

    assert read(ask("number"), written) is not None
    assert float(str(read(ask("number"), written))) == float(number)


# --- What was published --------------------------------------------------------------------------


@pytest.fixture
def routine(product):
    return Routine.objects.create(product=product, name="Faturamento", code="FAT0120")


def publish(checklist, *asked, number=1):
    """A published version of `checklist`."""
    rows = [field.as_json() for field in asked]
    return ChecklistVersion.objects.create(checklist=checklist, number=number, fields=rows)


def test_E2_the_last_published_of_product_and_routine_hold(
    product, routine, django_assert_num_queries
):
    of_product = Checklist.objects.create(product=product)
    of_routine = Checklist.objects.create(product=product, routine=routine)
    other = Routine.objects.create(product=product, name="Outra")
    publish(Checklist.objects.create(product=product, routine=other), C)
    publish(of_product, C, number=1)
    last = publish(of_product, A, B, number=2)
    mine = publish(of_routine, ask("text"))

    with django_assert_num_queries(1):
        found = published(product, routine)

    assert found == Published(product=last, routine=mine)
    assert found.fields == [A, B, ask("text")]
    assert published(product) == Published(product=last)


def test_a_product_with_no_checklist_asks_nothing(product):
    assert published(product) == Published()
    assert published(product).fields == []
