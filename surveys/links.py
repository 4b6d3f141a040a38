"""The survey's address: signed, for one ticket, good without a sign-in (S3)."""

from django.conf import settings
from django.urls import reverse

from common import links

_PURPOSE = "survey"


def token(number: int) -> str:
    """The token of ticket `number`'s survey."""
    return links.sign(_PURPOSE, str(number))


def number_in(token: str) -> int:
    """The ticket's number in a token of ours. Raises `common.links.BadLink`."""
    return int(links.read(_PURPOSE, token))


def address(number: int) -> str:
    """The absolute address of the survey, as the letter tells it."""
    return f"{settings.BASE_URL}{reverse('surveys:answer', args=[token(number)])}"
