"""The desk's lists: which tickets, in which order, page by page; the address is the filter (R4)."""

import pytest

from tests.cast import by, make_queue
from tests.desk.reading import numbers, part, text
from tickets import actions
from tickets.models import Severity, Ticket

ROWS = {"HX-Request": "true", "HX-Target": "linhas"}
PANE = {"HX-Request": "true", "HX-Target": "lista"}


def take(ticket, who, when="2026-11-13T10:00"):
    return actions.take(ticket, by=by(who, when, "desk")).ticket


def ask(ticket, who, when="2026-11-13T10:00"):
    asks = by(who, when, "desk")
    return actions.request_information(ticket, by=asks, body="Qual é a versão?").ticket


def test_R4_the_default_order_is_severity_then_who_waits_longest(get, elisa, opened):
    late = opened("2026-11-12T09:00")
    critical = opened("2026-11-13T09:00", severity=Severity.CRITICAL)
    early = opened("2026-11-11T09:00")
    low = opened("2026-11-10T09:00", severity=Severity.LOW)

    page = get(elisa, "/mesa/fila/")

    assert numbers(page) == [critical.number, early.number, late.number, low.number]
    headings = [heading for heading in ("Crítica", "Média", "Baixa") if f">{heading}</li>" in page]
    assert headings == ["Crítica", "Média", "Baixa"]


def test_other_orders(get, elisa, opened, ana):
    first = opened("2026-11-10T09:00")
    second = opened("2026-11-11T09:00")
    third = ask(opened("2026-11-12T09:00"), elisa, "2026-11-12T10:00")
    actions.reply(first, by=by(ana, "2026-11-13T13:00"), body="Alguém?")

    listed = {
        sort: numbers(get(elisa, f"/mesa/fila/?sort={sort}"))
        for sort in ("opened", "last", "deadline")
    }

    assert listed == {
        "opened": [third.number, second.number, first.number],
        "last": [first.number, third.number, second.number],
        "deadline": [first.number, second.number, third.number],
    }


@pytest.fixture
def various(opened, elisa, helena, ana):
    """One ticket of each kind that a view tells apart, by name."""
    mine = take(opened("2026-11-12T09:00"), elisa)
    overdue = opened("2026-11-09T09:00")
    due_today = ask(take(opened("2026-11-04T09:00"), helena), helena, "2026-11-06T10:00")
    watched = take(opened("2026-11-12T10:00"), helena)
    actions.watch(watched, who=elisa, by=by(elisa, "2026-11-13T10:00", "desk"))
    done = opened("2026-11-12T11:00")
    actions.cancel(done, by=by(ana, "2026-11-12T12:00"))
    return {
        "mine": mine,
        "overdue": overdue,
        "due-today": due_today,
        "watched": watched,
        "done": done,
    }


def test_R4_the_views(get, elisa, various):
    listed = {
        view: set(numbers(get(elisa, f"/mesa/fila/?view={view}")))
        for view in ("mine", "unassigned", "overdue", "due-today", "watched", "")
    }

    number = {name: ticket.number for name, ticket in various.items()}
    assert listed == {
        "mine": {number["mine"]},
        "unassigned": {number["overdue"]},
        "overdue": {number["overdue"]},
        "due-today": {number["due-today"]},
        "watched": {number["watched"]},
        "": set(number.values()) - {number["done"]},
    }


def test_R4_due_today_is_by_the_clock_of_the_queues_calendar(get, elisa, opened, product):
    """A deadline of Manaus lies after midnight of São Paulo, where the reader is."""
    from tests.cast import make_calendar
    from tickets.models import ProductQueue

    manaus = make_calendar("Manaus", "AM", time_zone="America/Manaus")
    queue = make_queue("Manaus", manaus, elisa)
    ProductQueue.objects.filter(product=product).update(queue=queue)
    ticket = ask(opened("2026-11-04T09:00"), elisa, "2026-11-06T10:00")

    page = get(elisa, "/mesa/fila/?view=due-today")

    assert f"{Ticket.objects.get(pk=ticket.pk).deadline_at:%d %H:%M}" == "14 03:59"
    assert numbers(page) == [ticket.number]


