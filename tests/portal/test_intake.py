"""E2: the form of a new ticket grows with its answers, says what is missing and offers what it
recognises, with and without a script."""

import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.intake import Field, Kind
from catalog.models import (
    Checklist,
    ChecklistVersion,
    Pattern,
    Product,
    Routine,
    ScopeNote,
    Version,
)
from interfaces.web import drafts
from tests.cast import key, make_person
from tests.portal.reading import stored, text
from tickets.models import Intake, Severity, Ticket

URL = "/tickets/novo/"
GROWS = {"HTTP_HX_REQUEST": "true"}

PRINTS = Field("prints", Kind.YES_NO, "Imprime o DANFE?", why="Separa impressão de emissão.")
PRINTER = Field(
    "printer", Kind.TEXT, "Impressora", is_required=True, shown_if="prints", shown_values=("Sim",)
)
EVERY_KIND = [
    PRINTS,
    PRINTER,
    Field("long", Kind.LONG_TEXT, "Cenário"),
    Field("one", Kind.CHOICE, "Regime", choices=("Simples", "Real")),
    Field("many", Kind.CHOICES, "Onde ocorre", choices=("Produção", "Testes", "Filial")),
    Field("amount", Kind.NUMBER, "Quantas notas"),
    Field("day", Kind.DATE, "Desde quando"),
    Field("build", Kind.VERSION, "Versão do banco"),
    Field("xml", Kind.FILE, "XML da nota"),
    Field("log", Kind.LOG, "Log do emissor"),
    Field("error_code", Kind.TEXT, "Código do erro"),
]


def publish(product, fields, routine=None):
    """The checklist of a product or of its routine, as published."""
    checklist = Checklist.objects.create(product=product, routine=routine)
    rows = [each.as_json() for each in fields]
    return ChecklistVersion.objects.create(checklist=checklist, number=1, fields=rows)


@pytest.fixture
def checklist(product):
    return publish(product, EVERY_KIND)


@pytest.fixture
def form(product):
    """What Ana has filled in so far."""
    return {
        "product": product.pk,
        "severity": Severity.HIGH.value,
        "title": "Rejeição 539",
        "description": "Ao retransmitir, a SEFAZ rejeita.",
        "request_key": str(key(1)),
    }


@pytest.fixture
def grown(login, ana, form):
    """`grown(**answers)` is what the script gets of Ana's form with these answers."""

    def ask(**more):
        response = login(ana).post(URL, {**form, "refresh": "1", **more}, **GROWS)
        assert response.status_code == 200
        return response.content.decode()

    return ask


def asked(html):
    """The questions of the checklist that are on the page."""
    return re.findall(r'<div id="pergunta-([a-z_]+)" data-stamp', html)


# --- Growing --------------------------------------------------------------------------------------


def test_E2_the_product_brings_its_questions_and_an_answer_brings_another(grown, checklist):
    keys = [each.key for each in EVERY_KIND]

    assert asked(grown(product="")) == []
    assert asked(grown()) == [each for each in keys if each != "printer"]
    assert asked(grown(**{"answer-prints": "yes"})) == keys


def test_E2_why_a_question_is_asked_is_text_and_no_markup(grown, product):
    publish(product, [Field("log", Kind.LOG, "Log", why="Cole o <stderr>, até 5 < 6 & mais.")])

    html = grown()

    assert "Cole o &lt;stderr&gt;, até 5 &lt; 6 &amp; mais.</p>" in html
    assert "<stderr" not in html


def test_E2_a_routine_adds_its_own_questions(grown, product, checklist):
    routine = Routine.objects.create(product=product, name="Faturamento", code="FAT0120")
    publish(product, [Field("series", Kind.TEXT, "Série da nota")], routine)

    assert asked(grown(routine=routine.pk))[-1] == "series"
    assert "series" not in asked(grown())


def test_a_part_of_the_form_is_all_that_the_script_gets(login, ana, form, checklist):
    part = login(ana).post(URL, {**form, "refresh": "1"}, **GROWS).content.decode()
    whole = login(ana).post(URL, {**form, "refresh": "1"}).content.decode()

    assert ("<html" in part, "<html" in whole) == (False, True)
    assert asked(part) == asked(whole)


