"""`{% load letters %}`: what the letters' HTML needs, since mail programs read no style sheet."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from common.html import text_to_html

register = template.Library()


@register.filter
def paragraphs(text: str) -> SafeString:
    """A person's plain text as paragraphs and links with the letters' own styles."""
    styled = (
        text_to_html(text)
        .replace("<p>", '<p style="margin:0 0 12px;">')
        .replace("<a ", '<a class="letter-link" style="color:#0a6541;" ')
    )
    return mark_safe(styled)  # noqa: S308 - text_to_html escapes; the replaced tags are its own
