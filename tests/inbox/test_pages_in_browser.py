"""Mail for people in real browsers: the desk's quarantine, a message's mail, a stranger's link."""

from collections.abc import Callable, Iterator
from email import message_from_bytes
from email.policy import SMTP
from struct import pack
from typing import Any
from zlib import compress, crc32

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import BrowserContext, Page, expect

from common import links
from interfaces.inbox.answers import CONFIRMS
from interfaces.inbox.models import InboundMail, Mailbox, State, Strangers
from interfaces.inbox.reception import receive
from outbox.models import Suspension
from tests.cast import at
from tests.desk.reading import url
from tests.inbox.conftest import reply_to, write
from tickets.models import Ticket

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
LIST = "/mesa/quarentena/"


@pytest.fixture
def visit(live: str, new_context: Callable[..., BrowserContext]) -> Iterator[Callable[..., Page]]:
    """`visit(elisa, "/mesa/", viewport=…)`: the page, whose console must stay silent."""
    complaints: list[str] = []

    def complain(said: Any) -> None:
        if said.type in ("error", "warning"):
            complaints.append(said.text)

    def visit(user: Any, address: str, **options: Any) -> Page:
        context = new_context(**{"viewport": WIDE, **options})
        if user is not None:
            client = Client()
            client.force_login(user)
            session = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": session, "url": live}])
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", complain)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(live + address)
        return page

    yield visit
    assert complaints == []


def picture(width: int = 1200, height: int = 300) -> bytes:
    """A grey PNG, wider than any message."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", crc32(kind + data))

    head = pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = compress((b"\0" + b"\x80" * width) * height)
    parts = [chunk(b"IHDR", head), chunk(b"IDAT", rows), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def with_picture(ticket: Any) -> bytes:
    """Ana's answer to a letter of `ticket`, a picture in its text, the letter quoted below."""
    quoted = "\n\nEm sex., 13 de nov. de 2026, Suporte <s@prazo.example> escreveu:\n> Qual versão?"
    html = (
        '<p>Veja a tela:</p><p><img src="cid:tela@x" alt="tela"></p>'
        '<div class="gmail_quote"><div class="gmail_attr">Em sex., 13 de nov. de 2026, Suporte '
        '&lt;s@prazo.example&gt; escreveu:<br></div><blockquote class="gmail_quote">Qual versão?'
        "</blockquote></div>"
    )
    mail: Any = message_from_bytes(
        reply_to(ticket, "Veja a tela." + quoted, html=html, message_id="<tela@serraazul.example>"),
        policy=SMTP,
    )
    mail.get_payload()[1].add_related(picture(), "image", "png", cid="<tela@x>", filename="t.png")
    return bytes(mail.as_bytes())


@pytest.fixture
def placed(ticket: Any, mailbox: Any) -> InboundMail:
    return receive(with_picture(ticket), mailbox=mailbox).mail


@pytest.fixture
def waiting(ticket: Any, bruno: Any, mailbox: Any) -> list[InboundMail]:
    """Bruno's to Ana's ticket, a stranger's, one that may be forged."""
    failed = "mx.prazo.example; dmarc=fail header.from=longe.example"
    raws = [
        reply_to(ticket, "Comigo também.", sender=bruno.email, message_id="<b@x.example>"),
        write("Quanto custa?", sender="Zeca <zeca@longe.example>", message_id="<z@x.example>"),
        write(
            "Clique aqui. " * 200,
            sender="Banco <banco@longe.example>",
            subject="Título comprido " * 8,
            message_id="<f@x.example>",
            files=[("nota.pdf", "application/pdf", b"%PDF-1.7"), ("vai.exe", "x/x", b"MZ\0")],
            Authentication_Results=failed,
        ),
    ]
    return [
        receive(raw, mailbox=mailbox, at=at(f"2026-11-13T10:0{n}")).mail
        for n, raw in enumerate(raws)
    ]


def confirmation(mailbox: Any, guests: Any) -> str:
    """The address of the link in the letter to a stranger."""
    Mailbox.objects.filter(pk=mailbox.pk).update(strangers=Strangers.GUEST, guests=guests)
    raw = write("Parou.", sender="Nádia <nadia@vale.example>", subject="Sistema parado")
    mail = receive(raw, mailbox=Mailbox.objects.get(pk=mailbox.pk)).mail
    return reverse("mail:confirm", args=[links.sign(CONFIRMS, str(mail.pk))])


