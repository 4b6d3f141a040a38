"""outbox/admin.py: staff read what was said to whom, and change nothing but to try again."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from common.links import sign
from outbox import ledger
from outbox.models import Delivery, State

Promise = Callable[..., Delivery]
LIST = "admin:outbox_delivery_changelist"

pytestmark = pytest.mark.django_db


def fail(delivery: Delivery) -> None:
    claimed = ledger.claim(delivery.pk)
    assert claimed is not None
    ledger.failed(claimed, "O servidor recusou o destinatário (550 5.1.1).")


def listed(staff: Client, **query: str) -> list[str]:
    answer = staff.get(reverse(LIST), query)
    return sorted(row.key for row in answer.context["cl"].result_list)


def test_the_list_is_searched_and_filtered(staff: Client, promise: Promise) -> None:
    fail(promise(key="1", to="bruno@cliente.example"))
    promise(key="2", topic="ticket:1024")

    assert listed(staff) == ["1", "2"]
    assert listed(staff, q="bruno@") == ["1"]
    assert listed(staff, q="ticket:1024") == ["2"]
    assert listed(staff, state__exact=State.FAILED) == ["1"]


def test_kinds_are_told_by_their_names(staff: Client, promise: Promise) -> None:
    promise(key="1")
    promise(key="2", letter="access_welcome")
    promise(key="3", letter="gone")

    page = staff.get(reverse(LIST))
    offered = page.context["cl"].filter_specs[1].choices(page.context["cl"])

    assert [str(choice["display"]) for choice in offered] == [
        "Todos",
        "Acesso: boas-vindas",
        "gone",
        "Novidade",
    ]
    assert [str(row) for row in page.context["cl"].result_list] == [
        "gone · ana@cliente.example",
        "Acesso: boas-vindas · ana@cliente.example",
        "Novidade · ana@cliente.example",
    ]
    assert "access_welcome</" not in page.content.decode()


def test_a_letter_is_shown_as_it_reads(staff: Client, promise: Promise) -> None:
    delivery = promise(context={"number": 1, "title": "Nota", "message": "<b>Olá</b>"})

    page = staff.get(reverse("admin:outbox_delivery_change", args=[delivery.pk]))

    assert "&lt;b&gt;Olá&lt;/b&gt;" in page.content.decode()


def test_a_letter_that_cannot_be_written_says_so(staff: Client, promise: Promise) -> None:
    delivery = promise(letter="missing")

    page = staff.get(reverse("admin:outbox_delivery_change", args=[delivery.pk]))

    assert "O modelo emails/missing/subject.txt tem um erro" in page.content.decode()


def test_a_secret_is_never_shown(staff: Client, promise_access: Promise) -> None:
    delivery = promise_access()

    pages = [
        staff.get(reverse("admin:outbox_delivery_change", args=[delivery.pk])),
        staff.get(reverse(LIST)),
    ]

    assert [page.status_code for page in pages] == [200, 200]
    assert not any("s3gr3do" in page.content.decode() for page in pages)
    assert "Contém um link de acesso e por isso não é mostrada." in pages[0].content.decode()


def test_S3_a_link_that_opens_by_itself_is_masked(staff: Client, promise: Promise) -> None:
    token = sign("survey", "1024")
    address = f"https://prazo.example/pesquisa/{token}/"
    delivery = promise(context={"number": 1024, "title": "Nota", "message": address})

    page = staff.get(reverse("admin:outbox_delivery_change", args=[delivery.pk])).content.decode()

    assert "https://prazo.example/pesquisa/…/" in page
    assert token not in page


def test_nothing_is_written_changed_or_removed(staff: Client, promise: Promise) -> None:
    delivery = promise()

    answers = [
        staff.get(reverse("admin:outbox_delivery_add")),
        staff.post(reverse("admin:outbox_delivery_change", args=[delivery.pk]), {"state": "sent"}),
        staff.post(reverse("admin:outbox_delivery_delete", args=[delivery.pk]), {"post": "yes"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]
    assert Delivery.objects.get().state == State.WAITING


def test_failed_letters_are_tried_again(
    staff: Client, promise: Promise, promise_access: Promise
) -> None:
    failed, waiting, secret = promise(key="1"), promise(key="2"), promise_access()
    fail(failed)
    fail(secret)

    answer = staff.post(
        reverse(LIST),
        {"action": "retry", "_selected_action": [failed.pk, waiting.pk, secret.pk]},
        follow=True,
    )

    assert [str(message) for message in answer.context["messages"]] == [
        "1 carta voltou para a fila e sai em até um minuto.",
        "Cartas de acesso não são repetidas: peça à pessoa um novo link.",
    ]
    states = dict(Delivery.objects.values_list("pk", "state"))
    assert states == {
        failed.pk: State.WAITING,
        waiting.pk: State.WAITING,
        secret.pk: State.FAILED,
    }
