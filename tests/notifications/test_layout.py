"""templates/emails/: every letter as Outlook, a dark screen and a reader of plain text get it."""

import re
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from django.conf import settings

from outbox.letters import write
from outbox.models import Delivery

FOLDER = Path(settings.BASE_DIR) / "templates" / "emails"
LETTERS = sorted(path.parent.name for path in FOLDER.glob("*/subject.txt"))
SOURCES = {path: path.read_text() for path in FOLDER.rglob("*.html")}
ADDRESSES = {name for source in SOURCES.values() for name in re.findall(r"\b\w*url\b", source)}


def address(name: str) -> str:
    """One of its own for each, with what HTML escapes."""
    return f"https://prazo.example/{name}/?a=1&b=2"


@cache
def parts(letter: str) -> tuple[str, str]:
    """Text and HTML of `letter` with all that any letter may say, each link another one."""
    ticket = {
        "number": 1024,
        "title": "Nota rejeitada",
        "status": "Validação Cliente",
        "deadline": "Aguardando você até qua., 02/12, 23:59.",
        "url": address("of_the_ticket"),
        "steps": [{"when": "10:00", "what": "respondeu", "text": "Atualize.", "files": ["a.txt"]}],
    }
    context = {
        **{name: address(name) for name in ADDRESSES - {"base_url"}},
        **{name: ticket[name] for name in ("number", "title", "deadline")},
        "facts": "Ticket 1024 · NF-e",
        "text": "Atualize.",
        "files": ["a.txt"],
        "tickets": [ticket],
        "takes_answer": True,
    }
    delivery = Delivery(
        letter=letter, to_address="ana@cliente.example", to_name="Ana Souza", context=context
    )
    message = write(delivery)
    return str(message.body), str(message.alternatives[0][0])


def links(html: str) -> list[str]:
    return [unescape(each) for each in re.findall(r'href="([^"]*)"', html)]


@pytest.mark.parametrize("letter", LETTERS)
def test_the_text_part_has_every_link_of_the_html_part(letter: str) -> None:
    text, html = parts(letter)

    assert settings.BASE_URL in links(html)
    assert [each for each in links(html) if each not in text] == []


def test_the_html_parts_have_all_links_that_there_are() -> None:
    shown = {each for letter in LETTERS for each in links(parts(letter)[1])}

    assert {name for name in ADDRESSES - {"base_url"} if address(name) not in shown} == set()


@pytest.mark.parametrize("letter", LETTERS)
def test_outlook_gets_a_width_a_font_and_buttons_that_are_cells(letter: str) -> None:
    html = parts(letter)[1]

    for_outlook = re.findall(r"<!--\[if mso\]>(.*?)<!\[endif\]-->", html, re.DOTALL)
    head, opened, closed = ("".join(each.split()) for each in for_outlook)
    assert "<o:PixelsPerInch>96</o:PixelsPerInch>" in head
    assert "font-family:Arial,sans-serif!important" in head
    assert 'width="600"' in opened
    assert (opened.count("<t"), closed) == (3, "</td></tr></table>")
    for button in re.findall(r'<td class="letter-(?:fill|hollow)".*?</td>', html, re.DOTALL):
        assert re.search(r'bgcolor="#\w{6}"', button)
        assert "mso-padding-alt:12px 20px" in button
        assert "<a href=" in button


@pytest.mark.parametrize("letter", LETTERS)
def test_a_dark_screen_has_a_colour_for_all_that_has_one(letter: str) -> None:
    html = parts(letter)[1]
    dark = re.search(r"@media \(prefers-color-scheme: dark\) \{(.*?)\n      \}", html, re.DOTALL)
    assert dark is not None

    assert '<meta name="color-scheme" content="light dark">' in html
    assert '<meta name="supported-color-schemes" content="light dark">' in html
    ruled = set(re.findall(r"\.(letter[\w-]*)", dark[1]))
    body = html.partition("</head>")[2]
    classes = {name for each in re.findall(r'class="([^"]*)"', body) for name in each.split()}
    assert classes - ruled == set()
    coloured = re.findall(r'<(?!a )\w+[^>]*style="[^"]*(?:color:|background:)#[^>]*>', body)
    assert [each for each in coloured if "class=" not in each] == []
    for rule in re.findall(r"\{([^}]*)\}", dark[1]):
        assert all("!important" in each for each in rule.split(";") if each.strip())