def test_the_desk_walks_the_quarantine_and_accepts_by_one_click(
    visit: Callable[..., Page], ticket: Any, waiting: list[InboundMail], elisa: Any
) -> None:
    page = visit(elisa, LIST)
    expect(page.locator("#visoes [aria-current] .count")).to_have_text("3")

    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.locator("#ticket-titulo")).to_have_text("Re: NF-e rejeitada")
    expect(page.locator("[data-row][aria-current]")).to_have_id(f"te{waiting[0].pk}")
    page.get_by_role("button", name="Aceitar").click()

    expect(page.get_by_role("status").filter(has_text="está no ticket")).to_be_visible()
    expect(page.locator(".mail__from")).to_contain_text("zeca@longe.example")
    page.get_by_role("button", name="Rejeitar").click()
    page.get_by_role("button", name="Desfazer").click()
    expect(page.locator(".mail__from")).to_contain_text("zeca@longe.example")
    waiting[1].refresh_from_db()
    assert waiting[1].state == State.QUARANTINED

    page.goto(page.url.split("/mesa/")[0] + url(ticket))
    expect(page.locator("#conversa")).to_contain_text("Comigo também.")
    expect(page.locator("#conversa")).to_contain_text("registrada por Elisa Prado")


def test_the_quarantine_works_without_scripts(
    visit: Callable[..., Page],
    waiting: list[InboundMail],
    elisa: Any,
    organization: Any,
    product: Any,
) -> None:
    page = visit(elisa, LIST, java_script_enabled=False)

    page.get_by_role("link", name="Re: NF-e rejeitada").nth(1).click()
    page.get_by_label("Empresa do remetente").select_option(label=organization.name)
    page.get_by_role("button", name="Aceitar").click()

    expect(page.get_by_role("status").filter(has_text="está no ticket")).to_be_visible()
    assert Ticket.objects.filter(requester__email="zeca@longe.example").count() == 1


def test_the_whole_mail_is_one_click_away_for_both_sides(
    visit: Callable[..., Page], ticket: Any, placed: InboundMail, ana: Any, elisa: Any
) -> None:
    customer = visit(ana, f"/tickets/{ticket.number}/")
    shot = customer.locator(".prose img")
    expect(shot).to_have_js_property("naturalWidth", 1200)
    # The page catches up as its socket opens, and the picture is another element then.
    width = "document.querySelector('.prose img')?.width"
    customer.wait_for_function(f"() => 0 < {width} && {width} <= 640")
    expect(customer.locator(".prose").last).not_to_contain_text("Qual versão?")
    customer.get_by_role("link", name="Ver o e-mail inteiro").click()
    expect(customer.locator(".mail__text")).to_contain_text("Qual versão?")
    customer.get_by_role("link", name="Voltar à conversa").click()
    expect(customer.locator("#conversa")).to_be_attached()

    desk = visit(elisa, url(ticket))
    desk.get_by_role("link", name="Ver o e-mail inteiro").click()
    dialog = desk.get_by_role("dialog", name="O e-mail inteiro")
    expect(dialog.locator(".mail__text")).to_contain_text("Qual versão?")
    with desk.expect_download() as download:
        dialog.get_by_role("link", name="Baixar o original").click()
    assert download.value.suggested_filename == f"email-{placed.pk}.eml"
    dialog.get_by_role("button", name="Fechar").click()
    expect(dialog).to_be_hidden()


def test_a_stranger_confirms_and_the_ticket_is_open(
    visit: Callable[..., Page], mailbox: Any, guests: Any
) -> None:
    page = visit(None, confirmation(mailbox, guests), viewport=PHONE)
    expect(page.get_by_role("heading", name="Este endereço é seu?")).to_be_visible()
    assert not Ticket.objects.exists()

    page.get_by_role("button", name="Confirmar o meu endereço").click()

    expect(page.get_by_role("heading", name="Pronto: o seu ticket está aberto")).to_be_visible()
    assert Ticket.objects.get().requester.email == "nadia@vale.example"


@pytest.mark.parametrize(
    ("viewport", "color_scheme"), [(WIDE, "light"), (PHONE, "dark")], ids=["1440-light", "390-dark"]
)
def test_axe_finds_nothing_and_nothing_sticks_out(
    visit: Callable[..., Page],
    live: str,
    ticket: Any,
    placed: InboundMail,
    waiting: list[InboundMail],
    guests: Any,
    mailbox: Any,
    ana: Any,
    fabio: Any,
    viewport: Any,
    color_scheme: str,
) -> None:
    Suspension.objects.create(address=ana.email, why="Devolvida pelo servidor (5.1.1).")
    full = reverse("mail:full", args=[placed.published_id])
    desk = visit(fabio, LIST, viewport=viewport, color_scheme=color_scheme)
    portal = visit(ana, full, viewport=viewport, color_scheme=color_scheme)
    asked = confirmation(mailbox, guests)
    one = [reverse("mail:quarantined", args=[each.pk]) for each in waiting]

    for page, address in [
        (desk, LIST),
        (desk, f"{LIST}?list=rejected"),
        *((desk, each) for each in one),
        (desk, url(ticket)),
        (desk, full),
        (portal, full),
        (portal, f"/tickets/{ticket.number}/"),
        (portal, asked),
    ]:
        page.goto(live + address)
        expect(page.locator(".skeleton:visible")).to_have_count(0)
        found = Axe().run(page, options={"preload": False})
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
