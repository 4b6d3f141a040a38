"""What may stand in an article, its words, its headings, and what changed between two."""

import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from knowledge import differences, prose
from knowledge.differences import Line, Piece

KEY = "0e5a1f0c-8f6e-4a0b-9a52-0c5b0b8a8f11"
IMAGE = f'<img src="/ajuda/arquivos/{KEY}/" alt="A tela">'


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("<p>Um <b>dois</b> <i>três</i></p>", "<p>Um <strong>dois</strong> <em>três</em></p>"),
        (
            '<p>a <b lang="pt">b</b><i title="<b>">c</i></p>',
            "<p>a <strong>b</strong><em>c</em></p>",
        ),
        ('<h1 lang="en">A</h1><h2 title="x">B</h2>', "<h2>A</h2><h2>B</h2>"),
        ("<h1>A</h1><h2>B</h2><h5>C</h5>", "<h2>A</h2><h2>B</h2><h3>C</h3>"),
        ('<p onclick="x()" class="y" style="color:red">a</p>', "<p>a</p>"),
        ("<p>a</p><script>x()</script><style>p{}</style>", "<p>a</p>"),
        ('<form action="/x"><input name="a"><p>b</p></form>', "<p>b</p>"),
        ('<p><img src="https://x.example/a.png"></p><p>b</p>', "<p></p><p>b</p>"),
        ('<p><img src="//x.example/a.png">b</p>', "<p>b</p>"),
        ('<p><img src="data:image/png;base64,AA">b</p>', "<p>b</p>"),
        (f"<p>{IMAGE}</p>", f"<p>{IMAGE}</p>"),
        ('<a href="javascript:x()">a</a>', "a"),
        ('<a href="//x.example/">a</a>', "a"),
        ('<a href="/\\x.example/">a</a>', "a"),
        ('<a href="/ajuda/b/">a</a>', '<a href="/ajuda/b/" rel="noopener">a</a>'),
        ('<a href="#fim">a</a>', '<a href="#fim" rel="noopener">a</a>'),
        ("<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"),
        ("<iframe src='/x'></iframe><object data='/x'><p>a</p></object>", "<p>a</p>"),
        ("Sem marcas & nada.\n\nDois", "<p>Sem marcas &amp; nada.</p><p>Dois</p>"),
        ("1 &lt; 2", "<p>1 &lt; 2</p>"),
        ("<p> <br></p><p>&nbsp;</p>", ""),
        ("", ""),
    ],
)
def test_of_html_only_what_an_article_needs_is_kept(typed, kept):
    assert prose.sanitise(typed) == kept


@pytest.mark.parametrize(
    "html", [f"<p>a<br>b</p><h2>C</h2><ul><li><p>d</p></li></ul><p>{IMAGE}</p>", "<p>e</p>"]
)
def test_what_was_sanitised_stays_as_it_is(html):
    once = prose.sanitise(html)

    assert prose.sanitise(once) == once


def test_files_are_read_where_the_help_center_answers():
    assert reverse("help_center:file", args=[KEY]) == f"{prose.FILES}{KEY}/"


HTML = (
    "<h2>Antes &amp; depois</h2>"
    f"<p>Abra o <strong>painel</strong> em <a href='/p/'>Painel</a>.{IMAGE}</p>"
    "<ul><li><p>Um</p></li><li>Dois</li></ul><pre><code>a = 1\n  b\n</code></pre>"
)


def test_words_are_those_that_are_read_and_no_marks():
    html = prose.sanitise(HTML)

    assert prose.words(html) == ("Antes & depois\nAbra o painel em Painel.\nUm\nDois\na = 1\n  b")


def test_lines_to_compare_say_headings_items_addresses_and_images():
    html = prose.sanitise(HTML)

    assert prose.lines(html) == [
        "## Antes & depois",
        f"Abra o painel em Painel (/p/). [A tela: /ajuda/arquivos/{KEY}/]",
        "- Um",
        "- Dois",
        "a = 1",
        "  b",
    ]


