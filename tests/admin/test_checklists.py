"""catalog/admin: checklists, patterns and what is out of scope, kept with no code (E2, E3)."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import (
    Checklist,
    ChecklistVersion,
    IntakeField,
    PaidService,
    Pattern,
    Product,
    Routine,
    ScopeNote,
)
from tests.admin.reading import INLINE, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def nfe(db: None) -> Product:
    return Product.objects.create(name="Nota fiscal eletrônica")


@pytest.fixture
def checklist(nfe: Product, gil: Any) -> Checklist:
    """Two questions, published: a choice, and one that waits for it."""
    from catalog.publishing import publish

    checklist = Checklist.objects.create(product=nfe)
    make = IntakeField.objects.create
    make(
        checklist=checklist,
        key="banco",
        kind="choice",
        label="Banco de dados",
        choices=["Oracle", "PostgreSQL"],
        position=10,
    )
    make(
        checklist=checklist,
        key="patch",
        label="Patch",
        shown_if="banco",
        shown_values=["Oracle"],
        position=20,
    )
    publish(checklist, by=gil)
    return checklist


def posted(*questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What the page of a checklist posts, with these rows."""
    stored = [row for row in questions if "id" in row]
    rows = {
        f"fields-{number}-{name}": value
        for number, row in enumerate(questions)
        for name, value in ({"kind": "text", "weight": "1"} | row).items()
    }
    return {
        "fields-TOTAL_FORMS": len(questions),
        "fields-INITIAL_FORMS": len(stored),
        **rows,
        **more,
    }


def as_stored(checklist: Checklist) -> list[dict[str, Any]]:
    """The rows of a checklist as its page posts them when nothing is changed."""
    return [
        {
            "id": row.pk,
            "checklist": checklist.pk,
            "label": row.label,
            "why": row.why,
            "kind": row.kind,
            "weight": row.weight,
            "position": row.position,
            "choices": "\n".join(row.choices),
            "shown_if": row.shown_if,
            "shown_values": "\n".join(row.shown_values),
        }
        for row in checklist.fields.order_by("position")
    ]


def page(checklist: Checklist) -> str:
    return reverse("admin:catalog_checklist_change", args=[checklist.pk])


def errors(response: Any) -> dict[str, list[str]]:
    """What is said beside the fields of the questions, by question."""
    formset = response.context["inline_admin_formsets"][0].formset
    said = {
        form["label"].value(): [each for errors in form.errors.values() for each in errors]
        for form in formset.forms
        if form.errors
    }
    return said | ({"": list(formset.non_form_errors())} if formset.non_form_errors() else {})


def test_E2_a_new_checklist_is_published_with_keys_made_of_its_words(
    admin: Client, nfe: Product, gil: Any
) -> None:
    response = admin.post(
        reverse("admin:catalog_checklist_add"),
        posted(
            {"label": "Série da nota", "why": "Diz onde procurar.", "is_required": "on"},
            {"label": "Banco", "kind": "choice", "choices": "Oracle\r\n\r\nPostgreSQL "},
            {"label": "Banco", "position": "1"},
            product=nfe.pk,
            _save="Salvar",
        ),
        follow=True,
    )

    version = ChecklistVersion.objects.get()
    assert (version.number, version.published_by) == (1, gil)
    assert [(row["key"], row["kind"], row["choices"]) for row in version.fields] == [
        ("banco", "text", []),
        ("serie_da_nota", "text", []),
        ("banco_2", "choice", ["Oracle", "PostgreSQL"]),
    ]
    assert told(response)[0].startswith("Versão 1 publicada, com 3 perguntas:")


def test_E2_what_was_answered_stays_as_it_was_read(admin: Client, checklist: Checklist) -> None:
    before = ChecklistVersion.objects.get().fields
    banco, patch = as_stored(checklist)

    admin.post(page(checklist), posted(banco | {"label": "SGBD"}, patch | {"DELETE": "on"}))

    assert [
        (each.number, [row["label"] for row in each.fields])
        for each in ChecklistVersion.objects.order_by("number")
    ] == [(1, ["Banco de dados", "Patch"]), (2, ["SGBD"])]
    assert ChecklistVersion.objects.get(number=1).fields == before


