"""Secrets of other systems, kept in the database so that a copy of it does not give them away."""

import base64
import hashlib
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models


class EncryptedTextField(models.TextField[str, str]):
    """Text that is encrypted in its column (Fernet, by a key made of SECRET_KEY).

    As everywhere in Django, a replaced SECRET_KEY is honoured while it is in
    SECRET_KEY_FALLBACKS; after that, what cannot be read is empty and has to be typed again.
    """

    def get_prep_value(self, value: Any) -> Any:
        text = super().get_prep_value(value)
        return _fernet().encrypt(text.encode()).decode() if text else text

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        if not value:
            return value
        try:
            return _fernet().decrypt(value.encode()).decode()
        except InvalidToken:
            return ""


def _fernet() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_key(each)) for each in keys])


def _key(secret: str) -> bytes:
    """32 bytes for this purpose alone; a SECRET_KEY is random, so one hash of it is enough."""
    return base64.urlsafe_b64encode(hashlib.sha256(b"common.secrets:" + secret.encode()).digest())
