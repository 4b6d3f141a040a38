"""The page of a ticket: what it shows, to whom, and what it never shows."""

import re

import pytest
from django.urls import reverse

from tests.cast import by
from tests.portal.reading import stored, text, url
from tickets import actions
from tickets.models import Attachment, Ticket

# --- What is shown -------------------------------------------------------------------------------


def test_L10_pending_says_until_when_and_what_then(get, ana, asked):
    read = text(get(ana, url(asked)))

    assert (
        "Aguardando você até seg., 23/11, 23:59 . "
        "Sem retorno, vai para Validação Cliente; depois, em 02/12, será encerrado."
    ) in read
    assert "Aguardando sua resposta Pendente Cliente" in read


def test_L10_the_deadlines_zone_is_named_where_the_readers_differs(get, ana, asked):
    ana.time_zone = "America/Manaus"
    ana.save()

    read = text(get(ana, url(asked)))

    assert "Aguardando você até seg., 23/11, 23:59 (horário de Brasília)" in read
    assert "para Pendente Cliente até seg., 23/11, 23:59 (horário de Brasília)" in read


def test_L14_validation_says_when_to_answer_and_when_to_confirm(get, ana, solved):
    read = text(get(ana, url(solved)))

    assert (
        "Responda só depois de validar a solução, e se ela não resolveu: "
        "sua resposta devolve o ticket ao suporte e retira o prazo. "
        "Se resolveu, confirme a solução."
    ) in read
    assert "Confirmar a solução" in read


def test_L14_who_may_not_confirm_is_told_who_does(get, ana, bruno, solved):
    actions.watch(solved, who=bruno, by=by(ana, "2026-11-13T11:00"))

    read = text(get(bruno, url(solved)))

    assert "Se resolveu, quem confirma é Ana ou a administração da sua empresa." in read
    assert url(solved, "confirmation") not in get(bruno, url(solved))


def test_messages_files_and_history_are_on_the_page(get, ana, elisa, ticket):
    actions.take(ticket, by=by(elisa, "2026-11-13T10:00", "desk"))
    log = stored(ana)
    actions.reply(ticket, by=by(ana, "2026-11-13T11:00"), body="Segue o log.", files=[log.key])

    html = get(ana, url(ticket))

    assert "Segue o log." in html
    assert reverse("web:file", args=[log.key]) in html
    assert "Elisa Prado assumiu o ticket" in text(html)


def test_L6_the_follow_up_shows_the_ticket_before_it(get, ana, solved):
    actions.confirm_solution(solved, by=by(ana, "2026-11-13T11:00"))
    successor = actions.follow_up(solved, by=by(ana, "2026-11-13T12:00"), body="Voltou.").ticket

    read = text(get(ana, url(successor)))

    assert f"Antes, no ticket {solved.number}: NF-e rejeitada com o código 539" in read
    assert "Atualize o pacote." in read
    assert f"Ana Nogueira continuou o ticket {solved.number}" in read


def test_L6_the_ended_ticket_leads_to_its_successor_and_takes_no_words(get, ana, solved):
    actions.confirm_solution(solved, by=by(ana, "2026-11-13T11:00"))
    successor = actions.follow_up(solved, by=by(ana, "2026-11-13T12:00"), body="Voltou.").ticket

    html = get(ana, url(solved))

    assert f'href="{url(successor)}"' in html
    assert "<textarea" not in html


def test_L6_who_no_longer_sees_the_successor_is_not_led_to_it(get, ana, bruno, solved):
    actions.watch(solved, who=bruno, by=by(ana, "2026-11-13T10:30"))
    actions.confirm_solution(solved, by=by(ana, "2026-11-13T11:00"))
    successor = actions.follow_up(solved, by=by(ana, "2026-11-13T12:00"), body="Voltou.").ticket
    actions.unwatch(successor, who=bruno, by=by(ana, "2026-11-13T12:30"))

    assert f'href="{url(successor)}"' not in get(bruno, url(solved))


def test_L8_a_merged_ticket_is_read_once_in_the_place_where_it_was_merged(
    get, ana, bruno, fabio, ticket, opened
):
    duplicate = opened("2026-11-13T10:00", user=bruno, title="Rejeição 539", body="Aqui também.")
    actions.merge(duplicate, into=ticket, by=by(fabio, "2026-11-13T11:00", "desk"))
    actions.reply(ticket, by=by(ana, "2026-11-13T12:00"), body="Ainda acontece.")

    read = text(get(ana, url(ticket)))

    assert read.count("Aqui também.") == 1
    assert (
        read.index("Ao retransmitir, a SEFAZ")
        < read.index(f"Unido a este, o ticket {duplicate.number}")
        < read.index("Aqui também.")
        < read.index("Ainda acontece.")
    )
    assert f'href="{url(ticket)}"' in get(bruno, url(duplicate))


def test_L8_merged_twice_over_is_read_once(get, ana, fabio, ticket, opened):
    second = opened("2026-11-13T09:30", title="Segundo", body="Corpo do segundo.")
    third = opened("2026-11-13T09:40", title="Terceiro", body="Corpo do terceiro.")
    actions.merge(third, into=second, by=by(fabio, "2026-11-13T10:00", "desk"))
    actions.merge(second, into=ticket, by=by(fabio, "2026-11-13T11:00", "desk"))

    read = text(get(ana, url(ticket)))

    assert [read.count(f"Corpo do {name}.") for name in ("segundo", "terceiro")] == [1, 1]


