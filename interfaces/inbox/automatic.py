"""Whether a person wrote the mail: automatic answers and bounces never count as a reply (L5).

Certain signs are those that only machines give: the mail is set aside without effect. Weak signs
stand on people's mail too, since mailing lists and Exchange add them to whatever passes through.
With these a reply is placed like any other, unless something else speaks against it as well;
then it is quarantined, and a person decides. So no customer's mail disappears without a word.
"""

import re

from django.utils.translation import gettext as _

from interfaces.inbox.mime import Parsed
from interfaces.inbox.models import Outcome
from interfaces.inbox.visible import visible

_ANSWERING = {"auto_reply", "auto-reply"}
_BULK = {"bulk", "junk", "list"}
_ANSWERING_MACHINES = ("x-autoreply", "x-autorespond", "x-autoresponder")
_MAIL_SERVERS = {"mailer-daemon", "postmaster"}
# As absence notes begin; a person's answer to one begins with "Re:".
_ABSENCE = re.compile(
    r"(?:resposta autom[áa]tica|respuesta autom[áa]tica|automatic reply|auto[- ]?reply|"
    r"out of (?:the )?office|fora do escrit[óo]rio|aus[êe]ncia|ausente)\b",
    re.IGNORECASE,
)


def automatic(mail: Parsed) -> tuple[Outcome, str] | None:
    """By a certain sign: what kind of machine wrote it and how one can tell, in words; else None.

    By RFC 3834 (Auto-Submitted, which our own letters carry too; the null return path), RFC 3462
    (multipart/report) and what older programs say.
    """
    is_from_server = mail.from_address.partition("@")[0] in _MAIL_SERVERS
    if mail.content_type == "multipart/report":
        if mail.report_type == "disposition-notification":
            return Outcome.AUTO_REPLY, _("É uma confirmação de leitura.")
        return Outcome.BOUNCE, _("É um aviso de entrega (multipart/report).")
    if is_from_server:
        return Outcome.BOUNCE, _("Foi escrito por um servidor de e-mail.")
    if sign := _certain(mail):
        return Outcome.AUTO_REPLY, _("O cabeçalho %(sign)s diz que é automático.") % {"sign": sign}
    return None


def doubt(mail: Parsed) -> str:
    """Why a person must decide whether a machine wrote it, in words; empty if nothing says so."""
    sign = _weak(mail)
    if sign and _ABSENCE.match(mail.subject):
        return _("Parece um aviso de ausência (assunto e cabeçalho %(sign)s).") % {"sign": sign}
    if sign and not visible(mail.text):
        return _("Pode ser automático: o cabeçalho %(sign)s, e nenhum texto.") % {"sign": sign}
    return ""


def _certain(mail: Parsed) -> str:
    """The header that gives an answering machine away."""
    if _first_word(mail, "auto-submitted") not in ("", "no"):
        return "Auto-Submitted"
    if _first_word(mail, "precedence") in _ANSWERING:
        return "Precedence"
    if mail.header("return-path") == "<>":
        return "Return-Path"
    return next((name for name in _ANSWERING_MACHINES if mail.header(name)), "")


def _weak(mail: Parsed) -> str:
    """The header by which lists and Exchange ask machines, not us, to keep silent."""
    if _first_word(mail, "precedence") in _BULK:
        return "Precedence"
    if _first_word(mail, "x-auto-response-suppress") not in ("", "none"):
        return "X-Auto-Response-Suppress"
    return next((name for name, _value in mail.headers if name.lower().startswith("list-")), "")


def _first_word(mail: Parsed, name: str) -> str:
    words = (mail.header(name) or "").lower().replace(";", " ").replace(",", " ").split()
    return words[0] if words else ""