def test_without_a_script_a_button_draws_the_form_with_all_that_was_typed_and_sent(
    login, ana, form, checklist
):
    sent = {
        **form,
        "refresh": "1",
        "answer-prints": "yes",
        "answer-printer": "HP 1020",
        "answer-many": ["Testes", "Filial"],
        "answer-log": "Erro na linha 12",
        "uploads": SimpleUploadedFile("tela.txt", b"erro 539"),
        "uploads-answer-xml": SimpleUploadedFile("nota.xml", b"<nfe/>"),
    }

    html = login(ana).post(URL, sent).content.decode()

    for kept in ('value="Rejeição 539"', "a SEFAZ rejeita.</textarea>", "Erro na linha 12</"):
        assert kept in html
    assert 'value="HP 1020"' in html
    assert re.findall(r'name="answer-many" value="(\w+)"[^>]*checked', html) == ["Testes", "Filial"]
    assert len(re.findall(r'type="hidden" name="answer-xml" value="[0-9a-f-]{36}"', html)) == 1
    assert len(re.findall(r'type="hidden" name="files" value="[0-9a-f-]{36}"', html)) == 1
    assert drafts.load(ana, "open")["answer-printer"] == "HP 1020"
    assert Ticket.objects.count() == 0


def test_an_answer_to_what_is_hidden_again_comes_back_with_its_question(grown, checklist):
    hidden = grown(**{"answer-prints": "no", "answer-printer": "HP 1020"})

    assert "printer" not in asked(hidden)
    assert '<input type="hidden" name="answer-printer" value="HP 1020">' in hidden


def test_what_a_product_asks_is_shown_before_the_ticket_opens(login, ana, form, checklist):
    """Without a script nothing was drawn for the product that was only now chosen."""
    page = login(ana).post(URL, form)

    assert page.status_code == 422
    assert f"Ainda não abrimos: {checklist.checklist.product} tem algumas perguntas" in text(
        page.content.decode()
    )
    assert Ticket.objects.count() == 0
    login(ana).post(URL, {**form, "asked": checklist.pk})
    assert Ticket.objects.count() == 1


def test_E3_what_is_not_support_is_said_once_the_product_is_known(grown, product):
    ScopeNote.objects.create(title="Treinamento", text="Não incluso.", door="Academia: ramal 9")
    other = Product.objects.create(name="Folha")
    ScopeNote.objects.create(title="Cálculo à mão", text="Não.", door="Contador", product=other)

    read = text(grown())

    assert "O que não é suporte deste produto, e quem faz Treinamento Não incluso. Academia" in read
    assert "Cálculo à mão" not in read
    assert "Treinamento" not in text(grown(product=""))


# --- Opening --------------------------------------------------------------------------------------


def test_E2_all_answers_go_with_the_ticket(login, ana, form, product, checklist):
    Version.objects.create(product=product, name="12.1.2610")
    xml, screen = stored(ana, "nota.xml", b"<nfe/>"), stored(ana)
    answers = {
        "answer-prints": "yes",
        "answer-printer": "HP 1020",
        "answer-one": "Real",
        "answer-many": ["Filial", "Testes"],
        "answer-amount": "1.250",
        "answer-day": "13/11/2026",
        "answer-xml": str(xml.key),
        "answer-log": "linha 1\nlinha 2",
    }
    told = {
        "version": "12.1.2610",
        "steps": "Menu, Emitir",
        "expected": "Autorizada",
        "hosting": "vendor",
        "base": "Produção",
        "server": "srv01",
        "files": [str(screen.key)],
        "asked": checklist.pk,
    }

    login(ana).post(URL, {**form, **answers, **told})

    intake = Intake.objects.get()
    assert intake.answers == {
        "prints": True,
        "printer": "HP 1020",
        "one": "Real",
        "many": ["Testes", "Filial"],
        "amount": "1250",
        "day": "2026-11-13",
        "xml": [str(xml.key)],
        "log": "linha 1\nlinha 2",
    }
    assert (intake.version, intake.steps, intake.expected, intake.hosting) == (
        "12.1.2610",
        "Menu, Emitir",
        "Autorizada",
        "vendor",
    )
    assert (intake.base, intake.server, intake.product_checklist) == (
        "Produção",
        "srv01",
        checklist,
    )
    message = Ticket.objects.get().messages.get()
    assert {each.name for each in message.attachments.all()} == {"nota.xml", "tela.txt"}


