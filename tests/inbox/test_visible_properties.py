"""What holds of every mail: nothing is added, nothing fails, and it takes linear time."""

import html
import re
import time
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.text import clean
from interfaces.inbox import mime
from interfaces.inbox.visible import visible, written
from outbox.letters import REPLY_MARKER

_ROWS = st.sampled_from(
    [
        "",
        "Versão 12.1.33.",
        "> Qual é a versão?",
        "> > antes",
        ">",
        "-- ",
        "--",
        "Ana",
        "Enviado do meu iPhone",
        "Em seg., 23 de nov. de 2026 às 10:00, Prazo <suporte@prazo.example> escreveu:",
        "Em seg., 23 de nov. de 2026 às 10:00, Prazo <",
        "suporte@prazo.example> escreveu:",
        "-----Mensagem original-----",
        "________________________________",
        "De: Prazo <suporte@prazo.example>",
        "Enviado: segunda-feira, 23 de novembro de 2026 10:00",
        "Para: Ana",
        "Assunto: NF-e",
        "---------- Forwarded message ---------",
        "Respondo abaixo, em vermelho.",
        REPLY_MARKER,
        f"> {REPLY_MARKER}",
        "##- responda acima desta",
        "linha -##",
    ]
)
_TEXTS = st.lists(_ROWS | st.text(max_size=12), max_size=25).map("\n".join).map(clean)
_TAGS = st.sampled_from(
    [
        "<div>",
        "</div>",
        '<div class="gmail_quote">',
        '<div class="gmail_attr">Em 23/11/2026 10:00, a@b.example escreveu:</div>',
        '<blockquote type="cite">',
        "</blockquote>",
        '<div id="divRplyFwdMsg">',
        '<div id="appendonsend"></div>',
        '<div class="gmail_signature">',
        '<div style="display:none">',
        "<br>",
        "<table><tr><td>",
        "</table>",
        '<img src="cid:a@b">',
        "<pre>",
        "</pre>",
        "texto",
        "12.1.33",
        "&lt;b&gt;",
        "<script>x</script>",
    ]
)
_PAGES = st.lists(_TAGS | st.text(max_size=6), max_size=30).map("".join)


def rows_in(rows: list[str], of: list[str]) -> bool:
    """Whether `rows` are some of the rows `of`, in their order."""
    left: Iterator[str] = iter(of)
    return all(any(row == other for other in left) for row in rows)


def filled(text: str) -> list[str]:
    """Its rows that hold more than the marks of quoting."""
    return [row.strip() for row in text.split("\n") if row.strip("> \t")]


@given(_TEXTS, st.booleans(), st.booleans())
def test_of_a_text_only_whole_lines_are_left_out(
    text: str, is_answer: bool, is_forward: bool
) -> None:
    kept = visible(text, is_answer=is_answer, is_forward=is_forward)

    rows = [row.strip() for row in kept.split("\n") if row.strip()]
    assert rows_in(rows, [row.strip() for row in text.split("\n")])


@given(_TEXTS)
def test_what_is_kept_of_a_mail_that_answers_none_is_all_but_our_own_letter(text: str) -> None:
    if "##" not in text:
        assert filled(visible(text, is_answer=False)) == filled(text)


@given(_TEXTS)
def test_text_and_signature_are_rows_of_the_mail(text: str) -> None:
    mail = mime.parse(f"Subject: Re: x\nContent-Type: text/plain\n\n{text}".encode())

    found = written(mail)

    rows = [row.strip() for row in mail.text.split("\n")]
    for told in (found.text, found.signature):
        assert rows_in([row.strip() for row in told.split("\n") if row.strip()], rows)


@settings(max_examples=200)
@given(_PAGES)
def test_html_gives_words_of_its_own_alone(page: str) -> None:
    mail = mime.parse(f"Subject: Re: x\nContent-Type: text/html\n\n{page}".encode())

    found = written(mail)

    # What stands around an element that is not shown may stand together.
    untagged = html.unescape(re.sub(r"<[^>]*>", "", page))
    assert "<script" not in found.html
    assert set(found.text.split()) - {"-", ">"} <= {*mail.text.split(), *clean(page).split()} | {
        word
        for word in found.text.split()
        if any(word in each for each in (mail.text, page, untagged))
    }


@given(st.binary(max_size=300))
def test_no_bytes_make_it_fail(raw: bytes) -> None:
    written(mime.parse(raw))


@pytest.mark.parametrize(
    "row",
    [
        "> a\n",
        "Em 1\n",
        "De: a\nPara: b\n",
        "a@b.example escreveu ",
        "-- \n",
        "##- ",
        "Em seg, " * 3 + "\n",
        "<blockquote>",
        "<div><b>a</b>",
        "Respondo ",
        "_" * 40 + "\n",
        "\n",
        "Enviado do meu ",
    ],
)
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_a_megabyte_of_anything_takes_no_second(row: str, kind: str) -> None:
    raw = f"Subject: Re: x\nContent-Type: text/{kind}\n\n" + row * (1_000_000 // len(row))
    begun = time.process_time()

    written(mime.parse(raw.encode()))

    assert time.process_time() - begun < 1
