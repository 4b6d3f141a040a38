"""interfaces/desk/told.py: what the customer told is a table on the desk (E2)."""

import re

from django.core.cache import cache
from django.utils.html import strip_tags

from catalog.intake import Field, Kind
from catalog.models import Checklist, ChecklistVersion, Routine
from catalog.queries import Published
from tests.desk.reading import url
from tests.portal.reading import stored
from tickets.intake import Told

PRINTS = Field(key="prints", kind=Kind.YES_NO, label="Imprime o DANFE?")
LOG = Field(key="log", kind=Kind.LOG, label="Log")
XML = Field(key="xml", kind=Kind.FILE, label="XML da nota")
SERIES = Field(key="series", kind=Kind.TEXT, label="Série")


def rows(html):
    """The table's questions and answers."""
    table = re.search(r'<table class="told__table">.*?</table>', html, re.S)
    return [
        [" ".join(strip_tags(cell).split()) for cell in found]
        for found in re.findall(
            r'<th scope="row">(.*?)</th>\s*<td>(.*?)</td>', table[0] if table else "", re.S
        )
    ]


def copies(html):
    return re.findall(r'data-copy="(.*?)"', html, re.S)


def make(product, number, *fields, checklist=None):
    return ChecklistVersion.objects.create(
        checklist=checklist or Checklist.objects.create(product=product),
        number=number,
        fields=[each.as_json() for each in fields],
    )


def told_ticket(opened, ana, product):
    version = make(product, 1, PRINTS, LOG, XML, SERIES)
    xml = stored(ana, "nota.xml", b"<nfe/>")
    return opened(
        routine=Routine.objects.create(product=product, name="Faturamento", code="FAT0120"),
        intake=Told(
            version="12.3.1",
            hosting="own",
            checklists=Published(product=version),
            answers={"prints": True, "log": "ORA-00942\n  em FAT0120", "xml": [str(xml.key)]},
        ),
    )


def test_E2_the_answers_are_a_table_read_by_the_version_that_was_answered(
    get, opened, ana, elisa, product
):
    ticket = told_ticket(opened, ana, product)
    make(product, 2, SERIES, checklist=Checklist.objects.get())

    html = get(elisa, url(ticket))

    assert rows(html) == [
        ["Rotina", "Faturamento (FAT0120)"],
        ["Versão", "12.3.1"],
        ["Hospedagem", "Servidor próprio"],
        ["Imprime o DANFE?", "Sim"],
        ["Log", "ORA-00942 em FAT0120"],
        ["XML da nota", "nota.xml"],
    ]
    assert "Sem resposta: Série" in html


def test_E2_an_answer_is_copied_with_and_without_its_question(get, opened, ana, elisa, product):
    html = get(elisa, url(told_ticket(opened, ana, product)))

    assert copies(html)[2:4] == ["12.3.1", "Versão: 12.3.1"]
    assert copies(html)[8:10] == ["ORA-00942\n  em FAT0120", "Log:\nORA-00942\n  em FAT0120"]
    assert copies(html)[-1].endswith("XML da nota: nota.xml")


def test_a_ticket_of_which_nothing_was_told_has_no_table(get, ticket, elisa):
    assert "told__table" not in get(elisa, url(ticket))


def test_the_answers_cost_no_statement(
    login, opened, ana, elisa, product, ticket, django_assert_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    desk, told = login(elisa), told_ticket(opened, ana, product)
    desk.get(url(ticket))
    cache.clear()
    with CaptureQueriesContext(connection) as bare:
        desk.get(url(ticket))
    cache.clear()

    with django_assert_num_queries(len(bare)):
        desk.get(url(told))