def test_E2_a_required_question_is_asked_for_beside_it_and_nothing_is_lost(
    login, ana, form, checklist
):
    xml = stored(ana, "nota.xml", b"<nfe/>")
    sent = {
        **form,
        "asked": checklist.pk,
        "answer-prints": "yes",
        "answer-amount": "muitas",
        "answer-xml": str(xml.key),
    }

    response = login(ana).post(URL, sent)

    html = response.content.decode()
    assert response.status_code == 422
    assert (
        "Falta corrigir 2 campos Impressora Responda: sem isto o suporte não tem como começar. "
        "Quantas notas Escreva só um número, por exemplo 1250 ou 12,5."
    ) in text(html)
    assert 'value="muitas"' in html
    assert f'name="answer-xml" value="{xml.key}"' in html
    assert drafts.load(ana, "open")["answer-xml"] == str(xml.key)


def test_a_question_that_is_not_shown_is_not_required(login, ana, form, checklist):
    login(ana).post(URL, {**form, "asked": checklist.pk, "answer-prints": "no"})

    assert Intake.objects.get().answers == {"prints": False}


def test_the_draft_brings_the_questions_and_their_answers_back(login, get, ana, form, checklist):
    xml = stored(ana, "nota.xml", b"<nfe/>")
    typed = {**form, "answer-prints": "yes", "answer-printer": "HP", "answer-xml": str(xml.key)}
    login(ana).post("/rascunhos/open/", {**typed, "answer-many": ["Produção", "Testes"]})
    login(ana).logout()

    html = get(ana, URL)

    assert "printer" in asked(html)
    assert 'value="HP"' in html
    assert f'name="answer-xml" value="{xml.key}"' in html
    assert len(re.findall(r'name="answer-many"[^>]*checked', html)) == 2


# --- The meter ------------------------------------------------------------------------------------


def test_E2_the_meter_names_what_is_missing_and_what_it_saves(grown, product):
    publish(product, [replace(PRINTS, weight=5)])

    little = text(grown(description="").partition('id="medidor"')[2])
    more = text(grown(steps="Menu, Emitir", **{"answer-prints": "no"}).partition('"medidor"')[2])

    assert "0% completo 0 Falta contar: O que aconteceu necessário É por onde" in little
    assert "Imprime o DANFE? Separa impressão de emissão." in little
    assert "71% completo" in more
    assert "Imprime o DANFE?" not in more


# --- Recognition ----------------------------------------------------------------------------------

LOG = "09:12 build 12.1.2610.7\n09:13 FAT0120 Rejeição 778: NCM inexistente\nfilial 02"


@pytest.fixture
def patterns(product):
    Version.objects.create(product=product, name="12.1.2610")
    Routine.objects.create(product=product, name="Faturamento", code="FAT0120")
    patterns = (
        ("version", r"build ([\d.]+)", ""),
        ("routine", r"\b[A-Z]{3}\d{4}\b", ""),
        ("error_code", r"Rejeição (\d{3})", ""),
        ("field", r"filial (\d+)", "printer"),
    )
    for n, (finds, expression, key_) in enumerate(patterns):
        more = {"field_key": key_, "position": n, "example": "x"}
        Pattern.objects.create(name=str(n), finds=finds, expression=expression, **more)


def offered(html):
    return [text(each) for each in re.findall(r'name="use".*?>(.*?)</button>', html, re.DOTALL)]


def test_E2_what_a_pasted_log_tells_is_offered_and_not_filled_in(grown, checklist, patterns):
    html = grown(**{"answer-log": LOG})

    assert offered(html) == [
        "Versão 12.1.2610",
        "Rotina Faturamento (FAT0120)",
        "Código do erro: 778",
    ]
    assert re.findall(r"<option value=\"12.1.2610\" selected", html) == []


