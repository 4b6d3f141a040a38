"""Signed links and mail tokens: proof that we wrote them. What they open, their users decide."""

import base64
import re
from hmac import compare_digest

from django.conf import settings
from django.core import signing
from django.utils.crypto import salted_hmac

# Value, time and an HMAC-SHA256, as django.core.signing writes them, also where a virus scanner has
# put the link into one of its own (`%3A`, `%253A`, or `-3A` with `-2D` for each dash). Nothing
# begins inside a word: else a word without end, in a stranger's mail, would be read again from each
# of its letters.
_COLON = r"(?::|%(?:25)?3A|-3A)"
_TOKEN = re.compile(
    rf"(?<![\w-])\.?[\w-]+{_COLON}[0-9A-Z]+{_COLON}[\w-]{{43,}}", re.ASCII | re.IGNORECASE
)
# The end of an address under which a password is chosen (accounts/access.py): whose, since when,
# and an HMAC, as django.contrib.auth.tokens writes them.
_SLASH = r"(?:/|%(?:25)?2F|_)"
_ACCESS = re.compile(
    rf"(reset{_SLASH}key{_SLASH})[0-9a-z]+-[0-9a-z]+-(?:2D)?[0-9a-f]{{32}}",
    re.ASCII | re.IGNORECASE,
)
_MAIL_TOKEN = re.compile(r"([1-9][0-9]{0,17})k([a-z2-7]{16})")


class BadLink(Exception):  # noqa: N818 - reads as what the visitor holds
    """The token was not signed by us, not for this purpose, or its time is over."""


def sign(purpose: str, value: str) -> str:
    """A token for one `purpose`, safe in a URL, that gives `value` back and cannot be forged.

    The value is signed, not hidden: whoever holds the token can read it.
    """
    return signing.dumps(value, salt=_salt(purpose))


def read(purpose: str, token: str, max_age: int | None = None) -> str:
    """The value that `sign` was given. `max_age` is in seconds of the real clock.

    Raises `BadLink` for anything that `sign` did not make for this purpose, or that is older.
    """
    try:
        value = signing.loads(token, salt=_salt(purpose), max_age=max_age)
    except signing.BadSignature as error:
        raise BadLink from error
    return str(value)


def masked(text: str, by: str = "…") -> str:
    """`text` with `by` for each token of `sign` and for each that lets somebody choose a password,
    for those whom its link is not meant for."""
    return _ACCESS.sub(rf"\1{by}", _TOKEN.sub(by, text))


def mail_token(number: int) -> str:
    """The ticket's number, signed, for the address that its letters are answered to.

    Only `[a-z0-9]` and at most 35 characters, so that `ticket+<token>` fits a mailbox name (64)
    and outlives servers that change its case. 80 bits of HMAC-SHA256 (RFC 2104, section 5).
    """
    return f"{number}k{_mail_signature(number, settings.SECRET_KEY)}"


def read_mail_token(token: str) -> int | None:
    """The number in a `mail_token`, in any case of letters; None if it is not one of ours."""
    match = _MAIL_TOKEN.fullmatch(token.lower()) if token.isascii() else None
    if match is None:
        return None
    number = int(match[1])
    # As Django's own signer does, a replaced SECRET_KEY goes on being honoured.
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    ours = [compare_digest(match[2], _mail_signature(number, key)) for key in keys]
    return number if any(ours) else None


def _salt(purpose: str) -> str:
    return f"common.links.{purpose}"


def _mail_signature(number: int, key: str) -> str:
    digest = salted_hmac("common.links.mail", str(number), secret=key, algorithm="sha256").digest()
    return base64.b32encode(digest[:10]).decode().lower()
