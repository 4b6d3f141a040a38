"""Whether a mail is from whom it says it is (C3): by what our own mail server found, which it
writes into Authentication-Results (RFC 8601), else by the DKIM signature. Reads only."""

import logging
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol, TypeAlias

import authres  # type: ignore[import-untyped]  # neither ships types
import dkim  # type: ignore[import-untyped]
from django.utils.translation import gettext as _

from interfaces.inbox.mime import Parsed
from interfaces.inbox.models import Mailbox
from tickets.models import SenderCheck

Result: TypeAlias = Any  # authres.core.AuthenticationResult: `method`, `result`, `properties`

_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")
_LONGEST_HEAD = 256 * 1024
_FOLD = re.compile(rb"\r?\n[ \t]+")
_LONGEST_VALUE = 4_000
_SERVER = re.compile(r"\s*(?:\((?:[^()\\]|\\.)*\)\s*)*\"?([^\s;()\"]+)")
_DOMAIN_OF_SIGNATURE = re.compile(r"(?:^|;)\s*d\s*=\s*([^\s;]+)")
_SIGNS_A_PART = re.compile(r"(?:^|;)\s*l\s*=")
_MOST_SIGNATURES = 3
_DNS_SECONDS = 3
# A signature that does not hold is told on the mail: it is no fault of ours for the log.
_SILENT = logging.Logger("dkim", logging.CRITICAL + 1)


class Trust(NamedTuple):
    """What is known of the sender, and how, in words."""

    check: SenderCheck
    why: str


class Keys(Protocol):
    """Looks up the TXT record `name`: None if there is none. Raises while DNS is away."""

    def __call__(self, name: bytes, timeout: int, /) -> bytes | None: ...


def check(mail: Parsed, raw: bytes, mailbox: Mailbox | None, keys: Keys = dkim.get_txt) -> Trust:
    """Judge the sender of `mail`; whatever its headers hold, nothing is raised.

    Only the topmost results of the server that the mailbox names count: whatever else says so in
    a header, its sender may have written. Without them the signature of the sender's own domain
    is verified here, and `keys` asked for its key. DNS that is away says nothing against anyone.
    """
    domain = mail.from_address.rpartition("@")[2].lower()
    if not domain:
        return Trust(SenderCheck.UNKNOWN, _("O e-mail não diz de quem é."))
    head = _head(raw)
    told = _of_our_server(head, mailbox.authserv_id if mailbox else "")
    if told is not None:
        return _judged(told, domain)
    return _by_signature(raw, head, domain, keys)


def _head(raw: bytes) -> bytes:
    """The headers, each on one line, as they came: an encoded word is no server's."""
    end = _HEAD_END.search(raw, 0, _LONGEST_HEAD)
    return _FOLD.sub(b" ", raw[: end.start() if end else _LONGEST_HEAD])


def _values(head: bytes, name: str) -> Iterator[str]:
    """Every header of this name (in lower case), topmost first."""
    for line in head.splitlines():
        found, colon, value = line.partition(b":")
        if colon and found.strip().lower() == name.encode():
            yield value[:_LONGEST_VALUE].decode("ascii", "replace")


# --- What our server found ----------------------------------------------------------------------


def _of_our_server(head: bytes, server: str) -> str | None:
    if not server:
        return None
    for value in _values(head, "authentication-results"):
        named = _SERVER.match(value)
        if named and named[1].casefold() == server.casefold():
            return value
    return None


def _judged(value: str, domain: str) -> Trust:
    """DMARC's own verdict; where it has none, an aligned DKIM or SPF."""
    try:
        parsed = authres.AuthenticationResultsHeader.parse(f"Authentication-Results: {value}")
        results: list[Result] = parsed.results
    except Exception:  # the library raises more kinds than its own on broken headers
        return Trust(SenderCheck.UNKNOWN, _("Authentication-Results está ilegível."))
    for result in (each for each in results if each.method == "dmarc"):
        about = _property(result, "from").lower()
        if about and about != domain:
            return Trust(SenderCheck.FAILED, _("O servidor verificou outro remetente (dmarc)."))
        if result.result in ("pass", "fail"):
            return _told(result, result.result == "pass")
    aligned = [each for each in results if _is_aligned(_owner(each), domain)]
    for result in aligned:
        if result.result == "pass":
            return _told(result, passed=True)
    for result in aligned:
        if result.result == "fail":
            return _told(result, passed=False)
    return Trust(SenderCheck.UNKNOWN, _("O servidor não confirmou nem negou o remetente."))


