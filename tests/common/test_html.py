"""common/html.py: text becomes HTML and HTML text, and nothing of a stranger's runs."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.html import html_to_text, sanitise, text_to_html
from common.text import clean

LINK = '<a href="{0}" rel="noopener nofollow noreferrer">{0}</a>'
SOUP = st.lists(
    st.sampled_from(
        re.findall(
            r"\S+",
            """<p> </p> <b> </b> <i> <li> <td> <table> </table> <select> <form> <svg> </svg> <math>
            <mtext> <mglyph> <style> </style> <script> </script> <title> <noscript> <textarea> <!--
            --> <a/href='javascript:x'> <a/title='"><script>'> </a> <img/src=x/onerror=x> < > & &lt;
            texto""",
        )
    ),
    max_size=12,
).map("".join)


class Seen(HTMLParser):
    """What a browser would find in the markup."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.addresses += [value for name, value in attrs if name in ("href", "src")]


ALLOWED = Seen(
    "<a><b><blockquote><br><caption><code><del><div><em><h1><h2><h3><h4><h5><h6><hr><i><ins><li><ol>"
    "<p><pre><s><span><strong><sub><sup><table><tbody><td><tfoot><th><thead><tr><u><ul>"
).tags


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Olá.\nTudo bem?\n\nAna", "<p>Olá.<br>Tudo bem?</p><p>Ana</p>"),
        ("a\r\n \t\r\nb", "<p>a</p><p>b</p>"),
        ("<script>&amp;", "<p>&lt;script&gt;&amp;amp;</p>"),
        (
            "veja https://x.com/a?b=1&c=2.",
            f"<p>veja {LINK.format('https://x.com/a?b=1&amp;c=2')}.</p>",
        ),
        ("(http://x.com/a_(b))", f"<p>({LINK.format('http://x.com/a_(b)')})</p>"),
        ("http://...", "<p>http://...</p>"),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        ('http://x.com/"onclick="x', f"<p>{LINK.format('http://x.com/')}&quot;onclick=&quot;x</p>"),
        ("", ""),
        (" \n\n ", ""),
    ],
)
def test_text_to_html(text: str, html: str) -> None:
    assert text_to_html(text) == html


@given(st.text())
def test_text_to_html_only_makes_its_own_tags_and_loses_no_word(text: str) -> None:
    html = text_to_html(text)

    assert Seen(html).tags <= {"p", "br", "a"}
    assert Seen(html).attributes <= {"href", "rel"}
    assert "".join(html_to_text(html).split()) == "".join(clean(text).split())


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<p onclick=x style=color:red class=a id=b>oi</p>", "<p>oi</p>"),
        ("<script>x</script><style>y</style><title>z</title>oi", "oi"),
        ("<img src='cid:1'><img src=http://x/p.gif>oi", "oi"),
        ("<iframe src=x></iframe><form action=x><input></form>oi", "oi"),
        ("<svg><script>alert(1)</script></svg>oi", "oi"),
        ("<a href='javascript:x'>oi</a>", '<a rel="noopener nofollow noreferrer">oi</a>'),
        ("<a href='/admin/'>oi</a>", '<a rel="noopener nofollow noreferrer">oi</a>'),
        (
            "<a href='https://x.com' target=_blank rel=opener>oi</a>",
            '<a href="https://x.com" rel="noopener nofollow noreferrer">oi</a>',
        ),
        ("<!-- x --><b>o<i>i</b>", "<b>o<i>i</i></b>"),
        ("a\x00b", "ab"),
    ],
)
def test_sanitise(html: str, kept: str) -> None:
    assert sanitise(html) == kept


@given(SOUP)
def test_sanitise_lets_nothing_through_that_runs_or_loads(soup: str) -> None:
    kept = sanitise(soup)

    assert Seen(kept).tags <= ALLOWED
    assert Seen(kept).attributes <= {"href", "title", "rel", "start", "colspan", "rowspan"}
    assert Seen(kept).addresses == []


OURS = "/arquivos/1/"


@pytest.mark.parametrize(
    ("html", "kept"),
    [
        ("<img src='/arquivos/1/' alt=Tela onerror=x>", '<img src="/arquivos/1/" alt="Tela">'),
        ("<img src='cid:a@b'>", '<img src="cid:a@b">'),
        ("<img src='/arquivos/2/'><img src='/conta/sair/'>oi", "oi"),
        ("<img src='http://x/p.gif'><img src='//x/p.gif'><img alt=' src=\"'>oi", "oi"),
        ("<img src='data:image/png;base64,x'><img src='javascript:x'>oi", "oi"),
        ("<a href='/conta/sair/'>oi</a>", '<a rel="noopener nofollow noreferrer">oi</a>'),
        ("<a href='cid:a@b'>oi</a>", '<a rel="noopener nofollow noreferrer">oi</a>'),
        (
            "<a href=' HTTPS://x.com'>oi</a>",
            '<a href=" HTTPS://x.com" rel="noopener nofollow noreferrer">oi</a>',
        ),
    ],
)
def test_sanitise_keeps_the_images_it_is_given_and_no_other(html: str, kept: str) -> None:
    assert sanitise(html, images={OURS, "cid:a@b"}) == kept


@given(SOUP)
def test_sanitise_loads_nothing_where_images_may_stay(soup: str) -> None:
    kept = sanitise(soup, images={OURS})

    assert Seen(kept).tags <= ALLOWED | {"img"}
    assert Seen(kept).addresses == []


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h1>Oi</h1><p>a  b<br>c</p>d", "Oi\n\na b\nc\n\nd"),
        ("<ul><li>um<li><p>dois</p></ul>fim", "- um\n- dois\n\nfim"),
        ("<table><tr><td>1<td>2<tr><td>3</table>", "1 2\n3"),
        ("<a href='https://x.com/a'>aqui</a>", "aqui <https://x.com/a>"),
        ("<a href='https://x.com'>https://x.com</a>", "https://x.com"),
        ("<a href='mailto:a@x.com'>a@x.com</a>", "a@x.com"),
        ("<pre>a\nb</pre>", "a\nb"),
        ("1 &lt; 2 &amp;amp;", "1 < 2 &amp;"),
        ("<style>p{}</style><script>x</script>oi", "oi"),
    ],
)
def test_html_to_text(html: str, text: str) -> None:
    assert html_to_text(html) == text


@given(st.one_of(SOUP, st.text()))
def test_html_to_text_ends_for_any_input(html: str) -> None:
    text = html_to_text(html)

    assert text == text.strip("\n")


@pytest.mark.parametrize(
    "piece",
    [
        "<div>",
        "<b><p>",
        "<table><tr><td>",
        "<",
        "&",
        "<!--",
        "http://",
        ")",
        "\n",
        " ",
        "<a a=",
        "&#x",
    ],
)
def test_hostile_input_takes_no_time(piece: str) -> None:
    hostile = "http://" + piece * 200_000

    started = time.process_time()
    text_to_html(hostile)
    sanitise(hostile)
    html_to_text(hostile)

    assert time.process_time() - started < 5
