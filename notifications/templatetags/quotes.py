"""`{% load quotes %}`: what the text parts of the letters need."""

from django import template

register = template.Library()


@register.filter
def quoted(text: str) -> str:
    """What a person wrote, set apart in plain text as mail programs do: each line after a `>`."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip().split("\n"))