def test_what_changes_nothing_publishes_nothing(admin: Client, checklist: Checklist) -> None:
    response = admin.post(page(checklist), posted(*as_stored(checklist)))

    assert (response.status_code, ChecklistVersion.objects.count()) == (302, 1)


def test_a_question_is_moved_by_its_number_alone(admin: Client, checklist: Checklist) -> None:
    banco, patch = as_stored(checklist)
    free = patch | {"shown_if": "", "shown_values": ""}

    admin.post(page(checklist), posted(banco, free | {"position": "5"}))

    assert list(checklist.fields.values_list("key", "position")) == [("patch", 10), ("banco", 20)]
    assert [row["key"] for row in ChecklistVersion.objects.get(number=2).fields] == [
        "patch",
        "banco",
    ]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"shown_values": "MySQL"},
            "“Banco de dados” não pode ser respondida com: MySQL. Valem: Oracle, PostgreSQL.",
        ),
        ({"position": "1"}, "Escolha uma pergunta que venha antes desta, ou mude a ordem."),
        (
            {"kind": "choice", "choices": "Sim"},
            "Escreva ao menos duas escolhas, uma por linha.",
        ),
        (
            {"kind": "choices", "choices": "Sim\nsim"},
            "Há escolhas repetidas. Deixe cada uma só uma vez.",
        ),
    ],
)
def test_E2_what_could_not_be_asked_is_refused_in_words(
    admin: Client, checklist: Checklist, changed: dict[str, str], sentence: str
) -> None:
    banco, patch = as_stored(checklist)

    response = admin.post(page(checklist), posted(banco, patch | changed))

    assert errors(response) == {"Patch": [sentence]}
    assert ChecklistVersion.objects.count() == 1


def test_a_question_that_another_waits_for_does_not_go_alone(
    admin: Client, checklist: Checklist, nfe: Product
) -> None:
    routine = Routine.objects.create(product=nfe, name="Faturamento")
    of_routine = Checklist.objects.create(product=nfe, routine=routine)
    IntakeField.objects.create(checklist=of_routine, key="owner", label="Owner", shown_if="banco")
    banco, patch = as_stored(checklist)

    response = admin.post(
        page(checklist), posted(banco | {"DELETE": "on"}, patch | {"DELETE": "on"})
    )

    why = "Escolha uma pergunta que venha antes desta, ou mude a ordem."
    assert errors(response) == {"": [f"Na rotina Faturamento, a pergunta “Owner”: {why}"]}


def test_a_routine_of_another_product_and_a_second_checklist_are_refused(
    admin: Client, checklist: Checklist, nfe: Product
) -> None:
    other = Routine.objects.create(product=Product.objects.create(name="Folha"), name="Férias")
    address = reverse("admin:catalog_checklist_add")

    foreign = admin.post(address, posted(product=nfe.pk, routine=other.pk))
    second = admin.post(address, posted(product=nfe.pk))

    assert foreign.context["adminform"].form.errors == {
        "routine": ["A rotina Férias não é de Nota fiscal eletrônica."]
    }
    assert second.context["adminform"].form.errors == {
        "product": ["Já há um checklist para isto. Altere as perguntas dele."]
    }


def test_the_pages_have_nothing_inline(admin: Client, checklist: Checklist, nfe: Product) -> None:
    addresses = [page(checklist), reverse("admin:catalog_product_change", args=[nfe.pk])]
    addresses += [
        reverse(f"admin:catalog_{model}_{what}")
        for model in ("checklist", "pattern", "scopenote", "paidservice", "routine", "product")
        for what in ("add", "changelist")
    ]

    assert {each: INLINE.findall(admin.get(each).text) for each in addresses} == {
        each: [] for each in addresses
    }