def _told(result: Result, passed: bool) -> Trust:
    if passed:
        why = _("O servidor confirmou o remetente (%(method)s).")
        return Trust(SenderCheck.PASSED, why % {"method": result.method})
    why = _("O servidor não confirmou o remetente (%(method)s).")
    return Trust(SenderCheck.FAILED, why % {"method": result.method})


def _owner(result: Result) -> str:
    """The domain that the result is about."""
    match result.method:
        case "dkim":
            return _property(result, "d") or _property(result, "i")
        case "spf":
            return _property(result, "mailfrom")
        case _:
            return ""


def _property(result: Result, name: str) -> str:
    found = (each.value for each in result.properties if each.name == name and each.value)
    return str(next(found, "")).rpartition("@")[2]


def _is_aligned(owner: str, domain: str) -> bool:
    """Whether `owner` may speak for `domain`: itself, or what it is a part of (as DMARC has it,
    except that a part does not speak for the whole: that needs the list of public suffixes)."""
    owner = owner.lower().rstrip(".")
    return "." in owner and (owner == domain or domain.endswith(f".{owner}"))


# --- What we find -------------------------------------------------------------------------------


def _by_signature(raw: bytes, head: bytes, domain: str, keys: Keys) -> Trust:
    """An aligned signature over the whole mail (RFC 6376). A second From could be the one shown,
    and after the signed part of a body anything may stand: neither is trusted."""
    signatures = list(_values(head, "dkim-signature"))
    if not signatures:
        return Trust(SenderCheck.UNKNOWN, _("O e-mail não traz assinatura (DKIM)."))
    own = [n for n, each in enumerate(signatures) if _is_signed_by(each, domain)]
    if not own or len(list(_values(head, "from"))) != 1:
        return Trust(SenderCheck.UNKNOWN, _("A assinatura (DKIM) não é do remetente."))
    found = {_verified(raw, n, keys) for n in own[:_MOST_SIGNATURES]}
    if SenderCheck.PASSED in found:
        return Trust(SenderCheck.PASSED, _("A assinatura do remetente confere (DKIM)."))
    if SenderCheck.UNKNOWN in found:
        return Trust(SenderCheck.UNKNOWN, _("A assinatura não pôde ser verificada agora (DKIM)."))
    return Trust(SenderCheck.FAILED, _("A assinatura do remetente não confere (DKIM)."))


def _is_signed_by(signature: str, domain: str) -> bool:
    owner = _DOMAIN_OF_SIGNATURE.search(signature)
    return bool(owner and _is_aligned(owner[1], domain) and not _SIGNS_A_PART.search(signature))


def _verified(raw: bytes, index: int, keys: Keys) -> SenderCheck:
    def key(name: bytes, timeout: int = _DNS_SECONDS) -> bytes | None:
        try:
            return keys(name, timeout)
        except Exception as error:
            # The library takes a DNS that is away for a signature that does not hold.
            raise _DnsAway from error

    try:
        signed = dkim.DKIM(raw, logger=_SILENT, timeout=_DNS_SECONDS)
        holds = signed.verify(index, dnsfunc=key)
    except (dkim.UnknownKeyTypeError, dkim.NaClNotFoundError):
        return SenderCheck.UNKNOWN
    except dkim.DKIMException:
        return SenderCheck.FAILED
    except Exception:  # DNS that is away, and what the library raises on hostile bytes
        return SenderCheck.UNKNOWN
    return SenderCheck.PASSED if holds else SenderCheck.FAILED


class _DnsAway(Exception):  # noqa: N818 - reads as what happened
    """Whether there is a key cannot be known now."""
