"""Letting people in and out: the set-password letter, the reset letter, leaving."""

from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from common.errors import Refused
from outbox.post import Addressed, post, post_in_bulk


class _NewPeoplesTokens(PasswordResetTokenGenerator):
    """The tokens of allauth, for who has no address but the own: none is asked for."""

    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.get_username()}"


def access_url(user: User, *, tokens: PasswordResetTokenGenerator = default_token_generator) -> str:
    """A signed link, good once, under which `user` chooses a password."""
    uid, key = user_pk_to_url_str(user), tokens.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})
    return f"{settings.BASE_URL}{path}"


def send_welcome_letter(user: User) -> None:
    """Tell a new person how to choose a password. Nothing is sent to whoever is inactive."""
    _send(user, "access_welcome", access_url(user))


def send_reset_letter(user: User, url: str) -> None:
    """The link that `user` asked for after forgetting the password."""
    if url:
        _send(user, "access_reset", url)


def send_welcome_letters(users: Iterable[User]) -> None:
    """As `send_welcome_letter`, to many new people at once."""
    letter, tokens = "access_welcome", _NewPeoplesTokens()
    told = [(user, _context(access_url(user, tokens=tokens))) for user in users]
    post_in_bulk(
        letter,
        [Addressed(_key(letter, user), user.email, user.name, words) for user, words in told],
        secret=True,
    )


def send_access_letter(user: User) -> None:
    """A fresh link: for who has chosen no password yet, the welcome."""
    if user.has_usable_password():
        send_reset_letter(user, access_url(user))
    else:
        send_welcome_letter(user)


@transaction.atomic
def reset_access(place: Membership) -> None:
    """R5: the old password is good no more, every session ends, and a letter brings a new link.

    Refused for an account of elsewhere, a partner's (R2) or of the administration.
    """
    user = User.objects.select_for_update().get(pk=place.user_id)
    if place.is_partner or user.desk_role or user.is_staff:
        raise Refused(
            "elsewhere",
            _("Esta conta não é da sua empresa. A pessoa cria uma senha nova ao entrar."),
        )
    user.set_unusable_password()
    user.save(update_fields=["password"])
    send_welcome_letter(user)


def _send(user: User, letter: str, url: str) -> None:
    if not user.is_active:
        return
    post(
        letter,
        key=_key(letter, user),
        to=user.email,
        name=user.name,
        context=_context(url),
        secret=True,
    )


def _key(letter: str, user: User) -> str:
    return f"{letter}:{user.pk}:{uuid4()}"


def _context(url: str) -> dict[str, str | int]:
    return {"url": url, "days": settings.PASSWORD_RESET_TIMEOUT // 86_400}


@transaction.atomic
def end_access(user: User) -> None:
    """A leaver: inactive, so that no session counts any more, and in no organization.

    The tickets are handed over by whoever calls this (`tickets.actions.hand_over`).
    """
    user.is_active = user.ended_by_customer = False
    user.save(update_fields=["is_active", "ended_by_customer"])
    user.memberships.update(is_active=False)
