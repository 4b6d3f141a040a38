"""Every component of `templates/components/`: what it says, and that its markup is sound."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django import forms
from django.conf import settings
from django.template import Context, Template

from tests.cast import at
from tickets.next_step import NextStep

NOW = at("2026-11-24T14:32")
VOID = {"br", "hr", "img", "input", "link", "meta", "path", "use"}


class Sample(forms.Form):
    """One of each kind of field, sent empty."""

    product = forms.ChoiceField(label="Produto", choices=[("", "Escolha"), ("1", "Folha")])
    title = forms.CharField(label="Título", help_text="O que falhou e onde.")
    body = forms.CharField(label="O que aconteceu", widget=forms.Textarea, required=False)
    severity = forms.ChoiceField(
        label="Severidade", choices=[("1", "Baixa"), ("2", "Alta")], widget=forms.RadioSelect
    )
    reasons = forms.MultipleChoiceField(
        label="Motivos",
        choices=[("a", "Rapidez"), ("b", "Clareza")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agreed = forms.BooleanField(label="Avisar por e-mail", required=False)
    score = forms.ChoiceField(
        label="Sua nota", choices=[("1", "Ruim"), ("2", "Bom")], widget=forms.RadioSelect
    )
    password = forms.CharField(label="Senha", widget=forms.PasswordInput)
    place = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean(self) -> None:
        raise forms.ValidationError("Tudo junto não dá.")


CONTEXT: dict[str, Any] = {
    "m": at("2026-12-01T23:59:59"),
    "at": at("2026-11-23T17:48"),
    "answered": at("2026-11-24T09:00"),
    "ticket": SimpleNamespace(
        number=1024,
        title="Parou",
        url="/t/",
        status="pending",
        label="Pendente Cliente",
        meta="Folha · Elisa respondeu",
        at=at("2026-11-23T17:48"),
        step=NextStep(
            before="Aguardando você até",
            moment=at("2026-12-01T23:59:59"),
            when="ter., 01/12, 23:59",
            after="Sem retorno, será encerrado.",
        ),
        action_url="/t/#r",
        action_label="Responder",
    ),
    "told": "Aguardando você até ter., 01/12, 23:59. Sem retorno, será encerrado.",
    "body": "Veja <anexo>.",
    "user": SimpleNamespace(email="elisa@prazo.example", is_staff=False, is_desk=True),
    "crumbs": [{"label": "Meus tickets", "url": "/tickets/"}, {"label": "1024"}],
    "tabs": [
        {"label": "Abertos", "url": "?a", "count": 0, "current": True},
        {"label": "Todos", "url": "?t"},
    ],
    "facts": [{"label": "Fila", "value": "Fiscal"}, {"label": "Outros", "value": "4", "url": "#"}],
    "figures": [
        {"label": "Vencidos", "url": "?o", "count": 0, "icon": "alert", "danger": True},
        {"label": "Aberto", "url": "?s", "count": 38, "status": "open"},
    ],
    "bars": [{"label": "Elisa", "value": 25, "url": "?e"}, {"label": "Ivo", "value": 0}],
    "files": [{"id": "f1", "name": "tela.png", "size": 2048, "type": "image/png", "url": "/f/1"}],
    "keys": [
        {"label": "Responder", "strokes": ["R"]},
        {"label": "Enviar", "strokes": ["Ctrl", "Enter"]},
    ],
    "kinds": [
        {
            "value": "reply",
            "label": "Responder",
            "icon": "reply",
            "key": "r",
            "effect": "O prazo não muda.",
            "submit": "Responder",
        },
        {
            "value": "request",
            "label": "Pedir informações",
            "short": "Informações",
            "icon": "ask",
            "key": "i",
            "effect": "Até ter., 01/12, 23:59.",
            "moment": at("2026-12-01T23:59:59"),
            "submit": "Pedir",
        },
    ],
    "now": NOW,
}


def include(name: str, params: str, *, inside: str = "") -> str:
    """How a page draws a component of values, `inside` the element that it belongs in."""
    given = f" with {params}" if params else ""
    source = f'{{% include "components/{name}.html"{given} only %}}'
    return f"<{inside}>{source}</{inside}>" if inside else source


def component(name: str, params: str, content: str, *, inside: str = "") -> str:
    """How a page draws a component around markup of its own."""
    source = f'{{% component "{name}" {params} %}}{content}{{% endcomponent %}}'
    return f"<{inside}>{source}</{inside}>" if inside else source


# Component, how a page uses it, and what a reader reads.
CASES = [
    (
        "account_menu",
        include("account_menu", 'user="Elisa Prado" profile_url="/perfil/" named=True'),
        "EP Elisa Prado Elisa Prado Perfil Trocar a senha Como no sistema Claro Escuro Sair",
    ),
    (
        "attachment",
        include("attachment", 'name="tela.png" url="/f/1" size=2048 type="image/png"'),
        "tela.png 2 KB",
    ),
    (
        "avatar",
        include("avatar", 'name="Elisa Prado" size="small"'),
        "EP",
    ),
    (
        "bars",
        include("bars", 'caption="Carga" head="Analista" unit="Tickets" items=bars max=30'),
        "Carga Analista Tickets Proporção Elisa 25 25 Ivo 0 0",
    ),
    (
        "brand",
        include("brand", 'url="/"'),
        "Prazo",
    ),
    (
        "clip",
        include("clip", "", inside="form"),
        "Anexar",
    ),
    (
        "composer",
        component(
            "composer",
            'action="/m/" title="Responder" help="Devolve o ticket." text=body error="Escreva '
            'algo." files=files upload_url="/up/" draft_url="/d/" draft=True',
            "<p>Aviso</p>",
        ),
        "Aviso Responder Devolve o ticket. Escreva algo. Veja &lt;anexo&gt;. tela.png "
        "Enviado · 2 KB … … Tentar de novo Anexar Rascunho guardado Enviar resposta",
    ),
    (
        "composer_desk",
        component("composer_desk", 'action="/m/" kinds=kinds kind="request"', ""),
        "Tipo de mensagem Responder Informações Pedir informações O prazo não muda. Até ter., "
        "01/12, 23:59 . Anexar Responder Pedir",
    ),
    (
        "crumbs",
        include("crumbs", "items=crumbs"),
        "Meus tickets 1024",
    ),
    (
        "deadline",
        include("deadline", 'text=told moment=m urgency="today" word="Hoje"'),
        "Hoje Aguardando você até ter., 01/12, 23:59 . Sem retorno, será encerrado.",
    ),
    (
        "deadline_cell",
        include("deadline_cell", 'moment=m urgency="soon" title=told'),
        "ter., 01/12",
    ),
    (
        "deadline_panel",
        component(
            "deadline_panel",
            'text=told moment=m urgency="overdue"',
            '<a class="button" href="#">Responder</a>',
        ),
        "Aguardando você até ter., 01/12, 23:59 . Sem retorno, será encerrado. Responder",
    ),
    (
        "demo_clock",
        include("demo_clock", "now=now user=user"),
        "Demonstração · ter., 24/11/2026, 14:32",
    ),
    (
        "dialog",
        component("dialog", 'id="fim" title="Encerrar?"', "<p>Não volta.</p>"),
        "Encerrar? Não volta.",
    ),
    (
        "dialog_button",
        include("dialog_button", 'dialog="fim" url="/fim/" label="Encerrar" icon="check"'),
        "Encerrar",
    ),
    (
        "dialog_close",
        include("dialog_close", 'dialog="fim" label="Voltar"'),
        "Voltar",
    ),
    (
        "draft_state",
        include("draft_state", "saved=True"),
        "Rascunho guardado",
    ),
    (
        "empty",
        component("empty", 'icon="inbox" title="Nada aqui" text="Ainda."', '<a href="#">Abrir</a>'),
        "Nada aqui Ainda. Abrir",
    ),
    (
        "error_summary",
        include("error_summary", "form=form"),
        "Falta corrigir 6 campos Tudo junto não dá. Produto Este campo é obrigatório. "
        "Título Este campo é obrigatório. Severidade Este campo é obrigatório. Sua nota "
        "Este campo é obrigatório. Senha Este campo é obrigatório.",
    ),
    (
        "event",
        include("event", 'icon="user" actor="Elisa" text="assumiu o ticket" at=at', inside="ol"),
        "Elisa assumiu o ticket · ontem, 17:48",
    ),
    (
        "facts",
        include("facts", 'title="Dados" items=facts'),
        "Dados Fila Fiscal Outros 4",
    ),
    (
        "field_notes",
        include("field_notes", "field=form.title", inside="div"),
        "O que falhou e onde. Este campo é obrigatório.",
    ),
    (
        "figures",
        include("figures", "items=figures"),
        "0 Vencidos 38 Aberto",
    ),
    (
        "file_row",
        include("file_row", 'id="f1" name="tela.png" size=2048 type="image/png"', inside="ul"),
        "tela.png Enviado · 2 KB",
    ),
    (
        "files",
        include("files", "files=files"),
        "tela.png Enviado · 2 KB … … Tentar de novo",
    ),
    (
        "fold",
        component(
            "fold",
            'number=479105 title="Não retransmite" meta="4 mensagens" status="followed" '
            'label="Acompanhamento"',
            "<li>Oi</li>",
            inside="ol",
        ),
        "Antes, no ticket 479105: Não retransmite 4 mensagens Acompanhamento Oi",
    ),
    (
        "keys",
        include("keys", "keys=keys"),
        "Teclas de atalho Responder R Enviar Ctrl Enter Fechar",
    ),
    (
        "menu",
        component(
            "menu", 'id="mais" label="Mais ações"', '<a class="menu__item" href="#">Mover</a>'
        ),
        "Mais ações Mover",
    ),
    (
        "message",
        include(
            "message",
            'kind="request" author="Elisa Prado" support=True at=at answered=answered '
            'body=body affiliation="Suporte" channel="telefone" entered_by="Ivo" '
            'attachments=files id="m1"',
            inside="ol",
        ),
        "EP Pedido de informações, respondido em 24/11 Elisa Prado Suporte ontem, 17:48 · "
        "telefone · registrada por Ivo Veja &lt;anexo&gt;. tela.png 2 KB",
    ),
    (
        "notice",
        component("notice", 'tone="warn" title="SEFAZ lenta" alert=True', "<p>Espere.</p>"),
        "SEFAZ lenta Espere.",
    ),
    (
        "pager",
        include("pager", 'text="25 de 119" next="?a" previous="?b"'),
        "25 de 119 Anteriores Próximos",
    ),
    (
        "password",
        component("password", "field=form.password", '<a href="#">Esqueci</a>'),
        "Senha Este campo é obrigatório. Mostrar Esqueci",
    ),
    (
        "person",
        include("person", 'name="Ana Nogueira" role="abriu o ticket"'),
        "AN Ana Nogueira abriu o ticket",
    ),
    (
        "presence",
        include("presence", ""),
        "",
    ),
    (
        "progress",
        include("progress", 'value=5 max=7 label="Completo"'),
        "5",
    ),
    (
        "row",
        include(
            "row",
            'number=1024 title="Parou" url="/t/" status="open" label="Aberto" customer="Boa '
            'Rota" unread=True current=True moment=m urgency="calm"',
            inside="ul",
        ),
        "1024 Parou (não lido) Boa Rota ter., 01/12",
    ),
    (
        "score",
        include("score", "field=form.score"),
        "Sua nota Este campo é obrigatório. 1 Ruim 2 Bom",
    ),
    (
        "skeleton",
        include("skeleton", 'label="Carregando tickets" rows="12"'),
        "Carregando tickets",
    ),
    (
        "status",
        include("status", 'status="pending" label="Pendente Cliente" customer=True'),
        "Aguardando sua resposta Pendente Cliente",
    ),
    (
        "table",
        component(
            "table",
            'caption="Por produto"',
            '<tbody><tr><th scope="row">Folha</th><td>2</td></tr></tbody>',
        ),
        "Por produto Folha 2",
    ),
    (
        "tabs",
        include("tabs", 'label="Situação" items=tabs'),
        "Abertos 0 Todos",
    ),
    (
        "theme",
        include("theme", ""),
        "Como no sistema Claro Escuro",
    ),
    (
        "ticket_row",
        include(
            "ticket_row",
            "row=ticket act=True",
            inside="ul",
        ),
        "Parou 1024 · Folha · Elisa respondeu ontem, 17:48 Aguardando sua resposta "
        "Pendente Cliente Aguardando você até ter., 01/12, 23:59 . Sem retorno, será "
        "encerrado. Responder",
    ),
    (
        "timeline",
        component("timeline", 'label="Conversa"', "<li>Oi</li>"),
        "Oi",
    ),
    (
        "toast",
        include("toast", 'text="Enviada." tone="success" url="/u/" action="Desfazer"'),
        "Enviada. Desfazer",
    ),
    (
        "upload",
        include(
            "upload", 'url="/up/" label="Telas" files=files error="Programas não."', inside="form"
        ),
        "Telas (opcional) Programas não. Arraste, cole com Ctrl V ou escolha arquivos Até "
        "20 arquivos de 25 MB cada, sem precisar compactar. tela.png Enviado · 2 KB … … "
        "Tentar de novo",
    ),
    (
        "upload_words",
        '<div {% include "components/upload_words.html" with url="/up/" only %}>x</div>',
        "x",
    ),
]


class Sound(HTMLParser):
    """Holds markup to what a browser need not mend: closed elements, ids once, quoted values."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.feed(markup)
        assert self.open == []
        assert sorted(set(self.ids)) == sorted(self.ids)
        assert [each for each in self.references if each not in self.ids] == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert sorted(set(names)) == sorted(names), (tag, attrs)
        values = dict(attrs)
        if values.get("id"):
            self.ids.append(str(values["id"]))
        for reference in ("for", "aria-labelledby", "aria-describedby", "popovertarget"):
            self.references += str(values.get(reference) or "").split()
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


