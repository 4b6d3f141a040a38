"""knowledge/admin.py: the shelves of the help center, kept without code."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from knowledge import actions
from knowledge.models import Category

LIST = reverse("admin:knowledge_category_changelist")
ADD = reverse("admin:knowledge_category_add")


@pytest.fixture
def shelf(elisa: Any) -> Category:
    """One that holds an article."""
    shelf = Category.objects.create(name="Ponto", slug="ponto")
    actions.create(by=elisa, title="Um", placing=actions.Placing(category=shelf))
    return shelf


def test_a_category_is_made_with_its_address_and_place(admin: Client) -> None:
    typed = {"name": "Notas fiscais", "slug": "notas-fiscais", "summary": "", "position": "2"}

    assert admin.post(ADD, typed).status_code == 302

    rows = Category.objects.values_list("name", "slug", "position")
    assert list(rows) == [("Notas fiscais", "notas-fiscais", 2)]


def test_one_that_holds_articles_is_counted_and_stays(admin: Client, shelf: Category) -> None:
    delete = reverse("admin:knowledge_category_delete", args=[shelf.pk])

    assert '<td class="field-article_count">1</td>' in admin.get(LIST).content.decode()
    assert admin.post(delete, {"post": "yes"}).status_code == 403
    shelf.articles.all().delete()
    assert admin.post(delete, {"post": "yes"}).status_code == 302
    assert Category.objects.count() == 0


def test_R1_it_is_for_administrators_alone(client: Client, elisa: User, ana: User) -> None:
    for person in (elisa, ana):
        client.force_login(person)
        assert client.get(LIST).status_code == 302
        assert Category.objects.count() == 0
