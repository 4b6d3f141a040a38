"""Whether a person wrote the mail: automatic answers and bounces never count as a reply (L5)."""

from django.utils.translation import gettext as _

from interfaces.inbox.mime import Parsed
from interfaces.inbox.models import Outcome

_BULK = {"auto_reply", "auto-reply", "bulk", "junk", "list"}
_ANSWERING_MACHINES = ("x-autoreply", "x-autorespond", "x-autoresponder")
_MAIL_SERVERS = {"mailer-daemon", "postmaster"}


def automatic(mail: Parsed) -> tuple[Outcome, str] | None:
    """What kind of machine wrote it and how one can tell, in words; None for a person.

    By RFC 3834 (Auto-Submitted, the null return path), RFC 3462 (multipart/report) and what
    older programs and Exchange say.
    """
    is_from_server = mail.from_address.partition("@")[0] in _MAIL_SERVERS
    if mail.content_type == "multipart/report":
        if mail.report_type == "disposition-notification":
            return Outcome.AUTO_REPLY, _("É uma confirmação de leitura.")
        return Outcome.BOUNCE, _("É um aviso de entrega (multipart/report).")
    if is_from_server:
        return Outcome.BOUNCE, _("Foi escrito por um servidor de e-mail.")
    if sign := _sign(mail):
        return Outcome.AUTO_REPLY, _("O cabeçalho %(sign)s diz que é automático.") % {"sign": sign}
    return None


def _sign(mail: Parsed) -> str:
    """The header that gives an answering machine away."""
    if _first_word(mail, "auto-submitted") not in ("", "no"):
        return "Auto-Submitted"
    if _first_word(mail, "precedence") in _BULK:
        return "Precedence"
    if _first_word(mail, "x-auto-response-suppress") not in ("", "none"):
        return "X-Auto-Response-Suppress"
    if mail.header("return-path") == "<>":
        return "Return-Path"
    return next((name for name in _ANSWERING_MACHINES if mail.header(name)), "")


def _first_word(mail: Parsed, name: str) -> str:
    words = (mail.header(name) or "").lower().replace(";", " ").replace(",", " ").split()
    return words[0] if words else ""