def words(markup: str) -> str:
    """What is written in `markup`."""
    bare = re.sub(r"<template.*?>|<[^>]+>", " ", markup, flags=re.S)
    return " ".join(bare.split())


def sent_empty() -> Sample:
    form = Sample({})
    form.is_valid()
    return form


def drawn(source: str, **more: Any) -> str:
    return Template(source).render(Context({**CONTEXT, "form": sent_empty(), **more}))


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.parametrize(("name", "source", "says"), CASES, ids=[case[0] for case in CASES])
def test_component_is_sound_and_says(name: str, source: str, says: str) -> None:
    shown = drawn(source)

    Sound(shown)
    assert words(shown) == says


def test_every_component_has_its_case() -> None:
    files = Path(settings.BASE_DIR, "templates/components").glob("*.html")

    assert sorted(name for name, _, _ in CASES) == sorted(file.stem for file in files)


def test_every_component_begins_with_its_parameters() -> None:
    files = Path(settings.BASE_DIR, "templates/components").glob("*.html")

    assert [file.name for file in files if not file.read_text().startswith("{# ")] == []


@pytest.mark.parametrize(
    ("status", "customer", "says"),
    [
        ("open", "Com o suporte", "Com o suporte Aberto"),
        ("pending", "Aguardando sua resposta", "Aguardando sua resposta Aberto"),
        ("validation", "Aguardando sua validação", "Aguardando sua validação Aberto"),
        ("closed", "", "Aberto"),
        ("followed", "Continua em outro ticket", "Continua em outro ticket Aberto"),
    ],
)
def test_status_has_colour_icon_and_word(status: str, customer: str, says: str) -> None:
    badge = include("status", 'status=status label="Aberto" customer=True')

    shown = drawn(badge, status=status)

    assert words(shown) == says
    assert f'data-status="{status}"' in shown
    assert f"#i-{status}" in shown


