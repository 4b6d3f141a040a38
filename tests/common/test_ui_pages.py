"""The frames of every page, the sign-in pages, errors and refusals, and how they are served."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.template.loader import get_template
from django.test import Client, RequestFactory, override_settings
from django.urls import include, path
from django.utils import timezone
from django.views import defaults
from django.views.csrf import csrf_failure

from common.context import site
from common.middleware import Refusals, fresh_pages, reader_time_zone
from common.staticfiles import SHEET, SheetFinder
from tests.cast import at
from tests.common.test_ui_components import Sound, words
from tickets.errors import Refused

pytestmark = pytest.mark.urls("tests.common.test_ui_pages")

NOW = at("2026-11-24T14:32")


def _page(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [
    path("conta/", include("allauth.account.urls")),
    path(
        "",
        include(
            (
                [
                    path("", _page, name="home"),
                    path("tickets/", _page, name="tickets"),
                    path("tickets/1024/", _page, name="ticket"),
                    path("perfil/", _page, name="profile"),
                ],
                "portal",
            )
        ),
    ),
    path("ajuda/", include(([path("", _page, name="index")], "help_center"))),
    path("empresa/", include(([path("", _page, name="index")], "company"))),
    path("demo/dia/", include(([path("", _page, name="next_day")], "demo"))),
]


class Reader(AnonymousUser):
    """Somebody signed in, known to no database."""

    email = "ana@serraazul.example"
    is_desk = False
    time_zone = "America/Manaus"

    def __str__(self) -> str:
        return "Ana Nogueira"


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def asked(where: str = "/", **more: Any) -> HttpRequest:
    """A request for a page, by a reader, under a nonce."""
    from django.urls import resolve

    request = RequestFactory().get(where, **more)
    request.user = Reader()  # type: ignore[assignment]
    request.csp_nonce = "n0nce"  # type: ignore[attr-defined]
    request.resolver_match = resolve(request.path)
    return request


def drawn(source: str, request: HttpRequest, **context: Any) -> str:
    return Template(source).render(RequestContext(request, context))


PORTAL = '{% extends "layouts/portal.html" %}{% block title %}Início{% endblock %}'
# What the desk's frame has of this package; its own is tested with the desk.
DENSE = """{% extends "base.html" %}{% block title %}Fila{% endblock %}
{% block modules %}{{ block.super }}{% modules "keys" "live" %}{% endblock %}
{% block body_attributes %}{{ block.super }} data-density="desk"{% endblock %}
{% block body %}<form role="search"><input type="search" aria-label="Buscar" data-key="/"></form>
<main id="conteudo">{% block content %}{% endblock %}</main>
{% include "components/keys.html" only %}{% endblock %}"""


def test_page_of_the_portal_is_sound() -> None:
    page = drawn(PORTAL, asked())

    Sound(page.split("<!DOCTYPE html>")[1])
    assert words(page[page.index("<body") :]) == (
        "Ir para o conteúdo Sem conexão ao vivo; tentando de novo. Prazo Início Meus tickets"
        " Ajuda AN Ana Nogueira ana@serraazul.example Perfil Trocar a senha"
        " Como no sistema Claro Escuro Sair"
        " Responda a qualquer e-mail de um ticket e sua mensagem entra nele, com anexos."
        " Não foi possível falar com o servidor. Nada do que você escreveu se perdeu;"
        " tente de novo."
        " Sua sessão terminou. Entre de novo em outra aba e envie outra vez; o que você escreveu"
        " continua aqui. Entrar"
        " O texto e os arquivos são grandes demais para um só envio, e nada foi enviado."
        " Encurte o texto, anexando-o como arquivo, ou divida os arquivos entre duas mensagens."
        " Algo falhou e a ação não foi feita. Nada do que você escreveu se perdeu;"
        " tente de novo."
    )


def test_page_says_its_language_clock_zone_and_name() -> None:
    page = drawn(PORTAL, asked())

    assert re.findall(r"<html[^>]*>", page) == [
        '<html lang="pt-BR" data-now="2026-11-24T14:32:00-03:00" data-zone="America/Sao_Paulo">'
    ]
    assert " ".join(re.findall(r"<title>(.*?)</title>", page, flags=re.S)[0].split()) == (
        "Início · Prazo"
    )


def test_scripts_have_the_nonce_and_htmx_its_limits() -> None:
    page = drawn(PORTAL, asked())

    scripts = re.findall(r"<script[^>]*>", page)
    config = re.findall(r"<meta name=\"htmx-config\"\s+content='(.*?)'>", page)
    assert [script for script in scripts if 'nonce="n0nce"' not in script] == []
    assert len(scripts) == 8
    assert json.loads(config[0])["includeIndicatorStyles"] is False
    assert json.loads(config[0])["allowEval"] is False


@pytest.mark.parametrize(
    ("where", "current"),
    [
        ("/", ['href="/" aria-current="page"']),
        ("/tickets/", ['href="/tickets/" aria-current="page"']),
        ("/tickets/1024/", ['href="/tickets/" aria-current="true"']),
        ("/perfil/", []),
    ],
)
def test_portal_shows_where_the_reader_is(where: str, current: list[str]) -> None:
    nav = re.findall(r"<nav class=\"topbar__nav\".*?</nav>", drawn(PORTAL, asked(where)), re.S)

    assert re.findall(r"href=\"[^\"]*\" aria-current=\"\w+\"", nav[0]) == current


@pytest.mark.parametrize(
    ("cookie", "attributes", "scheme"),
    [
        ("dark", ' data-theme="dark"', "dark"),
        ("light", ' data-theme="light"', "light"),
        ('"><script>', "", "light dark"),
        ("", "", "light dark"),
    ],
)
def test_theme_of_the_cookie_is_drawn_by_the_server(
    cookie: str, attributes: str, scheme: str
) -> None:
    request = asked()
    request.COOKIES["theme"] = cookie

    page = drawn(PORTAL, request)

    assert re.findall(r"<html[^>]*America/Sao_Paulo\"([^>]*)>", page) == [attributes]
    assert f'<meta name="color-scheme" content="{scheme}">' in page


def test_messages_are_toasts() -> None:
    request = asked()
    request._messages = CookieStorage(request)  # type: ignore[attr-defined]
    messages.success(request, "Enviada.")
    messages.error(request, "Não enviada.")

    page = drawn(PORTAL, request)

    toasts = re.findall(r"id=\"toasts\".*?<template", page, re.S)[0]
    assert re.findall(
        r"class=\"(toast|toast toast--danger)\".*?<span>(.*?)</span>", toasts, re.S
    ) == [
        ("toast", "Enviada."),
        ("toast toast--danger", "Não enviada."),
    ]


def test_demo_shows_its_clock_and_staff_may_move_it(settings: Any) -> None:
    settings.DEMO = True
    customer, analyst = asked(), asked()
    analyst.user.is_desk = True  # type: ignore[union-attr]

    seen = [
        re.findall(r"<section class=\"banner\".*?</section>", drawn(PORTAL, each), re.S)[0]
        for each in (customer, analyst)
    ]

    assert [words(banner) for banner in seen] == [
        "Demonstração · ter., 24/11/2026, 14:32",
        "Demonstração · ter., 24/11/2026, 14:32 Próximo dia útil",
    ]


def test_context_asks_the_database_nothing() -> None:
    assert site(asked()) == {
        "SITE_NAME": "Prazo",
        "DEMO": False,
        "csp_nonce": "n0nce",
        "theme": "",
        "demo_now": None,
    }


# --- Errors --------------------------------------------------------------------------------------


def _error(name: str) -> str:
    request = asked()
    answers = {
        "403.html": lambda: defaults.permission_denied(request, Exception()),
        "403_csrf.html": lambda: csrf_failure(request),
        "404.html": lambda: defaults.page_not_found(request, Exception()),
        "400.html": lambda: defaults.bad_request(request, Exception()),
        "500.html": lambda: defaults.server_error(request),
    }
    response: HttpResponse = answers[name]()
    return response.content.decode()


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("400.html", "Este pedido chegou incompleto"),
        ("403.html", "Você não tem acesso a esta página"),
        ("403_csrf.html", "A página ficou aberta tempo demais"),
        ("404.html", "Não encontramos esta página"),
        ("500.html", "Algo falhou do nosso lado"),
    ],
)
def test_error_says_what_happened_with_no_database(name: str, title: str) -> None:
    page = _error(name)

    Sound(page.split("<!DOCTYPE html>")[1])
    main = words(re.findall(r"<main.*?</main>", page, re.S)[0])
    assert main.startswith(f"Prazo {title} ")
    assert main.endswith(" Ir para o início")


def test_failure_needs_no_request() -> None:
    page = get_template("500.html").render()

    assert words(re.findall(r"<main.*?</main>", page, re.S)[0]) == (
        "Prazo Algo falhou do nosso lado O erro ficou registrado. O que você enviava pode não"
        " ter sido gravado: antes de enviar de novo, veja se já aparece no ticket. Rascunhos"
        " guardados não se perdem. Tentar de novo Ir para o início"
    )


def refused(request: HttpRequest) -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        raise AssertionError

    answer = Refusals(view).process_exception(request, Refused("ended", "Já foi encerrado."))
    assert answer is not None
    return answer


def test_L7_refusal_gives_the_typed_text_back() -> None:
    request = RequestFactory().post(
        "/tickets/1/messages/", {"body": "Meu <texto>"}, HTTP_REFERER="http://testserver/tickets/1/"
    )

    answer = refused(request)

    page = answer.content.decode()
    assert answer.status_code == 409
    assert words(re.findall(r"<main.*?</main>", page, re.S)[0]) == (
        "Prazo Isso não foi feito Já foi encerrado. O que você escreveu Ainda não foi enviado."
        " Copie, se quiser usar em outro lugar. Meu &lt;texto&gt; Voltar"
    )
    assert 'href="http://testserver/tickets/1/"' in page


def test_refusal_leads_back_to_no_other_host() -> None:
    page = refused(
        RequestFactory().post("/", HTTP_REFERER="https://evil.example/")
    ).content.decode()

    assert re.findall(r'<a class="button button--primary" href="([^"]*)"', page) == ["/"]


def test_refusal_in_a_fragment_is_a_toast_and_changes_nothing_else() -> None:
    answer = refused(RequestFactory().post("/", HTTP_HX_REQUEST="true"))

    assert (answer.status_code, answer["HX-Reswap"]) == (409, "none")
    assert words(answer.content.decode()) == "Já foi encerrado."


@pytest.mark.parametrize(
    ("kind", "said", "kept"),
    [
        ("text/html; charset=utf-8", {}, "private, no-store"),
        ("text/html", {"Cache-Control": "max-age=60"}, "max-age=60"),
        ("image/png", {}, None),
    ],
)
def test_L12_no_browser_keeps_a_page_to_show_a_form_again(
    kind: str, said: dict[str, str], kept: str | None
) -> None:
    answer = fresh_pages(lambda request: HttpResponse(content_type=kind, headers=said))(asked())

    assert answer.get("Cache-Control") == kept


def test_other_exceptions_are_not_refusals() -> None:
    middleware = Refusals(lambda request: HttpResponse())

    assert middleware.process_exception(RequestFactory().get("/"), ValueError("x")) is None


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("America/Manaus", "America/Manaus"),
        ("", "America/Sao_Paulo"),
        ("Mars/Olympus", "America/Sao_Paulo"),
        ("/etc/passwd", "America/Sao_Paulo"),
    ],
)
def test_UI8_reader_reads_in_the_own_zone(zone: str, name: str) -> None:
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    request = asked()
    request.user.time_zone = zone  # type: ignore[union-attr]
    reader_time_zone(view)(request)

    assert (seen, timezone.get_current_timezone_name()) == ([name], "America/Sao_Paulo")


# --- Sign-in -------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("where", "says"),
    [
        (
            "/conta/login/",
            "Prazo Entrar no suporte E-mail Senha Mostrar Esqueci minha senha"
            " Continuar conectado neste aparelho Entrar"
            " Ainda não tem acesso? Peça a quem administra o suporte na sua empresa."
            " Ver a central de ajuda, sem entrar",
        ),
        (
            "/conta/signup/",
            "Prazo O acesso é por convite Não há cadastro aberto. Peça um convite a quem"
            " administra o suporte na sua empresa. Entrar",
        ),
        (
            "/conta/password/reset/",
            "Prazo Criar uma nova senha Diga seu e-mail e enviaremos um link para escolher uma"
            " nova senha. E-mail Enviar o link Voltar à entrada",
        ),
        (
            "/conta/password/reset/done/",
            "Prazo Veja seu e-mail Se este endereço tem acesso ao suporte, o link para escolher"
            " uma nova senha já está a caminho. Pode levar alguns minutos; confira também a caixa"
            " de spam. Voltar à entrada",
        ),
        (
            "/conta/password/reset/key/1-abc/",
            "Prazo Este link não vale mais Ele já foi usado, ou passou do prazo. Sua senha não"
            " mudou. Peça outro link e use o mais recente. Pedir outro link",
        ),
        (
            "/conta/inactive/",
            "Prazo Este acesso está desativado Seu usuário não entra mais no suporte. Se isso é"
            " um engano, fale com quem administra o suporte na sua empresa."
            " Entrar com outro usuário",
        ),
    ],
)
def test_sign_in_page_says(client: Client, where: str, says: str) -> None:
    page = client.get(where).content.decode()

    Sound(page.split("<!DOCTYPE html>")[1])
    assert words(re.findall(r"<main.*?</main>", page, re.S)[0]) == says


def test_sign_in_that_fails_says_so_and_keeps_the_address(client: Client, ana: Any) -> None:
    page = client.post("/conta/login/", {"login": ana.email, "password": "errada"}).content.decode()

    summary = re.findall(r"<div class=\"summary\".*?</div>", page, re.S)[0]
    assert words(summary).startswith("Não foi possível entrar ")
    assert f'value="{ana.email}"' in page


@pytest.mark.parametrize("where", ["/conta/logout/", "/conta/password/change/"])
def test_page_of_who_is_signed_in_is_sound(client: Client, ana: Any, where: str) -> None:
    client.force_login(ana)

    page = client.get(where).content.decode()

    Sound(page.split("<!DOCTYPE html>")[1])
    assert page.count("<h1>") == 1


def test_too_many_tries_are_told_in_our_words(client: Client, ana: Any) -> None:
    with override_settings(ACCOUNT_RATE_LIMITS={"login": "1/m/ip"}):
        client.post("/conta/login/", {"login": ana.email, "password": "errada"})
        answer = client.post("/conta/login/", {"login": ana.email, "password": "errada"})

    assert answer.status_code == 429
    assert "Muitas tentativas seguidas" in words(answer.content.decode())


# --- Serving -------------------------------------------------------------------------------------


def test_sheet_is_found_joined() -> None:
    found = SheetFinder().find(SHEET)

    text = Path(found).read_text()
    assert "@import" not in text
    assert re.findall(r"^@layer (\w+) {$", text, re.M)[:3] == ["reset", "tokens", "base"]
    assert text.startswith("@layer reset, tokens, base, components, pages, utilities;")


def test_other_files_are_left_to_other_finders() -> None:
    assert SheetFinder().find("icons.svg") == []


def test_collected_files_are_hashed_gzipped_and_refer_to_each_other(
    tmp_path: Path, settings: Any
) -> None:
    settings.STATIC_ROOT = tmp_path
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}

    call_command("collectstatic", interactive=False, verbosity=0)

    manifest = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    sheet = gzip.decompress((tmp_path / f"{manifest[SHEET]}.gz").read_bytes()).decode()
    assert sheet == Path(SheetFinder().find(SHEET)).read_text()
    # One that no page of this process has shown, which would name it as it was then.
    shown = drawn('{% icon "lock" size=20 label="Só aqui" %}', asked())
    assert f'href="/static/{manifest["icons.svg"]}#i-lock"' in shown
