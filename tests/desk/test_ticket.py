"""The page of a ticket on the desk: what it shows, whole and in parts, and its history."""

import pytest
import time_machine

from tests.cast import at, by, make_queue
from tests.desk.reading import CASE, DIALOG, part, text, url
from tickets import actions

LIVE = {"HX-Request": "true", "HX-Target": "vivo"}


def test_head_conversation_and_facts(get, elisa, asked, organization, ana):
    from datetime import date

    from accounts.models import Contract

    for number, tier, start in (("1", "standard", 2024), ("2", "prime", 2026), ("3", "x", 2027)):
        if tier != "x":
            Contract.objects.create(
                organization=organization, number=number, tier=tier, starts_on=date(start, 1, 1)
            )
    ana.phone = "(47) 3555-0142"
    ana.save()

    page = get(elisa, url(asked))
    read = text(page)

    assert "Aguardando Ana até seg., 23/11, 23:59." in read
    assert "Contrato Prime" in read
    assert "Telefone (47) 3555-0142" in read
    assert "Ao retransmitir, a SEFAZ rejeita a nota." in read
    assert "Qual é a versão?" in read


@pytest.mark.parametrize(
    ("moment", "shown"),
    [("2026-11-30T23:30", "Contrato Prime"), ("2026-12-01T00:30", "Contrato Nenhum vigente")],
)
def test_a_contract_ends_with_its_last_day_in_the_zone_of_the_house(
    get, elisa, ticket, organization, moment, shown
):
    from datetime import date

    from accounts.models import Contract

    starts, ends = date(2026, 1, 1), date(2026, 11, 30)
    Contract.objects.create(
        organization=organization, number="1", tier="prime", starts_on=starts, ends_on=ends
    )

    with time_machine.travel(at(moment), tick=False):
        read = text(get(elisa, url(ticket)))

    assert shown in read


def test_L13_the_desk_reads_notes_and_internal_steps(get, elisa, fabio, ticket):
    actions.note(ticket, by=by(fabio, channel="desk"), body="Cliente sensível.")

    assert "Cliente sensível." in get(elisa, url(ticket))


def test_other_tickets_of_the_customer_are_a_link(get, elisa, gil, opened, ticket, organization):
    opened()
    opened()

    page = get(elisa, url(ticket))

    assert f'href="/mesa/fila/?organization={organization.pk}"' in page
    assert "2 em andamento" in text(page)


def test_L6_the_ticket_before_is_folded_in_and_linked(get, elisa, ended, ana):
    following = actions.follow_up(ended, by=by(ana, "2026-11-13T12:00"), body="Voltou.").ticket

    page = get(elisa, url(following))
    before = get(elisa, url(ended))

    assert f"Antes, no ticket {ended.number}:" in page
    assert f'Continua o <a href="{url(ended)}">' in page.replace("\n", "").replace("  ", "")
    assert f"A conversa continua no ticket {following.number}" in before


def test_L8_a_merged_ticket_is_read_where_it_was_merged(get, elisa, opened, ticket, bruno):
    duplicate = opened("2026-11-13T10:00", user=bruno, body="Parece o mesmo.")
    actions.merge(duplicate, into=ticket, by=by(elisa, "2026-11-13T11:00", "desk"))
    actions.reply(ticket, by=by(elisa, "2026-11-13T12:00", "desk"), body="Vi os dois.")

    read = part(get(elisa, url(ticket)), 'id="conversa"', 'id="escrever"')

    order = [
        read.index(words)
        for words in ("a SEFAZ rejeita", f"Unido a este, o ticket {duplicate.number}:")
    ]
    assert order == sorted(order)
    assert read.index("Parece o mesmo.") < read.index("Vi os dois.")
    assert read.count("Parece o mesmo.") == 1


def test_files_are_listed(get, elisa, ana, ticket):
    import io

    stored = actions.upload(ana, "retorno.txt", io.BytesIO(b"539"), 3)
    actions.reply(ticket, by=by(ana, "2026-11-13T10:00"), body="Segue.", files=[stored.key])

    facts = part(get(elisa, url(ticket)), 'id="dados"', "</aside>")

    assert "Arquivos 1 retorno.txt" in facts