def test_pictures_are_shown_in_place_and_other_files_are_chips(get, ana, ticket):
    picture = stored(ana, "tela.png", b"\x89PNG\r\n\x1a\n" + bytes(40))
    log = stored(ana)
    files = [picture.key, log.key]
    actions.reply(ticket, by=by(ana, "2026-11-13T11:00"), body="Seguem.", files=files)

    html = get(ana, url(ticket))

    shown = re.findall(r'<img src="([^"]+)"', html)
    assert shown == [reverse("web:file", args=[picture.key])]


def test_S1_the_survey_is_for_the_requester_once_it_was_sent(get, ana, carla, ticket, elisa):
    link = "Avaliar o atendimento"
    before = link in get(ana, url(ticket))
    actions.propose_solution(ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="Pronto.")

    assert (before, link in get(ana, url(ticket)), link in get(carla, url(ticket))) == (
        False,
        True,
        False,
    )


# --- L13 -----------------------------------------------------------------------------------------


@pytest.fixture
def noted(ticket, elisa):
    """Ana's ticket with an internal note and its file."""
    secret = stored(elisa, "segredo-interno.txt", b"nada para clientes")
    actions.note(
        ticket,
        by=by(elisa, "2026-11-13T10:00", "desk"),
        body="Palavra secreta da nota.",
        files=[secret.key],
    )
    return Ticket.objects.get(pk=ticket.pk)


def _tells(html):
    key = Attachment.objects.get(name="segredo-interno.txt").key
    return [word for word in ("secreta", "segredo", "nota interna", str(key)) if word in html]


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "fragment"])
def test_L13_a_note_is_on_no_page_of_a_customer(get, ana, carla, noted, headers):
    addresses = [url(noted), "/", "/?whose=company", "/tickets/?whose=all"]

    told = [_tells(get(who, to, headers=headers)) for who in (ana, carla) for to in addresses]

    assert told == [[]] * 8


def test_L13_a_note_is_neither_counted_nor_the_last_interaction(get, ana, noted):
    read = text(get(ana, url(noted)))

    assert "Você abriu o ticket" in read
    assert "Elisa" not in read


def test_L13_a_search_for_the_notes_words_finds_nothing(get, ana, noted):
    assert "Nenhum ticket com estes filtros" in get(ana, "/tickets/?q=secreta")


def test_L13_the_note_of_a_predecessor_and_of_a_merged_ticket_stays_inside(
    get, ana, elisa, fabio, noted, opened
):
    target = opened("2026-11-13T11:00", title="Outro")
    actions.merge(noted, into=target, by=by(fabio, "2026-11-13T12:00", "desk"))
    merged = get(ana, url(target))
    actions.propose_solution(target, by=by(elisa, "2026-11-13T12:10", "desk"), body="Pronto.")
    actions.confirm_solution(target, by=by(ana, "2026-11-13T12:20"))
    successor = actions.follow_up(target, by=by(ana, "2026-11-13T12:30"), body="Voltou.").ticket

    continued = get(ana, url(successor))

    assert _tells(merged) == []
    assert _tells(continued) == []
    assert "1 mensagem, 13/11" in text(merged)


def test_L13_the_file_of_a_note_is_not_found(login, ana, noted):
    key = Attachment.objects.get(name="segredo-interno.txt").key

    assert login(ana).get(reverse("web:file", args=[key])).status_code == 404


# --- Fragments -----------------------------------------------------------------------------------


def test_a_page_that_listens_gets_the_parts_that_change(get, ana, elisa, ticket):
    actions.request_information(ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="Versão?")

    part = get(ana, f"{url(ticket)}?box=reply", headers={"HX-Request": "true"})

    assert re.findall(r'id="([\w-]+)"[^>]*hx-swap-oob', part) == [
        "ticket-situacao",
        "ticket-passo",
        "ticket-conversa",
        "ticket-dados",
        "ticket-mudou",
        "ticket-disse",
        "responder-titulo",
        "responder-ajuda",
        "responder-enviar",
    ]
    assert "<textarea" not in part
    assert "O ticket mudou" not in part


def test_a_page_whose_answer_box_no_longer_fits_says_so(get, ana, solved):
    actions.confirm_solution(solved, by=by(ana, "2026-11-13T11:00"))

    part = get(ana, f"{url(solved)}?box=reply", headers={"HX-Request": "true"})

    assert "O ticket mudou enquanto esta página estava aberta" in part
    assert "responder-titulo" not in part


def test_a_step_back_in_history_gets_the_whole_page(get, ana, ticket):
    headers = {"HX-Request": "true", "HX-History-Restore-Request": "true"}

    assert "<textarea" in get(ana, url(ticket), headers=headers)


def test_page_and_fragment_are_kept_apart_by_caches(login, ana, ticket):
    response = login(ana).get(url(ticket))

    assert "HX-Request" in response["Vary"]