def test_filters_narrow_and_are_named(get, elisa, helena, various, organization, product, queue):
    number = {name: ticket.number for name, ticket in various.items()}
    filters = {
        "status=pending": {number["due-today"]},
        "status=closed": {number["done"]},
        "status=any": set(number.values()),
        f"assignee={helena.pk}": {number["due-today"], number["watched"]},
        f"organization={organization.pk}&product={product.pk}&queue={queue.pk}&severity=3": set(
            number.values()
        )
        - {number["done"]},
        "severity=1": set(),
        f"view=mine&assignee={helena.pk}": set(),
        "assignee=none": {number["overdue"]},
        "age=4": {number["overdue"]},
        "age=6&status=pending": {number["due-today"]},
        "age=21": set(),
        "severity=9&queue=x&status=nonsense": set(number.values()) - {number["done"]},
    }

    listed = {query: set(numbers(get(elisa, f"/mesa/fila/?{query}"))) for query in filters}

    assert listed == filters
    page = get(elisa, f"/mesa/fila/?severity=1&assignee={helena.pk}")
    assert "Severidade: Crítica" in text(page)
    chips = text(get(elisa, "/mesa/fila/?assignee=none&age=21"))
    assert "Responsável: Ninguém" in chips
    assert "Aberto há (dias): 21 ou mais" in chips
    assert f'href="/mesa/fila/?assignee={helena.pk}"' in page
    assert "Nenhum ticket com estes filtros" in page


def test_a_search_looks_at_ended_tickets_and_at_notes_too(get, elisa, various):
    actions.note(various["mine"], by=by(elisa, channel="desk"), body="Parece o DEF-20871.")

    assert numbers(get(elisa, "/mesa/fila/?q=def-20871")) == [various["mine"].number]
    assert various["done"].number in numbers(get(elisa, "/mesa/fila/?q=codigo+539"))
    assert "Busca por “codigo 539”" in text(get(elisa, "/mesa/fila/?q=codigo+539"))


def test_an_empty_list_says_so(get, elisa):
    assert "Nada aqui agora" in get(elisa, "/mesa/fila/?view=mine")


@pytest.mark.parametrize("sort", ["severity", "deadline", "last", "opened"])
def test_pages_by_key_there_and_back(login, elisa, opened, sort):
    moments = [f"2026-11-{10 + n // 20:02}T{8 + n % 5:02}:00" for n in range(60)]
    for n, when in enumerate(moments):
        opened(when, severity=1 + n % 4)
    desk = login(elisa)

    whole = [t.number for t in in_order(sort)]
    there = [desk.get(f"/mesa/fila/?sort={sort}").content.decode()]
    while 'rel="next"' in there[-1]:
        there.append(desk.get(link(there[-1], "next")).content.decode())
    back = [there[-1]]
    while 'rel="prev"' in back[-1]:
        back.append(desk.get(link(back[-1], "prev")).content.decode())

    assert [numbers(page) for page in there] == [whole[:25], whole[25:50], whole[50:]]
    assert [numbers(page) for page in back] == [whole[50:], whole[25:50], whole[:25]]
    ranges = ["1–25 de 60", "26–50 de 60", "51–60 de 60"]
    assert [foot(page) for page in (*there, *back)] == [*ranges, *reversed(ranges)]


def in_order(sort):
    orders = {
        "severity": ("severity", "waiting_since", "pk"),
        "deadline": ("attention_at", "pk"),
        "last": ("-last_at", "-pk"),
        "opened": ("-opened_at", "-pk"),
    }
    return Ticket.objects.order_by(*orders[sort])


def link(html, rel):
    end = html.index(f'rel="{rel}"')
    start = html.rindex('href="', 0, end) + len('href="')
    return html[start : html.index('"', start)].replace("&amp;", "&")