def test_E2_a_text_file_is_read_too_and_the_title_takes_a_code(grown, ana, product, patterns):
    log = stored(ana, "emissor.log", LOG.encode())

    assert offered(grown(title="NF-e rejeitada", files=[str(log.key)])) == [
        "Versão 12.1.2610",
        "Rotina Faturamento (FAT0120)",
        "Pôr o código 778 no título",
    ]


def test_a_button_takes_an_offer_over_without_a_script(login, ana, form, checklist, patterns):
    sent = {**form, "answer-log": LOG, "use": "version=12.1.2610"}

    html = login(ana).post(URL, sent).content.decode()

    assert '<option value="12.1.2610" selected>' in html
    assert "Versão 12.1.2610" not in offered(html)


def test_an_offer_takes_no_other_field(login, ana, form, checklist):
    html = login(ana).post(URL, {**form, "use": "severity=1"}).content.decode()

    assert f'value="{Severity.HIGH.value}" checked' in re.sub(r" (required|id=\"\w+\")", "", html)


# --- Tenancy --------------------------------------------------------------------------------------


def test_R1_another_persons_file_answers_nothing(login, grown, ana, davi, form, checklist):
    foreign = stored(davi, "segredo.log", b"build 12.1")

    html = grown(files=[str(foreign.key)], **{"answer-xml": str(foreign.key)})
    refused = login(ana).post(URL, {**form, "asked": checklist.pk, "answer-xml": str(foreign.key)})

    assert "segredo" not in html
    assert (refused.status_code, Ticket.objects.count()) == (422, 0)
    assert "Um dos arquivos não está mais disponível." in refused.content.decode()


def test_R1_a_product_that_the_member_does_not_take_tells_nothing(grown, ana, product, checklist):
    other = Product.objects.create(name="Folha")
    ana.memberships.get().products.add(other)

    html = grown()

    assert asked(html) == []
    assert product.name not in html


def test_R1_another_persons_draft_is_nobody_elses(login, get, ana, bruno, form):
    login(ana).post("/rascunhos/open/", {**form, "title": "Só da Ana"})

    assert "Só da Ana" not in get(bruno, URL)


def test_R1_a_routine_or_version_of_another_product_is_refused(login, ana, form, product):
    other = Product.objects.create(name="Folha")
    foreign = Routine.objects.create(product=other, name="Férias")
    Routine.objects.create(product=product, name="Faturamento")

    response = login(ana).post(URL, {**form, "routine": foreign.pk})

    assert response.status_code == 422
    assert "Esta rotina não é deste produto. Escolha outra." in response.content.decode()


@pytest.mark.parametrize("name", ["product", "organization", "routine", "files", "answer-xml"])
@pytest.mark.parametrize("value", ["x", "-1", "9" * 30, "\x00", "²"])
def test_nonsense_is_drawn_again(grown, checklist, name, value):
    assert "novo-ticket" in grown(**{name: value})


def test_nobody_signed_in_gets_no_part(client, form):
    assert client.post(URL, {**form, "refresh": "1"}, **GROWS).status_code == 401


# --- What it costs --------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 25])
def test_the_form_asks_no_more_for_25_questions(
    login, ana, bruno, form, product, count, django_assert_num_queries
):
    """The session, the person and the places; the draft, products, routines, versions, questions,
    colleagues, files, scope notes and incidents; growing, the patterns, no draft, no incidents."""
    for n in range(count):
        Routine.objects.create(product=product, name=f"R{n}")
        Version.objects.create(product=product, name=f"1.{n}")
        make_person(f"Colega {n}", f"c{n}@serraazul.example", ana.memberships.get().organization)
    publish(product, [Field(f"q{n}", Kind.LOG, f"Pergunta {n}") for n in range(count)])
    answers = {f"answer-q{n}": LOG for n in range(count)}
    files = [str(stored(ana, f"{n}.png", b"\x89PNG\r\n\x1a\n").key) for n in range(count)]
    customer = login(ana)
    customer.post("/rascunhos/open/", {**form, **answers, "files": files})

    with django_assert_num_queries(12):
        customer.get(URL)
    with django_assert_num_queries(11):
        customer.post(URL, {**form, **answers, "files": files, "refresh": "1"}, **GROWS)
