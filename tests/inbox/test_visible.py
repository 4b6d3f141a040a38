"""interfaces/inbox/visible.py: what stands above the quoted mail, and in doubt everything."""

import pytest

from interfaces.inbox.mime import parse
from interfaces.inbox.visible import Written, visible, written
from outbox.letters import REPLY_MARKER
from tests.inbox.world import CORPUS

LETTER = f"""{REPLY_MARKER}

Elisa Prado pediu informações
Ticket 1024 · Fiscal

> Bom dia, Ana.
>
> Qual é a versão instalada?

Aguardando você até seg., 30/11, 23:59."""
QUOTED = "\n".join(f"> {line}".rstrip() for line in LETTER.split("\n"))

GMAIL = "Em seg., 23 de nov. de 2026 às 10:00, Prazo <suporte@prazo.example> escreveu:"
GMAIL_FOLDED = "Em seg., 23 de nov. de 2026 às 10:00, Prazo\n<suporte@prazo.example> escreveu:"
APPLE = "Em 23 de nov. de 2026, à(s) 10:00, Prazo <suporte@prazo.example> escreveu:"
ENGLISH = "On Mon, Nov 23, 2026 at 10:00 AM Prazo <suporte@prazo.example> wrote:"
OUTLOOK = """De: Prazo <suporte@prazo.example>
Enviado: segunda-feira, 23 de novembro de 2026 10:00
Para: Ana Nogueira <ana@serraazul.example>
Assunto: Informações para o ticket 1024"""
OUTLOOK_ENGLISH = """From: Prazo <suporte@prazo.example>
Sent: Monday, November 23, 2026 10:00 AM
To: Ana Nogueira
Subject: Ticket 1024"""
RULE = "________________________________"
ORIGINAL = "-----Mensagem original-----"


@pytest.mark.parametrize(
    "below",
    [
        LETTER,
        QUOTED,
        f"{GMAIL}\n\n{QUOTED}",
        f"{GMAIL_FOLDED}\n\n{QUOTED}",
        f"{APPLE}\n\n{QUOTED}",
        f"{ENGLISH}\n{QUOTED}",
        f"{GMAIL}\n\n{LETTER}",
        f"{GMAIL}\n\n> Outra carta, sem a linha.",
        "Em 23/11/2026 10:00, Prazo escreveu:\n> Outra carta, sem a linha.",
        f"{OUTLOOK}\n\n{LETTER}",
        f"{OUTLOOK}\n\nOutra carta, sem a linha.",
        f"{RULE}\n{OUTLOOK}\n\n{LETTER}",
        f"{RULE}\n{OUTLOOK_ENGLISH}\n\nOutra carta.",
        f"{ORIGINAL}\n{OUTLOOK}\n\nOutra carta.",
        f"{ORIGINAL}\n{OUTLOOK}\n\n{LETTER}",
        f"> {GMAIL}\n>\n{QUOTED}",
    ],
)
def test_only_what_was_written_above_is_kept(below: str) -> None:
    written = "Bom dia, Elisa.\n\nVersão 12.1.33, em produção.\n\nAna\nEnviado do meu iPhone"

    assert visible(f"{written}\n\n{below}\n") == written


@pytest.mark.parametrize(
    "text",
    [
        "Versão 12.1.33.",
        "Em 2026 o cliente escreveu:\nnão funciona",
        "De: São Paulo\nPara: Recife",
        "> citei uma linha\ne respondi",
        f"{GMAIL}\n\n> Qual é a versão?\n12.1.33\n> E o ambiente?\nprodução",
        f"Respondo abaixo.\n\n{GMAIL}\n\n> Qual é a versão?\n12.1.33\n> E o ambiente?\nprodução",
        LETTER,
        "",
    ],
)
def test_in_doubt_everything_is_kept(text: str) -> None:
    assert visible(text) == text.strip()


def test_an_answer_below_our_whole_letter_stands_without_it() -> None:
    assert visible(f"{GMAIL}\n\n{QUOTED}\n\nVersão 12.1.33.") == "Versão 12.1.33."
    assert visible(f"Oi.\n\n{QUOTED}\n\nVersão 12.1.33.") == "Oi.\n\nVersão 12.1.33."


def of(name: str) -> Written:
    return written(parse((CORPUS / f"{name}.eml").read_bytes()))


def test_the_signature_is_folded_in_html_and_left_out_of_the_text() -> None:
    found = of("gmail_web_with_signature")

    assert found == Written(
        text="Bom dia, Elisa.\n\nA versão é a 12.1.33, em produção.",
        html=(
            "<div><div>Bom dia, Elisa.</div><div><br></div>"
            "<div>A versão é a 12.1.33, em produção.</div></div>"
            "<details><summary>Assinatura</summary><span>-- </span><br>"
            "<div><div>Ana Nogueira</div><div>Fiscal | Metalúrgica Serra Azul</div></div></details>"
        ),
        signature="--\n\nAna Nogueira\n\nFiscal | Metalúrgica Serra Azul",
        has_more=True,
    )


@pytest.mark.parametrize(
    ("name", "cids"),
    [
        ("gmail_web_inline_image", {"ii_m3v9x2k0"}),
        ("outlook_logo_in_signature", {"image001.png@01DB3F2A.5C1D7B40"}),
        ("apple_text_image_text", {"1@imagem"}),
        ("file_data_uri_image", {"1@imagem"}),
        ("image_remote_only", set()),
    ],
)
def test_images_of_the_mail_stay_in_place_and_no_others(name: str, cids: set[str]) -> None:
    found = of(name)

    assert (found.cids, found.html.count("<img ")) == (cids, len(cids))


def test_an_image_between_texts_stands_between_them() -> None:
    assert of("apple_text_image_text").html == (
        "<div><p>Primeiro aparece isto:</p></div>\n"
        '<p><img src="cid:1%40imagem" alt="IMG_0412.png"></p>\n'
        "<div><p>e depois nada mais.</p></div>"
        "<details><summary>Assinatura</summary><div><p>Enviado do meu iPhone</p></div></details>"
    )


@pytest.mark.parametrize(
    ("name", "has_more"),
    [
        ("gmail_web_reply", True),
        ("gmail_web_inline_answers", False),
        ("gmail_new_ticket", False),
        ("thunderbird_bottom_posting", True),
        ("apple_photo_only", False),
    ],
)
def test_whether_the_full_text_holds_more(name: str, has_more: bool) -> None:
    assert of(name).has_more == has_more


def test_words_in_the_place_of_a_signature_are_words() -> None:
    raw = b'Content-Type: text/html\n\n<div class="gmail_signature">12.1.33, e urgente</div>'

    assert written(parse(raw)).text == "12.1.33, e urgente"


def test_left_out_lines_leave_no_words_joined() -> None:
    page = (
        '<div class="gmail_attr">Em 23/11/2026 10:00, a@b.example escreveu:</div>um<div></div>dois'
    )

    assert written(parse(f"Content-Type: text/html\n\n{page}".encode())).text.split()[-2:] == [
        "um",
        "dois",
    ]
