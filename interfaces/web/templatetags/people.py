"""How people are shown: a photo over the initials, a CPF with the middle alone; no query."""

from typing import Any

from django import template
from django.urls import reverse

from accounts import tax_ids
from accounts.photos import key_of

register = template.Library()


@register.filter
def photo_url(photo: Any) -> str:
    """The address of `user.photo`; nothing where there is none."""
    return reverse("web:photo", args=[key_of(photo.name)]) if photo else ""


@register.filter
def masked(tax_id: str) -> str:
    """A CPF or CNPJ as others read it."""
    return tax_ids.masked(tax_id)
