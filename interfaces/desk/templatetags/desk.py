"""What the desk's layout asks for; views need not say it, nor do other apps' pages."""

from typing import Any

from django import template

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