@pytest.mark.parametrize(
    ("kind", "answered", "look", "says"),
    [
        ("reply", None, "message", ""),
        ("note", None, "message message--note", "Nota interna: o cliente não vê"),
        ("solution", None, "message message--solution", "Solução proposta"),
        ("request", None, "message message--request", "Pedido de informações"),
        ("request", NOW, "message", "Pedido de informações, respondido em 24/11"),
    ],
)
def test_only_what_still_waits_is_coloured(kind: str, answered: Any, look: str, says: str) -> None:
    message = include("message", 'kind=kind author="Eva" at=at answered=answered body=body')

    shown = drawn(message, kind=kind, answered=answered)

    assert f'<article class="{look}"' in shown
    assert words(shown) == " ".join(f"E {says} Eva ontem, 17:48 Veja &lt;anexo&gt;.".split())


def test_field_group_is_drawn_in_our_markup() -> None:
    shown = Template("{{ form.title.as_field_group }}").render(Context({"form": sent_empty()}))

    assert "".join(line.strip() for line in shown.splitlines()) == (
        '<div class="field">'
        '<label class="field__label" for="id_title">Título</label>'
        '<p class="field__help" id="id_title_helptext">O que falhou e onde.</p>'
        '<div class="field__errors" id="id_title_error"><p class="field__error">'
        '<svg class="icon" aria-hidden="true"><use href="/static/icons.svg#i-alert"/></svg>'
        "<span>Este campo é obrigatório.</span></p></div>"
        '<input type="text" name="title" class="input" required aria-invalid="true"'
        ' aria-describedby="id_title_helptext id_title_error" id="id_title">'
        "</div>"
    )


def test_whole_form_is_drawn_in_our_markup() -> None:
    shown = Template("<form>{{ form }}</form>").render(Context({"form": Sample()}))

    Sound(shown)
    assert words(shown) == (
        "Produto Escolha Folha Título O que falhou e onde. O que aconteceu (opcional)"
        " Severidade Baixa Alta Motivos (opcional) Rapidez Clareza Avisar por e-mail"
        " Sua nota Ruim Bom Senha"
    )


def test_summary_leads_to_each_field() -> None:
    shown = drawn(include("error_summary", "form=form"))

    assert re.findall(r'href="#([^"]+)"', shown) == [
        "id_product",
        "id_title",
        "id_severity_0",
        "id_score_0",
        "id_password",
    ]


def test_summary_is_silent_where_nothing_is_wrong() -> None:
    assert words(drawn(include("error_summary", "form=form"), form=Sample())) == ""


def test_toast_of_a_fragment_goes_to_the_toasts_of_the_page() -> None:
    shown = drawn(include("toast", 'text="Não." tone="danger" oob=True'))

    Sound(shown)
    assert '<div hx-swap-oob="beforeend:#toasts">' in shown
    assert 'class="toast toast--danger"' in shown