def test_headings_get_anchors_of_their_words_once_each_and_none_of_the_page():
    html = "<h2>Título</h2><h2>Emissão</h2><h3>Emissão</h3><h2>&amp;</h2><h2></h2>"

    marked, found = prose.with_anchors(html)

    assert re.findall(r'id="([^"]+)"', marked) == [
        "titulo-2",
        "emissao",
        "emissao-2",
        "parte",
        "parte-2",
    ]
    assert [(each.anchor, each.text, each.is_inner) for each in found] == [
        ("titulo-2", "Título", False),
        ("emissao", "Emissão", False),
        ("emissao-2", "Emissão", True),
        ("parte", "&", False),
    ]


def line(*pieces):
    return Line(tuple(Piece(kind, text) for kind, text in pieces))


def test_K2_a_rewritten_line_is_compared_word_by_word():
    assert differences.between(["Abra o painel antigo."], ["Abra o painel novo."]) == [
        line(
            ("same", "Abra o painel "),
            ("deleted", "antigo"),
            ("inserted", "novo"),
            ("same", "."),
        )
    ]


def test_K2_lines_that_are_not_alike_come_and_go_whole():
    old, new = ["a", "Um texto inteiro.", "b"], ["a", "Palavras diferentes aqui", "b", "c"]

    assert differences.between(old, new) == [
        line(("same", "a")),
        line(("deleted", "Um texto inteiro.")),
        line(("inserted", "Palavras diferentes aqui")),
        line(("same", "b")),
        line(("inserted", "c")),
    ]


def test_K2_of_many_equal_lines_the_ends_are_shown():
    same = [f"Linha {n}" for n in range(20)]

    assert differences.between([*same, "a b c"], [*same, "a b d"]) == [
        line(("same", "Linha 0")),
        line(("same", "Linha 1")),
        Line(skipped=16),
        line(("same", "Linha 18")),
        line(("same", "Linha 19")),
        line(("same", "a b "), ("deleted", "c"), ("inserted", "d")),
    ]


# --- Hostile HTML --------------------------------------------------------------------------------

_TAGS = "p h1 h2 a img svg math style script iframe form input b table td li noscript template"
_HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        '<img src="https://evil.example/a.png">',
        '<a href="javascript:alert(1)">x</a>',
        '<a href=" java\nscript:alert(1)">x</a>',
        '<a href="data:text/html,x">x</a>',
        '<a href="//evil.example">x</a>',
        '<a href="/\\evil.example">x</a>',
        '<svg><style><img src=x onerror=alert(1)></style></svg>',
        "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1'>",
        "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
        '<p style="position:fixed" class="toast" id="conteudo" data-do="x" hx-get="/">',
        "<!--", "-->", "<![CDATA[", "<?xml", "</p>", "'\">", "&lt;script&gt;", "\x00", "\u202e",
    ]
) | st.sampled_from([f"<{tag} " for tag in _TAGS.split()]) | st.text(max_size=8)  # fmt: skip


ATTRIBUTES = {
    "href",
    "title",
    "rel",
    "alt",
    "height",
    "src",
    "width",
    "start",
    "colspan",
    "rowspan",
}


class _Read(HTMLParser):
    """What a browser would find."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@given(st.lists(_HOSTILE, max_size=12).map("".join))
def test_of_hostile_html_nothing_stays_that_acts_or_reaches_elsewhere(html):
    kept = prose.sanitise(html)

    read = _Read()
    read.feed(kept)
    read.close()
    for tag, attributes in read.tags:
        assert tag in prose.KEPT
        assert set(attributes) <= ATTRIBUTES
        assert (attributes.get("src") or prose.FILES).startswith(prose.FILES)
        href = (attributes.get("href") or "#").lower()
        assert href.startswith(("http://", "https://", "mailto:", "tel:", "/", "#"))
        assert not href.startswith(("//", "/\\"))