def test_htmx_gets_the_case_with_its_title(get, elisa, ticket):
    html = get(elisa, url(ticket), headers=CASE)

    assert f"<title>{ticket.number} {ticket.title}" in html
    assert 'id="lista"' not in html


def test_after_a_step_back_in_history_the_page_is_whole(get, elisa, ticket):
    html = get(elisa, url(ticket), headers=CASE | {"HX-History-Restore-Request": "true"})

    assert "<html" in html


def test_live_parts_leave_the_composer_alone(get, elisa, helena, asked, ana):
    seen = asked.messages.latest("pk").pk
    actions.reply(asked, by=by(ana, "2026-11-13T13:00"), body="É a 12.1.")

    html = get(elisa, f"{url(asked)}?was=pending&seen={seen}", headers=LIVE)

    assert 'id="escrever"' not in html
    assert '<ol id="falas" hx-swap-oob="innerHTML">' in html
    assert "O ticket passou para Aberto enquanto esta página estava aberta" in html


def test_live_parts_tell_who_wrote(get, elisa, helena, ticket):
    seen = ticket.messages.latest("pk").pk
    actions.note(ticket, by=by(helena, channel="desk"), body="Estou vendo.")

    html = get(elisa, f"{url(ticket)}?was=open&seen={seen}", headers=LIVE)

    assert "Helena Sardinha escreveu enquanto esta página estava aberta." in html


def test_live_parts_do_not_tell_what_one_did_oneself(get, elisa, ticket):
    seen = ticket.messages.latest("pk").pk
    actions.note(ticket, by=by(elisa, channel="desk"), body="Estou vendo.")

    html = get(elisa, f"{url(ticket)}?was=open&seen={seen}", headers=LIVE)

    assert "enquanto esta página" not in html


@pytest.mark.parametrize("headers", [None, DIALOG])
def test_L9_the_history_tells_every_step(get, elisa, fabio, asked, headers):
    actions.note(asked, by=by(fabio, channel="desk"), body="Cliente sensível.")
    actions.take(asked, by=by(fabio, channel="desk"))

    read = text(get(elisa, url(asked, "history"), headers=headers))

    assert "Ana Nogueira abriu o ticket" in read
    assert "Elisa Prado pediu informações até seg., 23/11/2026, 23:59" in read
    assert "Fábio Quintela escreveu uma nota interna só a equipe vê" in read
    assert "Fábio Quintela assumiu o ticket" in read
    assert "Cliente sensível." not in read


def test_B2_why_this_date_is_told_day_by_day(get, elisa, asked):
    read = text(get(elisa, url(asked, "history")))

    assert "Prazo em Pendente Cliente: seg., 23/11, 23:59" in read
    assert (
        "5 dias úteis, contados do seguinte a sex., 13/11, 10:00, no calendário São Paulo" in read
    )
    assert "não conta – 20/11/2026, sexta-feira feriado: Dia Nacional de Zumbi" in read
    assert "5 23/11/2026, segunda-feira dia útil" in read
    assert "Prazo em Validação Cliente: qua., 02/12, 23:59" in read
    assert "7 02/12/2026, quarta-feira dia útil" in read


def test_R4_why_it_falls_due_for_support(get, elisa, ticket):
    read = text(get(elisa, url(ticket, "history")))

    assert "Vence para o suporte: ter., 17/11, 23:59" in read


def test_B7_a_promise_that_stands_is_told(get, fabio, solved, calendar_sp):
    hasty = make_queue("Expressa", calendar_sp, validation_days=2)
    actions.move(solved, to=hasty, by=by(fabio, "2026-11-13T12:00", "desk"))

    read = text(get(fabio, url(solved, "history")))

    assert "Prazo em Validação Cliente: qua., 25/11, 23:59" in read
    assert "A conta de hoje daria ter., 17/11, 23:59. Vale a data já informada ao cliente" in read


def test_an_ended_ticket_has_a_history_and_no_dates(get, elisa, ended):
    read = text(get(elisa, url(ended, "history")))

    assert "confirmou a solução" in read
    assert "dias úteis, contados" not in read
