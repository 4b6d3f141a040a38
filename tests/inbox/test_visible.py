"""interfaces/inbox/visible.py: what stands above the quoted mail, and in doubt everything."""

import pytest

from interfaces.inbox.visible import visible
from outbox.letters import REPLY_MARKER

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
