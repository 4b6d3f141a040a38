"""Preferences per person: all, only mine, the digest of the day, none but required."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection

from accounts.models import Membership, User
from common.models import TaskFault
from notifications import digests, preferences
from notifications.audience import Part
from notifications.models import Choice, Held, Preference
from notifications.preferences import REQUIRED, Way, way
from notifications.tasks import send_digests
from outbox.letters import write
from outbox.models import Delivery
from tests.cast import at, by
from tests.notifications.conftest import again, said
from tests.outbox.test_tasks import at_once
from tickets import actions
from tickets.models import Ticket

Box = Callable[[], list[tuple[str, str]]]
NOW = at("2026-11-13T09:30")


def choose(person: Any, choice: Choice) -> None:
    preferences.choose(person, choice, now=NOW)


@pytest.mark.parametrize(
    ("choice", "letter", "part", "expected"),
    [
        (Choice.ALL, "replied", Part.WATCHER, Way.NOW),
        (Choice.MINE, "replied", Part.REQUESTER, Way.NOW),
        (Choice.MINE, "replied", Part.ASSIGNEE, Way.NOW),
        (Choice.MINE, "replied", Part.WATCHER, Way.NOT_AT_ALL),
        (Choice.MINE, "solution_proposed", Part.WATCHER, Way.NOT_AT_ALL),
        (Choice.DIGEST, "replied", Part.REQUESTER, Way.IN_DIGEST),
        (Choice.DIGEST, "information_requested", Part.REQUESTER, Way.NOW),
        (Choice.DIGEST, "information_requested", Part.WATCHER, Way.IN_DIGEST),
        (Choice.DIGEST, "assigned", Part.ASSIGNEE, Way.NOW),
        (Choice.REQUIRED, "replied", Part.REQUESTER, Way.NOT_AT_ALL),
        (Choice.REQUIRED, "reminder", Part.REQUESTER, Way.NOW),
        (Choice.REQUIRED, "expired", Part.REQUESTER, Way.NOW),
        (Choice.REQUIRED, "expired", Part.WATCHER, Way.NOT_AT_ALL),
        (Choice.REQUIRED, "assigned", Part.ASSIGNEE, Way.NOW),
        (Choice.REQUIRED, "replied", Part.ASSIGNEE, Way.NOT_AT_ALL),
    ],
)
def test_how_each_is_told(choice: Choice, letter: str, part: Part, expected: Way) -> None:
    assert way(choice, letter, part) is expected


def test_whatever_the_choice_what_awaits_the_requester_comes_at_once() -> None:
    asks = {"information_requested", "solution_proposed", "moved", "reminder", "expired"}

    for choice in Choice:
        assert {each for each in asks if way(choice, each, Part.REQUESTER) is Way.NOW} == asks
    assert REQUIRED[Part.WATCHER] == frozenset()


def test_only_mine_leaves_what_one_watches_to_the_page(
    watched: Ticket, ana: Any, bruno: Any, elisa: Any, fabio: Any, box: Box
) -> None:
    actions.watch(watched, who=fabio, by=by(fabio))
    for person in (ana, bruno, elisa, fabio):
        choose(person, Choice.MINE)

    actions.reply(watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="Bom dia.")
    actions.reply(watched, by=by(ana, "2026-11-13T10:10"), body="Olá.")

    assert box() == [("replied", "Ana"), ("replied", "Elisa")]


def test_none_but_required(watched: Ticket, ana: Any, bruno: Any, elisa: Any, box: Box) -> None:
    for person in (ana, bruno, elisa):
        choose(person, Choice.REQUIRED)

    actions.reply(watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="Bom dia.")
    actions.request_information(watched, by=by(elisa, "2026-11-13T10:10", "desk"), body="O XML?")
    actions.reply(again(watched), by=by(ana, "2026-11-13T10:20"), body="Segue.")

    assert box() == [("information_requested", "Ana")]
    assert Held.objects.count() == 0


@pytest.mark.parametrize(
    ("moment", "zone", "due"),
    [
        ("2026-11-13T09:00", "America/Sao_Paulo", "2026-11-13T18:00"),
        ("2026-11-13T17:59", "America/Sao_Paulo", "2026-11-13T18:00"),
        ("2026-11-13T18:00", "America/Sao_Paulo", "2026-11-14T18:00"),
        ("2026-11-13T18:30", "America/Manaus", "2026-11-13T19:00"),
        ("2026-12-31T23:00", "America/Sao_Paulo", "2027-01-01T18:00"),
    ],
)
def test_the_digest_goes_at_18_on_the_reader_s_own_clock(moment: str, zone: str, due: str) -> None:
    assert digests.due_after(at(moment), User(time_zone=zone)) == at(due)


def test_the_digest_whole(
    watched: Ticket, opened: Callable[..., Ticket], ana: Any, bruno: Any, elisa: Any, box: Box
) -> None:
    other = opened("2026-11-13T09:00", title="Outra", watchers=[bruno])
    Delivery.objects.all().delete()
    choose(bruno, Choice.DIGEST)
    with time_machine.travel(at("2026-11-13T10:00"), tick=False):
        asks = by(elisa, channel="desk")
        actions.request_information(watched, by=asks, body="O XML?\n" + "x" * 500)
    with time_machine.travel(at("2026-11-13T11:00"), tick=False):
        actions.cancel(other, by=by(ana))
    assert ("information_requested", "Bruno") not in box()

    with time_machine.travel(at("2026-11-13T17:55"), tick=False):
        assert send_digests() == 0
    with time_machine.travel(at("2026-11-13T18:00"), tick=False):
        assert send_digests() == 1
        assert send_digests() == 0

    n, m = watched.number, other.number
    assert box() == [("digest", "Bruno")]
    assert said("digest", "Bruno") == (
        "Resumo do dia: 2 tickets com novidades",
        "Resumo do dia: 2 tickets com novidades\n"
        "\n"
        "Olá, Bruno.\n"
        "\n"
        "Isto aconteceu nos seus tickets desde o último resumo:\n"
        "\n"
        "NF-e rejeitada com o código 539\n"
        f"Ticket {n} · Pendente Cliente\n"
        f"http://127.0.0.1:8000/tickets/{n}/\n"
        "\n"
        "sex., 13/11, 10:00: Elisa Prado pediu informações para continuar:\n"
        "> O XML?\n"
        f"> {'x' * 293}…\n"
        "\n"
        "Aguardando Ana até seg., 23/11, 23:59. Sem retorno, vai para Validação Cliente; depois, "
        "em 02/12, será encerrado.\n"
        "\n"
        "Outra\n"
        f"Ticket {m} · Encerrado\n"
        f"http://127.0.0.1:8000/tickets/{m}/\n"
        "\n"
        "sex., 13/11, 11:00: Ana Nogueira cancelou o ticket: ele não é mais necessário.\n"
        "\n"
        "Encerrado em sex., 13/11, 11:00. Cancelado pelo cliente. Para continuar, crie um "
        "acompanhamento ou responda a qualquer e-mail deste ticket.\n"
        "\n"
        "Ver os meus tickets:\n"
        "http://127.0.0.1:8000/\n"
        "\n"
        "Você recebe porque escolheu um resumo por dia.\n"
        "\n"
        "Escolher os avisos:\n"
        "http://127.0.0.1:8000/perfil/#avisos\n"
        "\n"
        "Prazo: http://127.0.0.1:8000\n",
    )
    html = str(write(Delivery.objects.get(letter="digest")).alternatives[0][0])
    assert f'href="http://127.0.0.1:8000/tickets/{m}/"' in html


@pytest.mark.parametrize("choice", [Choice.ALL, Choice.MINE, Choice.REQUIRED])
def test_who_leaves_the_digest_gets_at_once_what_waited(
    watched: Ticket, bruno: Any, elisa: Any, box: Box, choice: Choice
) -> None:
    choose(bruno, Choice.DIGEST)
    actions.reply(watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="Bom dia.")
    assert box() == [("replied", "Ana")]

    choose(bruno, choice)

    assert box() == [("digest", "Bruno")]
    assert "> Bom dia." in said("digest", "Bruno")[1]
    assert (Held.objects.count(), preferences.choice_of(bruno)) == (0, choice)


def test_R1_the_digest_leaves_out_what_its_reader_no_longer_sees(
    watched: Ticket, bruno: Any, elisa: Any, box: Box
) -> None:
    choose(bruno, Choice.DIGEST)
    actions.reply(watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="Bom dia.")
    Membership.objects.filter(user=bruno).update(is_active=False)
    box()

    digests.send(User.objects.get(pk=bruno.pk), now=at("2026-11-13T18:00"))

    assert (box(), Held.objects.count()) == ([], 0)


def test_L13_no_note_is_held(watched: Ticket, bruno: Any, elisa: Any, fabio: Any) -> None:
    for person in (bruno, elisa):
        choose(person, Choice.DIGEST)

    actions.note(watched, by=by(fabio, "2026-11-13T10:00", "desk"), body="SEGREDO")

    assert Held.objects.count() == 0


def test_L10_a_reminder_that_is_no_longer_true_is_not_in_the_digest(
    watched: Ticket, ana: Any, bruno: Any, elisa: Any
) -> None:
    choose(bruno, Choice.DIGEST)
    actions.request_information(watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="O XML?")
    actions.advance(watched.pk, now=at("2026-11-19T09:00"))
    assert [each.letter for each in Held.objects.all()] == ["information_requested", "reminder"]

    actions.reply(again(watched), by=by(ana, "2026-11-19T10:00"), body="Segue.")

    assert [each.letter for each in Held.objects.all()] == ["information_requested", "replied"]


def test_L12_the_same_event_is_held_once(watched: Ticket, bruno: Any, elisa: Any) -> None:
    from notifications.followers import follow

    choose(bruno, Choice.DIGEST)
    event = actions.reply(watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="Bom dia.")

    follow(event)

    assert Held.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_L12_two_workers_at_once_write_one_digest(
    watched: Ticket, bruno: Any, elisa: Any, box: Box
) -> None:
    choose(bruno, Choice.DIGEST)
    actions.reply(watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="Bom dia.")
    box()
    late = at("2026-11-13T18:00") + timedelta(days=1)

    at_once(*[lambda: digests.send(bruno, now=late)] * 4)

    assert box() == [("digest", "Bruno")]
    connection.close()


def test_a_digest_that_cannot_be_written_waits_and_stops_no_other(
    watched: Ticket, bruno: Any, carla: Any, elisa: Any, box: Box
) -> None:
    actions.watch(watched, who=carla, by=by(carla))
    for person in (bruno, carla):
        choose(person, Choice.DIGEST)
    actions.reply(watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="Bom dia.")
    User.objects.filter(pk=bruno.pk).update(time_zone="Mars/Olympus")
    box()

    with time_machine.travel(at("2026-12-20T18:00"), tick=False):
        assert send_digests() == 1
        assert box() == [("digest", "Carla")]
        assert [str(each.undone) for each in TaskFault.objects.all()] == [
            "Há resumos do dia que não puderam ser escritos."
        ]
        User.objects.filter(pk=bruno.pk).update(time_zone="America/Manaus")
        assert send_digests() == 1

    assert (box(), TaskFault.objects.count()) == ([("digest", "Bruno")], 0)


@pytest.mark.parametrize("url", ["/perfil/", "/mesa/perfil/"])
def test_people_choose_on_their_profile(client: Any, ana: Any, elisa: Any, url: str) -> None:
    person = ana if url == "/perfil/" else elisa
    client.force_login(person)
    page = client.get(url).content.decode()
    assert 'id="avisos"' in page
    form = {"name": person.name, "phone": "", "time_zone": person.time_zone}

    wrong = client.post(url, {**form, "letters": "never"})
    right = client.post(url, {**form, "letters": "digest"})

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert Preference.objects.get(person=person).choice == Choice.DIGEST
    checked = 'value="digest" '
    assert checked in client.get(url).content.decode()


def test_an_administrator_sees_and_sets_it(
    client: Any, watched: Ticket, bruno: Any, elisa: Any, box: Box
) -> None:
    admin = User.objects.create_superuser("admin@prazo.example", "Gil", "segredo-de-teste")
    client.force_login(admin)
    add = {"person": bruno.pk, "choice": "digest"}
    assert client.post("/admin/notifications/preference/add/", add).status_code == 302
    row = Preference.objects.get(person=bruno)
    actions.reply(watched, by=by(elisa, "2026-11-13T10:00", "desk"), body="Bom dia.")
    box()

    url = f"/admin/notifications/preference/{row.pk}/change/"
    assert client.post(url, {"choice": "all"}).status_code == 302

    assert box() == [("digest", "Bruno")]
    assert "Bruno Sakamoto" in client.get("/admin/notifications/preference/").content.decode()
