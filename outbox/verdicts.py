"""What an error met while sending means: never again, or later; and in which words."""

import re
import smtplib
from dataclasses import dataclass

from anymail.exceptions import (
    AnymailAPIError,
    AnymailInvalidAddress,
    AnymailRecipientsRefused,
    AnymailSerializationError,
    AnymailUnsupportedFeature,
)
from django.utils.translation import gettext as _

# Of a provider's answers (HTTP), those about this one message. The other 4xx speak of the key, the
# account, the domain, or of too much at once: those of our installation.
_ABOUT_THE_MESSAGE = frozenset({400, 413, 422})
_ENHANCED = re.compile(rb"\A\s*([245]\.\d{1,3}\.\d{1,3})\b")


@dataclass(frozen=True, slots=True)
class Verdict:
    """`final`: this letter will not be taken, ever. `away`: nothing else would go out now either.

    `sentence` is for staff. It holds the server's codes but not its words, which quote addresses.
    """

    final: bool
    away: bool
    sentence: str


def verdict(error: Exception) -> Verdict:
    """Judge an error of the SMTP dialogue (RFC 5321, 4.2.1: 4yz passes, 5yz does not), or of a
    provider's API as anymail raises it.

    Only a refusal of the recipient or of the message ends a letter. A refusal of the sender or
    of the password is our installation's trouble: it delays every letter and loses none.
    """
    match error:
        case smtplib.SMTPRecipientsRefused():
            code, words = next(iter(error.recipients.values()))
            if _is_final(code):
                return Verdict(
                    True, False, _told(_("O servidor recusou o destinatário"), code, words)
                )
            return Verdict(False, False, _told(_("O servidor adiou o destinatário"), code, words))
        case smtplib.SMTPDataError(smtp_code=code, smtp_error=words):
            if _is_final(code):
                return Verdict(True, False, _told(_("O servidor recusou a mensagem"), code, words))
            return Verdict(False, False, _told(_("O servidor adiou a mensagem"), code, words))
        case smtplib.SMTPResponseException(smtp_code=code, smtp_error=words):
            return Verdict(
                False, True, _told(_("O servidor não aceitou a nossa conexão"), code, words)
            )
        case AnymailRecipientsRefused():
            return Verdict(True, False, _("O provedor recusou o destinatário."))
        case AnymailInvalidAddress() | AnymailSerializationError() | AnymailUnsupportedFeature():
            sentence = _("O provedor não aceita esta carta (%(error)s).")
            return Verdict(True, False, sentence % {"error": type(error).__name__})
        case AnymailAPIError(status_code=int(code)):
            if code in _ABOUT_THE_MESSAGE:
                return Verdict(True, False, _("O provedor recusou a mensagem (%d).") % code)
            return Verdict(False, True, _("O provedor não atendeu (%d).") % code)
        case AnymailAPIError():
            return Verdict(False, True, _("Sem conexão com o provedor de e-mail."))
        case OSError():  # smtplib's other errors are OSErrors too
            sentence = _("Sem conexão com o servidor de e-mail (%(error)s).")
            return Verdict(False, True, sentence % {"error": type(error).__name__})
        case _other:
            sentence = _("Erro inesperado ao enviar (%(error)s).")
            return Verdict(False, False, sentence % {"error": type(error).__name__})


def _is_final(code: int) -> bool:
    return 500 <= code < 600


def _told(what: str, code: int, words: bytes | str) -> str:
    raw = words if isinstance(words, bytes) else words.encode("ascii", "replace")
    enhanced = _ENHANCED.match(raw)
    return f"{what} ({code}{' ' + enhanced[1].decode() if enhanced else ''})."
