"""interfaces/web/admin.py: a checklist as its customers see it (E2)."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalog.models import Checklist, IntakeField, Product, Routine
from catalog.publishing import publish
from tests.admin.reading import INLINE

pytestmark = pytest.mark.django_db


@pytest.fixture
def preview(gil: Any) -> str:
    """The address of a routine's preview: its product asks one question, it asks two."""
    product = Product.objects.create(name="Nota fiscal eletrônica")
    routine = Routine.objects.create(product=product, name="Faturamento")
    general = Checklist.objects.create(product=product)
    own = Checklist.objects.create(product=product, routine=routine)
    make = IntakeField.objects.create
    make(checklist=general, key="prints", kind="yes_no", label="Imprime o DANFE?")
    make(checklist=own, key="xml", kind="file", label="XML da nota", position=1)
    make(
        checklist=own,
        key="printer",
        label="Impressora",
        shown_if="prints",
        shown_values=["Sim"],
        position=2,
    )
    publish(general, by=gil)
    publish(own, by=gil)
    return reverse("admin:catalog_checklist_preview", args=[own.pk])


def asked(response: Any) -> list[str]:
    return [each.field.label for each in response.context["intake"].questions()]


def test_E2_a_preview_asks_as_the_customer_is_asked(admin: Client, preview: str) -> None:
    plain, answered = admin.get(preview), admin.get(preview, {"answer-prints": "yes"})

    assert asked(plain) == ["Imprime o DANFE?", "XML da nota"]
    assert asked(answered) == ["Imprime o DANFE?", "XML da nota", "Impressora"]
    assert INLINE.findall(plain.text) == []


def test_the_page_of_a_checklist_leads_to_its_preview(admin: Client, preview: str) -> None:
    page = admin.get(preview.replace("preview/", "change/"))

    assert f'href="{preview}"' in page.text


def test_a_preview_is_for_who_may_look_at_checklists(
    admin: Client, staff: Any, client: Client, preview: str
) -> None:
    assert (
        admin.get(preview.replace("/catalog/checklist/", "/catalog/checklist/9")).status_code == 404
    )
    assert staff("view_ticket").get(preview).status_code == 403
    assert client.get(preview).status_code == 302
