"""What the desk's layout asks for; views need not say it, nor do other apps' pages."""

from collections.abc import Iterable
from typing import Any

from django import template

from interfaces.desk import keys
from interfaces.desk.keys import Key
from interfaces.desk.shell import Shell

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_shell(context: dict[str, Any]) -> Shell:
    """The views and the clock around the page, one for each request."""
    request = context["request"]
    if not hasattr(request, "desk_shell"):
        request.desk_shell = Shell(request)
    shell: Shell = request.desk_shell
    return shell


@register.simple_tag
def desk_keys() -> Iterable[Key]:
    """All keys, as their dialog lists them."""
    return keys.KEYS.values()


@register.simple_tag
def desk_key(name: str) -> str:
    """What `data-key` holds of the key called `name`."""
    return keys.letter(name)
