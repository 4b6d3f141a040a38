"""Letting people in and out: the set-password letter, the reset letter, leaving."""

from uuid import uuid4

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from accounts.models import User
from outbox.post import post


def access_url(user: User) -> str:
    """A signed link, good once, under which `user` chooses a password."""
    uid, key = user_pk_to_url_str(user), default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": key})
    return f"{settings.BASE_URL}{path}"


def send_welcome_letter(user: User) -> None:
    """Tell a new person how to choose a password. Nothing is sent to whoever is inactive."""
    _send(user, "access_welcome", access_url(user))


def send_reset_letter(user: User, url: str) -> None:
    """The link that `user` asked for after forgetting the password."""
    if url:
        _send(user, "access_reset", url)


def _send(user: User, letter: str, url: str) -> None:
    if not user.is_active:
        return
    post(
        letter,
        key=f"{letter}:{user.pk}:{uuid4()}",
        to=user.email,
        name=user.name,
        context={"url": url, "days": settings.PASSWORD_RESET_TIMEOUT // 86_400},
        secret=True,
    )


@transaction.atomic
def end_access(user: User) -> None:
    """A leaver: inactive, so that no session counts any more, and in no organization.

    The tickets are handed over by whoever calls this (`tickets.actions.hand_over`).
    """
    user.is_active = False
    user.save(update_fields=["is_active"])
    user.memberships.update(is_active=False)