@pytest.mark.parametrize("cursor", ["x", "1-2", "1-2-3-4", "-1-2-3", "9" * 30 + "-1-1", "1--1"])
@pytest.mark.parametrize("side", ["after", "before"])
def test_a_cursor_that_is_none_leads_to_the_first_page(get, elisa, ticket, side, cursor):
    assert numbers(get(elisa, f"/mesa/fila/?{side}={cursor}")) == [ticket.number]


def test_a_very_long_list_is_not_counted(get, elisa, ticket, monkeypatch):
    from interfaces.desk import lists

    monkeypatch.setattr(lists, "MOST_COUNTED", 0)

    assert text(get(elisa, "/mesa/fila/")).count("0+") == 1


def test_a_very_long_list_says_which_its_first_page_shows_and_of_others_the_total(
    login, elisa, opened, monkeypatch
):
    from interfaces.desk import lists

    for _ in range(26):
        opened("2026-11-10T09:00")
    monkeypatch.setattr(lists, "MOST_COUNTED", 20)
    desk = login(elisa)

    first = desk.get("/mesa/fila/").content.decode()
    second = desk.get(link(first, "next")).content.decode()

    assert (foot(first), foot(second)) == ("1–25 de 20+", "20+ tickets")


def test_the_foot_of_a_whole_list_only_counts(get, elisa, opened):
    empty = get(elisa, "/mesa/fila/")
    opened("2026-11-10T09:00")
    one = get(elisa, "/mesa/fila/")
    opened("2026-11-10T09:00")

    assert [foot(page) for page in (empty, one, get(elisa, "/mesa/fila/"))] == [
        "",
        "1 ticket",
        "2 tickets",
    ]


def foot(html):
    return part(html, '<nav class="pager"', "</span>").split("> ")[-1]


def test_htmx_gets_the_rows_alone_with_what_else_changed(get, elisa, ticket):
    part = get(elisa, "/mesa/fila/", headers=ROWS)

    assert numbers(part) == [ticket.number]
    assert "<html" not in part
    assert 'id="lista-total" hx-swap-oob="innerHTML">1<' in part


def test_htmx_gets_the_pane_alone(get, elisa, ticket):
    part = get(elisa, "/mesa/fila/?view=unassigned", headers=PANE)

    assert numbers(part) == [ticket.number]
    assert part.strip().startswith("<section")


def test_a_row_says_who_asks_and_who_answers(get, elisa, various):
    said = text(get(elisa, "/mesa/fila/?status=any"))

    company = "Metalúrgica Serra Azul"
    for name, who in (("mine", "Elisa Prado"), ("overdue", "Sem responsável")):
        assert f"{various[name].title} {company} {who}" in said
    assert f"{various['done'].title} {company} Sem responsável" not in part(
        get(elisa, "/mesa/fila/?status=closed"), 'id="linhas"', "</ul>"
    )


def test_a_row_leads_to_the_ticket_with_the_list_beside_it(get, elisa, ticket):
    page = get(elisa, "/mesa/fila/?view=unassigned&sort=last&after=x")

    assert f'href="/mesa/tickets/{ticket.number}/?view=unassigned&amp;sort=last"' in page


@pytest.mark.parametrize(
    ("typed", "leads_to"),
    [
        ("n={}", "/mesa/tickets/{}/"),
        ("q=%23{}", "/mesa/tickets/{}/"),
        ("q=nota+fiscal", "/mesa/fila/?q=nota+fiscal"),
        ("q=1", "/mesa/fila/?q=1"),
        ("q=+", "/mesa/fila/"),
        ("", "/mesa/fila/"),
    ],
)
def test_a_number_goes_straight_to_its_ticket(login, elisa, ticket, typed, leads_to):
    response = login(elisa).get(f"/mesa/ir/?{typed.format(ticket.number)}")

    assert response["Location"] == leads_to.format(ticket.number)
