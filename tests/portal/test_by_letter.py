"""The pages behind the buttons of letters: GET does nothing, POST acts once as the letter's reader,
and what is over says so and keeps what was typed."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from accounts.models import Membership
from interfaces.portal.views import by_letter
from notifications import acts
from notifications.acts import Act, Offer
from outbox.letters import write
from outbox.models import Delivery
from tests.cast import by, key
from tests.portal.reading import text
from tickets import actions
from tickets.models import Ticket, TicketEvent

NOW = "2026-11-13T13:00"


def fresh(ticket: Any) -> Any:
    return Ticket.objects.with_people().get(pk=ticket.pk)


def path(ticket: Any, person: Any, act: Act) -> str:
    return acts.path(Offer(act, ticket.number, person.pk, acts.count_of(ticket)))


def events(ticket: Any) -> list[tuple[str, Any, str, str]]:
    rows = ticket.events.select_related("actor")
    return [(each.verb, each.actor, each.channel, each.to_status) for each in rows]


def post(client: Client, url: str, body: str = "", number: int = 1) -> Any:
    return client.post(url, {"body": body, "request_key": str(key(number))})


@pytest.fixture
def browser() -> Client:
    """Nobody's: no cookie, and every check of Django's that a real one meets."""
    return Client(enforce_csrf_checks=True)


def test_the_letters_lead_there_and_GET_presses_nothing(browser, ticket, ana, bruno, elisa):
    actions.watch(ticket, who=bruno, by=by(bruno, NOW))
    solved = actions.propose_solution(ticket, by=by(elisa, NOW, "desk"), body="Atualize.").ticket
    before = events(solved)

    seen = {}
    for name in ("Ana", "Bruno"):
        delivery = Delivery.objects.get(letter="solution_proposed", to_name__startswith=name)
        found = re.findall(r"https?://[^/]+(/carta/\S+)", str(write(delivery).body))
        html = str(write(delivery).alternatives[0][0])
        assert re.findall(r'href="https?://[^/]+(/carta/[^"]+)"', html) == found
        seen[name] = [text(browser.get(each).content.decode()) for each in found]
        assert [browser.head(each).status_code for each in found] == [200] * len(found)

    assert [len(pages) for pages in seen.values()] == [2, 1]  # L8: a watcher confirms nothing
    confirm, unsolved = seen["Ana"]
    number = f"Ticket {solved.number}: NF-e rejeitada com o código 539"
    assert "A solução resolveu?" in confirm
    assert f"{number}" in confirm
    assert "Elisa Prado propôs: Atualize." in confirm
    assert "O ticket será encerrado agora" in confirm
    assert "Você age como Ana Nogueira." in confirm
    assert "O que ainda não funciona?" in unsolved
    assert "O que ainda não funciona?" in seen["Bruno"][0]
    assert events(solved) == before


def test_L8_confirmed_by_mail_as_its_reader_and_once(browser, solved, ana):
    url = path(solved, ana, Act.CONFIRM)

    first, again = post(browser, url), post(browser, url)

    assert [(each.status_code, each["Location"]) for each in (first, again)] == [
        (302, f"{url}?feito")
    ] * 2
    assert events(solved)[-1:] == [("confirm_solution", ana, "email", "closed")]
    assert solved.events.filter(verb="confirm_solution").count() == 1
    done = text(browser.get(first["Location"]).content.decode())
    assert f"Solução confirmada. O ticket {solved.number} foi encerrado." in done


def test_once_confirmed_the_link_says_so_kindly_and_leads_on(browser, ended, ana):
    before = events(ended)
    end = acts.count_of(ended)
    count = ended.events.get(verb="propose_solution").pk
    stale = acts.path(Offer(Act.CONFIRM, ended.number, ana.pk, count))

    page = browser.get(stale)
    posted = post(browser, stale)

    assert (page.status_code, posted.status_code) == (410, 409)
    for each in (page, posted):
        assert "A solução já foi confirmada" in each.content.decode()
        follow = acts.path(Offer(Act.FOLLOW_UP, ended.number, ana.pk, end))
        assert f'action="{follow}"'.split(":")[0] in each.content.decode()
    assert events(ended) == before


def test_L5_not_solved_takes_words_and_gives_the_ticket_back(browser, solved, ana):
    url = path(solved, ana, Act.UNSOLVED)

    empty = post(browser, url, "  ")
    sent = post(browser, url, "Continua com o erro 539.", 2)

    assert empty.status_code == 422
    assert "Escreva a mensagem antes de enviar." in empty.content.decode()
    assert (sent.status_code, sent["Location"]) == (302, f"{url}?feito")
    assert events(solved)[-1] == ("customer_reply", ana, "email", "open")
    last = solved.messages.last()
    assert (last.author, last.body_text, last.channel) == (ana, "Continua com o erro 539.", "email")
    done = text(browser.get(sent["Location"]).content.decode())
    assert f"O ticket {solved.number} voltou para o suporte." in done


def test_L3_an_answer_from_the_letter(browser, asked, ana):
    url = path(asked, ana, Act.ANSWER)
    page = text(browser.get(url).content.decode())
    assert "Elisa Prado pediu: Qual é a versão?" in page

    sent = post(browser, url, "Versão 12.")

    assert sent.status_code == 302
    assert events(asked)[-1] == ("customer_reply", ana, "email", "open")


def test_L6_a_follow_up_from_the_letter_of_the_end(browser, ended, ana):
    url = path(ended, ana, Act.FOLLOW_UP)

    sent = post(browser, url, "Voltou.")
    once_more = post(browser, url, "Voltou.")
    second = post(browser, url, "E mais isto.", 2)

    successor = Ticket.objects.get(predecessor=ended)
    assert {each.status_code for each in (sent, once_more, second)} == {302}
    assert [each.body_text for each in successor.messages.all()] == ["Voltou.", "E mais isto."]
    assert Ticket.objects.count() == 2  # L7
    done = text(browser.get(sent["Location"]).content.decode())
    assert f"A conversa continua no ticket {successor.number}." in done
    page = text(browser.get(url).content.decode())
    assert f"Este ticket já continua no {successor.number}: sua mensagem entra nele." in page


def test_what_support_proposed_since_then_is_not_confirmed_unseen(browser, solved, ana, elisa):
    url = path(solved, ana, Act.CONFIRM)
    unsolved = path(solved, ana, Act.UNSOLVED)
    actions.propose_solution(fresh(solved), by=by(elisa, NOW, "desk"), body="Melhor assim.")
    before = events(solved)

    confirm, answer = post(browser, url), post(browser, unsolved, "O meu texto.", 2)

    assert (confirm.status_code, answer.status_code) == (409, 409)
    assert "O suporte escreveu de novo depois deste e-mail" in confirm.content.decode()
    assert "readonly>O meu texto.</textarea>" in answer.content.decode()
    assert events(solved) == before


def test_L7_what_was_typed_to_a_ticket_that_ended_goes_on_in_a_follow_up(
    browser, solved, ana, carla
):
    url = path(solved, ana, Act.UNSOLVED)
    actions.confirm_solution(solved, by=by(carla, NOW))

    page = post(browser, url, "Não resolveu <b>nada</b>.")

    assert page.status_code == 409
    html = page.content.decode()
    assert "Não resolveu &lt;b&gt;nada&lt;/b&gt;.</textarea>" in html
    action = re.search(r'action="(/carta/[^"]+)"', html)
    assert action is not None
    assert post(browser, action[1], "Não resolveu <b>nada</b>.", 2).status_code == 302
    assert Ticket.objects.get(predecessor=solved).messages.get().body_text == (
        "Não resolveu <b>nada</b>."
    )


def test_L11_an_answer_received_in_time_is_placed_though_the_ticket_has_just_expired(
    browser, solved, ana
):
    """The request comes at 14:00 of the first day, whatever the clock has done to the ticket."""
    url = path(solved, ana, Act.UNSOLVED)
    actions.advance(solved.pk, now=by(ana, "2026-12-20T08:00").at)
    assert fresh(solved).end_reason == "expired"

    sent = post(browser, url, "Ainda não.")

    assert sent.status_code == 302
    assert [each[0] for each in events(solved)[-2:]] == ["reinstate", "reply"]


def test_R1_who_no_longer_sees_the_ticket_finds_nothing(browser, solved, ana, bruno, carla):
    actions.watch(solved, who=bruno, by=by(bruno, NOW))
    links = [path(solved, bruno, Act.UNSOLVED), path(solved, ana, Act.CONFIRM)]
    before = events(solved)
    actions.unwatch(solved, who=bruno, by=by(bruno, NOW))
    Membership.objects.filter(user=ana).update(is_active=False)

    for url in links:
        for response in (browser.get(url), post(browser, url, "Oi.")):
            assert response.status_code == 404
            assert "NF-e rejeitada" not in response.content.decode()
    assert [each[0] for each in events(solved)] == [*[each[0] for each in before], "unwatch"]


@pytest.mark.parametrize("who", ["elisa", "inactive", "nobody"])
def test_R1_links_act_for_active_customers_only(browser, solved, ana, elisa, who):
    if who == "inactive":
        ana.is_active = False
        ana.save()
    person_id = {"elisa": elisa.pk, "inactive": ana.pk, "nobody": 0}[who]
    url = acts.path(Offer(Act.UNSOLVED, solved.number, person_id, acts.count_of(solved)))

    assert (browser.get(url).status_code, post(browser, url, "Oi.").status_code) == (404, 404)
    assert fresh(solved).status == "validation"


def test_R1_L8_a_made_up_or_foreign_link_opens_nothing(browser, solved, ana, bruno, davi):
    from common import links

    actions.watch(solved, who=bruno, by=by(bruno, NOW))
    count = acts.count_of(solved)
    value = f"confirm:{solved.number}:{ana.pk}:{count}"
    good = links.sign("notifications.act", value)
    strangers = [
        "x",
        good[:-1],
        good.replace(":", ".", 1),
        links.sign("survey", value),
        links.sign("notifications.act", "confirm:1"),
        links.sign("notifications.act", f"explode:{solved.number}:{ana.pk}:{count}"),
        links.sign("notifications.act", f"confirm:{solved.number}:{davi.pk}:{count}"),
        links.sign("notifications.act", f"confirm:{2**62}:{ana.pk}:{count}"),
    ]
    for token in strangers:
        url = reverse("portal:by_letter", args=[token])
        assert (browser.get(url).status_code, post(browser, url).status_code) == (404, 404)
    # A watcher's own link to confirm, which no letter of ours holds, is refused by the rules.
    watchers = acts.path(Offer(Act.CONFIRM, solved.number, bruno.pk, count))
    assert post(browser, watchers).status_code == 409
    assert fresh(solved).status == "validation"


def test_nobody_learns_of_the_page_and_no_cache_keeps_it(browser, solved, ana):
    response = browser.get(path(solved, ana, Act.CONFIRM))

    assert response["Referrer-Policy"] == "no-referrer"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]
    assert browser.put(path(solved, ana, Act.CONFIRM)).status_code == 405


def test_a_machine_that_posts_is_slowed_down_and_nothing_typed_is_lost(browser, solved, ana):
    url = path(solved, ana, Act.UNSOLVED)
    for n in range(by_letter._MOST_POSTS):
        by_letter._require_calm(Offer(Act.UNSOLVED, solved.number, ana.pk, n))

    response = post(browser, url, "O meu texto.")

    assert response.status_code == 409
    assert "São envios demais em pouco tempo." in response.content.decode()
    assert "O meu texto.</textarea>" in response.content.decode()
    assert fresh(solved).status == "validation"


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "a\u202egnp.exe", "x" * 200])
def test_hard_texts_are_shown_harmless(browser, opened, ana, elisa, title):
    ticket = opened(title=title, body="y" * 10_000)
    hard = "</textarea><script>alert(2)</script>\r\n\u202e" + "z" * 10_000
    solved = actions.propose_solution(ticket, by=by(elisa, NOW, "desk"), body=hard).ticket

    html = browser.get(path(solved, ana, Act.UNSOLVED)).content.decode()

    assert "<script>alert" not in html
    assert "\u202egnp" not in html


@pytest.mark.django_db(transaction=True)
def test_L12_pressed_by_eight_at_once_it_confirms_once(solved, ana):
    url = path(solved, ana, Act.CONFIRM)

    def press(number: int) -> int:
        try:
            return int(post(Client(), url, number=number).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        codes = sorted(pool.map(press, [1, 1, 1, 1, 2, 2, 2, 2]))

    assert TicketEvent.objects.filter(verb="confirm_solution").count() == 1
    assert codes in ([302] * 4 + [409] * 4, [302] * 8)
