"""How allauth is ours: no sign-up (R1), and its letters go through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from accounts import access
from accounts.models import User


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """R1: people are created or invited, never by themselves."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Promise the letter instead of sending it: a dead SMTP server delays, never loses.

        Allauth writes of one occasion here, the forgotten password; what else it may want to
        say (a changed password) goes the same way, without a link.
        """
        user: User | None = context.get("user") or User.objects.filter(email__iexact=email).first()
        if user is not None and user.is_active:
            access.send_reset_letter(user, context.get("password_reset_url", ""))
