"""The tags and filters of `common.templatetags.ui`."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django import forms
from django.template import Context, Template
from django.utils import timezone

from tests.cast import at

NOW = at("2026-11-24T14:32")


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def drawn(source: str, **context: Any) -> str:
    return Template(source).render(Context(context))


def test_icon_is_decoration() -> None:
    assert drawn('{% icon "clock" %}') == (
        '<svg class="icon" aria-hidden="true"><use href="/static/icons.svg#i-clock"/></svg>'
    )


def test_icon_with_a_label_is_read_aloud() -> None:
    assert drawn('{% icon "x" size=20 label=words %}', words='Retirar "A"') == (
        '<svg class="icon icon--20" role="img" aria-label="Retirar &quot;A&quot;">'
        '<use href="/static/icons.svg#i-x"/></svg>'
    )


@pytest.mark.parametrize("source", ['{% icon "unicorn" %}', '{% icon "clock" size=17 %}'])
def test_icon_that_does_not_exist_is_refused(source: str) -> None:
    with pytest.raises(ValueError):
        drawn(source)


def test_icons_of_files() -> None:
    kinds = ["image/png", "video/mp4", "application/pdf", ""]

    assert drawn("{% for k in kinds %}{{ k|file_icon }} {% endfor %}", kinds=kinds) == (
        "image video file file "
    )


def test_when_is_relative_with_the_exact_time_as_title() -> None:
    assert drawn("{% when moment %}", moment=at("2026-11-23T17:48")) == (
        '<time datetime="2026-11-23T17:48:00-03:00" title="seg., 23/11/2026, 17:48" data-when>'
        "ontem, 17:48</time>"
    )


def test_when_speaks_in_the_readers_zone() -> None:
    with timezone.override("America/Manaus"):
        shown = drawn("{% when moment %}", moment=at("2026-11-23T00:30"))

    assert shown == (
        '<time datetime="2026-11-22T23:30:00-04:00" title="dom., 22/11/2026, 23:30" data-when>'
        "22/11, 23:30</time>"
    )


@pytest.mark.parametrize("tz", ["America/Manaus", ZoneInfo("America/Manaus")])
def test_UI8_exact_speaks_in_the_calendars_zone_and_names_it(tz: Any) -> None:
    moment = at("2026-12-01T23:59:59", "America/Manaus")

    assert drawn("{% exact moment tz %}", moment=moment, tz=tz) == (
        '<time datetime="2026-12-01T23:59:59-04:00">ter., 01/12, 23:59 (horário de Manaus)</time>'
    )


def test_brief_is_a_deadline_in_a_row() -> None:
    assert drawn("{% brief moment tz %}", moment=at("2026-12-02T23:59:59"), tz=None) == (
        '<time datetime="2026-12-02T23:59:59-03:00">02/12</time>'
    )


def test_L10_sentence_of_a_letter_is_marked_up_on_a_page() -> None:
    shown = drawn(
        "{% with_time text moment tz %}",
        text="Aguardando <você> até ter., 01/12, 23:59.",
        moment=at("2026-12-01T23:59:59"),
        tz="America/Sao_Paulo",
    )

    assert shown == (
        "Aguardando &lt;você&gt; até "
        '<time datetime="2026-12-01T23:59:59-03:00">ter., 01/12, 23:59</time>.'
    )


@pytest.mark.parametrize("moment", [None, at("2026-12-02T23:59:59")])
def test_sentence_without_that_moment_stays_as_it_is(moment: Any) -> None:
    assert drawn("{% with_time text moment %}", text="Com o suporte.", moment=moment) == (
        "Com o suporte."
    )


def test_scripts_know_the_servers_clock_and_the_readers_zone() -> None:
    assert drawn("{% clock_attributes %}") == (
        'data-now="2026-11-24T14:32:00-03:00" data-zone="America/Sao_Paulo"'
    )


@pytest.mark.parametrize(
    ("name", "letters"),
    [("Ana Beatriz Nogueira", "AN"), ("Elisa", "E"), ("érica souza", "ÉS"), ("", "")],
)
def test_initials(name: str, letters: str) -> None:
    assert drawn("{{ name|initials }}", name=name) == letters


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1023 bytes"),
        (1024, "1 KB"),
        (290816, "284 KB"),
        (1024 * 1024 - 1, "1 MB"),
        (1887436, "1,8 MB"),
        (10 * 1024 * 1024 - 1, "10 MB"),
        (25 * 1024 * 1024, "25 MB"),
        (3 * 1024**3, "3 GB"),
    ],
)
def test_sizes_of_files(count: int, words: str) -> None:
    assert drawn("{{ count|bytes }}", count=count) == words


def test_limits_of_files_are_those_of_the_settings(settings: Any) -> None:
    settings.MAX_FILES_A_MESSAGE, settings.MAX_FILE_BYTES = 3, 2048

    assert drawn("{% file_limits as at %}{{ at.files }} de {{ at.bytes|bytes }}") == "3 de 2 KB"


def test_site_name_needs_no_request(settings: Any) -> None:
    settings.SITE_NAME = "Suporte & Cia"

    assert drawn("{% site_name %}") == "Suporte &amp; Cia"


def test_modules_carry_the_nonce() -> None:
    assert drawn('{% modules "once" "time" %}', csp_nonce="abc") == (
        '<script type="module" src="/static/js/once.js" nonce="abc"></script>\n'
        '<script type="module" src="/static/js/time.js" nonce="abc"></script>'
    )


def test_L12_request_keys_are_fresh() -> None:
    first, second = (drawn("{% request_key %}") for _ in range(2))

    assert first != second
    assert first.startswith('<input type="hidden" name="request_key" value="')


class Sample(forms.Form):
    title = forms.CharField(widget=forms.TextInput(attrs={"class": "own", "placeholder": "Aqui"}))
    agreed = forms.BooleanField()


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (
            '{% control form.title placeholder="" %}',
            '<input type="text" name="title" class="own input" placeholder="" required '
            'id="id_title">',
        ),
        (
            "{% control form.agreed %}",
            '<input type="checkbox" name="agreed" required id="id_agreed">',
        ),
    ],
)
def test_controls_look_like_ours(source: str, html: str) -> None:
    assert drawn(source, form=Sample()).strip() == html


def test_component_sees_its_parameters_and_nothing_else() -> None:
    source = (
        '{% component "dialog" id="sair" title=question %}'
        "<p>{{ word }}</p><form>{% csrf_token %}</form>{% endcomponent %}"
    )

    shown = drawn(source, question="Sair?", word="Agora", wide=True, csrf_token="t0ken")

    assert "".join(line.strip() for line in shown.splitlines()) == (
        '<dialog class="dialog" id="sair" aria-labelledby="sair-titulo">'
        '<h2 class="dialog__title" id="sair-titulo">Sair?</h2>'
        '<p>Agora</p><form><input type="hidden" name="csrfmiddlewaretoken" value="t0ken"></form>'
        "</dialog>"
    )
