"""Reading a mail server's notice that a letter was not delivered. What follows is elsewhere.

In the form of RFC 3464, as Postfix, Exim, Exchange, Google and Amazon write it; else in the words
of qmail, old Exim and their Portuguese kin.
"""

import re
from dataclasses import dataclass

from interfaces.inbox.mime import Parsed

_DELIVERY_STATUS = {"message/delivery-status", "message/global-delivery-status"}
_RETURNED = {
    "message/rfc822",
    "message/global",
    "text/rfc822-headers",
    "message/rfc822-headers",
    "message/global-headers",
}
_READ = 64_000

_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:@]{1,128}@[^\s<>()\[\]\",;:@]{1,253}")
_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_SMTP = re.compile(r"(?<![\d.])([45])\d\d(?=[ -])")
_MESSAGE_ID = re.compile(r"^[ \t>]*Message-ID:\s*(<[^<>\s]{1,250}>)", re.MULTILINE | re.IGNORECASE)
_FIELD = re.compile(r"^([A-Za-z-]{1,60}):[ \t]*(.*(?:\n[ \t].*)*)", re.MULTILINE)

_SERVERS = re.compile(
    r"(?:mailer-daemon|mail-daemon|maildaemon|microsoftexchange[0-9a-f]{32})(?:[+@-]|$)",
    re.IGNORECASE,
)
# "<pedro@cliente.example>:" of qmail, "  pedro@cliente.example" of Exim, each on its line.
_NAMED = re.compile(r"^[ \t]*<?([^\s<>@]{1,128}@[^\s<>@:]{1,253})>?:?[ \t]*$", re.MULTILINE)
_COPY = re.compile(
    r"^-{1,10} ?(?:Below this line is a copy|This is a copy of|The body of the message|"
    r"Abaixo desta linha|Esta é uma c[óo]pia|Original message|Mensagem original).*$",
    re.MULTILINE | re.IGNORECASE,
)
_FAILED = re.compile(
    r"undeliver(?:able|ed)|could not be delivered|(?:couldn't|can't|cannot|not) be delivered|"
    r"wasn't able to deliver|unable to deliver|delivery (?:has )?failed|delivery failure|"
    r"failure notice|delivery status notification \(failure\)|returned mail|mail delivery failed|"
    r"permanent error|n[ãa]o (?:p[ôo]de|foi poss[íi]vel|foi) (?:ser )?entreg\w+|"
    r"n[ãa]o (?:foi|[ée]) poss[íi]vel (?:a )?entreg\w+|imposs[íi]vel entregar|n[ãa]o entregue|"
    r"n[ãa]o consegui(?:mos)? entregar|falha (?:na|de|no) (?:entrega|envio)|"
    r"mensagem devolvida|devolu[çc][ãa]o de (?:e-?mail|mensagem)|erro permanente|"
    r"no se (?:puede|pudo|ha podido) entregar|fallo (?:en|de) (?:la )?entrega",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"\bdelayed\b|\(delay\)|not yet been delivered|will (?:be retried|keep trying|continue)|"
    r"still (?:trying|being retried)|temporary (?:error|failure|problem)|"
    r"delivery (?:is )?delayed|atras(?:o|ada|ado)\b|ainda n[ãa]o (?:foi|p[ôo]de)|"
    r"continuar(?:á|emos|ão) (?:a )?tent\w+|novas? tentativas?|erro tempor[áa]rio|"
    r"a[úu]n no se ha entregado|se seguir[áa] intentando",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a server says of a letter: of whom, of which, and how it went.

    `status` is the code of RFC 3463, `5.0.0` or `4.0.0` where the server gives none;
    `action` as RFC 3464 has it (`failed` or `delayed`). What is not said is empty.
    """

    final_recipient: str
    original_message_id: str
    status: str
    diagnostic: str = ""
    action: str = ""

    @property
    def is_permanent(self) -> bool:
        """Whether the address itself will take nothing any more. A mailbox that is full (X.2.2 of
        RFC 3463) may be emptied."""
        return (
            self.action == "failed"
            and self.status.startswith("5.")
            and not self.status.endswith(".2.2")
        )


def read(mail: Parsed, _raw: bytes = b"") -> Bounce | None:
    """The notice that `mail` is; None for any other mail, and for good news of a delivery."""
    if mail.content_type == "multipart/report" and mail.report_type != "disposition-notification":
        return _of_report(mail)
    if _SERVERS.match(mail.from_address) or _has_failed(mail):
        return _of_words(mail)
    if not _may_be_from_server(mail):
        return None
    # Absence notes have no return path either, and a postmaster is a person: only codes convince.
    found = _of_words(mail)
    return found if found and found.diagnostic else None


def _may_be_from_server(mail: Parsed) -> bool:
    is_reply = (mail.header("auto-submitted") or "").lower().startswith("auto-replied")
    returned_to = (mail.header("return-path") or "").replace(" ", "").lower()
    is_nobodys = returned_to == "<>" or "mailer-daemon" in returned_to
    return is_nobodys and not is_reply


def _has_failed(mail: Parsed) -> str:
    """Exim and Google name the address in a header of their own."""
    return mail.header("x-failed-recipients") or ""


# --- As RFC 3464 has it -------------------------------------------------------------------------


def _of_report(mail: Parsed) -> Bounce | None:
    reports = [each for each in mail.attachments if each.content_type in _DELIVERY_STATUS]
    if not reports:
        return _of_words(mail)
    groups = [group for each in reports for group in _groups(each.content)]
    told = [group for group in groups if "action" in group or "final-recipient" in group]
    failed = [group for group in told if _action(group) == "failed"]
    delayed = [group for group in told if _action(group) == "delayed"]
    group = next(iter([*failed, *delayed]), None)
    if group is None:
        return _of_words(mail) if not told else None
    diagnostic = " ".join(group.get("diagnostic-code", "").split())
    action = _action(group)
    status = status_in(group.get("status", "")) or status_in(diagnostic) or _default(action)
    if status.endswith(".0.0"):
        # The server's own words are often more exact than the field.
        status = status_in(diagnostic) or status
    return Bounce(
        final_recipient=_recipient(group) or _first_address(_has_failed(mail)),
        original_message_id=_original(mail),
        status=status,
        diagnostic=diagnostic[:300],
        action=action,
    )


def _groups(content: bytes) -> list[dict[str, str]]:
    text = content[:_READ].decode("utf-8", "replace").replace("\r\n", "\n")
    return [
        {name.lower(): value for name, value in reversed(_FIELD.findall(block))}
        for block in re.split(r"\n[ \t]*\n", text)
    ]


def _action(group: dict[str, str]) -> str:
    words = group.get("action", "").lower().split()
    if words:
        return words[0].strip("().")
    return {"5": "failed", "4": "delayed"}.get(group.get("status", "")[:1], "")


def _recipient(group: dict[str, str]) -> str:
    """The address that we wrote to: the original one, where the server forwards."""
    for name in ("original-recipient", "final-recipient"):
        if found := _first_address(group.get(name, "").partition(";")[2]):
            return found
    return _first_address(group.get("final-recipient", ""))


def _original(mail: Parsed) -> str:
    """The Message-ID of the letter that came back, by what of it came along."""
    for each in mail.attachments:
        if each.content_type in _RETURNED:
            head = each.content[:_READ].replace(b"\r\n", b"\n").partition(b"\n\n")[0]
            if found := _MESSAGE_ID.search(head.decode("latin-1")):
                return found[1]
    stated = (mail.header("x-original-message-id") or "").strip()
    return stated or next(iter(mail.refers_to), "")


# --- In words -----------------------------------------------------------------------------------


def _of_words(mail: Parsed) -> Bounce | None:
    words = mail.text[:_READ]
    copy = _COPY.search(words)
    told, returned = (words[: copy.start()], words[copy.end() :]) if copy else (words, words)
    said = f"{mail.subject}\n{told[:4_000]}"
    is_delayed = bool(_DELAYED.search(said)) and not _FAILED.search(mail.subject)
    if not is_delayed and not _FAILED.search(said) and not _has_failed(mail):
        return None
    action = "delayed" if is_delayed else "failed"
    status = status_in(told) or _of_smtp(told) or _default(action)
    found = _MESSAGE_ID.search(returned)
    return Bounce(
        final_recipient=_first_address(_has_failed(mail)) or _named(told, mail),
        original_message_id=found[1] if found else _original(mail),
        status=status,
        diagnostic=_diagnostic(told),
        action=action,
    )


def _named(told: str, mail: Parsed) -> str:
    """The address on a line of its own, else the first one that is not the server's or ours."""
    own = {mail.from_address, *(each.lower() for each in mail.recipients)}
    alone = (found[1] for found in _NAMED.finditer(told))
    anywhere = (found[0] for found in _ADDRESS.finditer(told))
    found = (each.strip(".'").lower() for each in [*alone, *anywhere])
    return next((each for each in found if each not in own), "")


def _diagnostic(told: str) -> str:
    """The line in which the server gives a code."""
    for line in told.split("\n"):
        if _STATUS.search(line) or _SMTP.search(line):
            return " ".join(line.split())[:300]
    return ""


def _first_address(value: str) -> str:
    found = _ADDRESS.search(value)
    return found[0].lower() if found else ""


def status_in(text: str) -> str:
    """The first status code (RFC 3463) that stands in `text`; empty if there is none."""
    found = _STATUS.search(text)
    return ".".join(found.groups()) if found else ""


def _of_smtp(text: str) -> str:
    found = _SMTP.search(text)
    return f"{found[1]}.0.0" if found else ""


def _default(action: str) -> str:
    return "4.0.0" if action == "delayed" else "5.0.0"