# --- Patterns ------------------------------------------------------------------------------------


def pattern(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Versão",
        "finds": "version",
        "expression": r"vers[aã]o (?<value>\d+\.\d+)",
        "example": "Sistema versão 12.3 iniciado",
        "position": "0",
        "is_active": "on",
    } | changes


def test_E2_a_pattern_is_kept_with_what_it_finds(admin: Client) -> None:
    address = reverse("admin:catalog_pattern_add")

    response = admin.post(address, pattern(_continue="1"), follow=True)

    assert "<code>12.3</code>" in response.text
    assert Pattern.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"expression": "v("}, "expression", "A expressão não está certa: missing )"),
        (
            {"expression": r"(a+)+$x", "example": "a" * 300 + "b"},
            "expression",
            "A expressão demora demais.",
        ),
        ({"expression": "R12"}, "example", "A expressão não acha nada neste exemplo."),
        ({"finds": "field"}, "field_key", "Escolha a pergunta que isto responde."),
    ],
)
def test_an_expression_that_would_not_serve_is_refused_in_words(
    admin: Client, changes: dict[str, str], field: str, sentence: str
) -> None:
    response = admin.post(reverse("admin:catalog_pattern_add"), pattern(**changes))

    said = response.context["adminform"].form.errors
    assert list(said) == [field]
    assert said[field][0].startswith(sentence)
    assert Pattern.objects.count() == 0


def test_a_pattern_answers_a_question_of_its_product(
    admin: Client, checklist: Checklist, nfe: Product
) -> None:
    other = Product.objects.create(name="Folha")
    address, asked = reverse("admin:catalog_pattern_add"), {"finds": "field", "field_key": "patch"}

    refused = admin.post(address, pattern(product=other.pk, **asked))
    admin.post(address, pattern(product=nfe.pk, **asked))

    assert refused.context["adminform"].form.errors == {
        "field_key": ["Os checklists de Folha não têm esta pergunta."]
    }
    assert list(Pattern.objects.values_list("field_key", "product")) == [("patch", nfe.pk)]


# --- Scope ---------------------------------------------------------------------------------------


def terms(service: PaidService | None, **row: Any) -> dict[str, Any]:
    return {
        "name": "Consultoria",
        "is_active": "on",
        "terms-TOTAL_FORMS": "1",
        "terms-INITIAL_FORMS": "0",
        **{f"terms-0-{name}": value for name, value in row.items()},
    }


def test_E3_new_terms_follow_the_old_ones_which_nobody_changes(admin: Client) -> None:
    admin.post(reverse("admin:catalog_paidservice_add"), terms(None, text="Por hora.", price="180"))
    service = PaidService.objects.get()
    address = reverse("admin:catalog_paidservice_change", args=[service.pk])

    admin.post(address, terms(service, text="Por dia.", price="1400", unit="dia"))

    assert list(service.terms.order_by("number").values_list("number", "text", "price")) == [
        (1, "Por hora.", Decimal("180")),
        (2, "Por dia.", Decimal("1400")),
    ]


def test_E3_a_scope_note_is_kept(admin: Client, nfe: Product) -> None:
    admin.post(
        reverse("admin:catalog_scopenote_add"),
        {
            "product": nfe.pk,
            "title": "Treinamento",
            "text": "Não faz parte do suporte.",
            "door": "Academia",
            "position": "0",
            "is_active": "on",
        },
    )

    assert list(ScopeNote.objects.values_list("title", "door")) == [("Treinamento", "Academia")]


@pytest.mark.parametrize("name", ["checklist", "pattern", "scopenote", "paidservice", "routine"])
def test_who_may_only_look_at_tickets_keeps_no_catalog(staff: Any, name: str) -> None:
    hugo = staff("view_ticket")

    assert hugo.get(reverse(f"admin:catalog_{name}_add")).status_code == 403
