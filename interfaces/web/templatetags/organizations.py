"""The chooser of the header, for whoever belongs to several organizations (R2)."""

from dataclasses import dataclass

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils.translation import gettext as _

from accounts.models import User
from interfaces.web.organizations import chosen

register = template.Library()


@dataclass(frozen=True)
class Option:
    """One organization to act for, or all of them (`value` "")."""

    value: str
    label: str
    note: str
    current: bool


@dataclass(frozen=True)
class Chooser:
    """What may be chosen, and what is."""

    label: str
    options: list[Option]
    address: str


@register.simple_tag(takes_context=True)
def organization_chooser(context: Context) -> Chooser | None:
    """For the reader; None where there is nothing to choose."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or not isinstance(user, User) or user.is_desk or len(user.places) < 2:
        return None
    current = _of_the_address(request, user) or chosen(request)
    everyone = Option("", _("Todas as empresas"), "", current is None)
    options = [
        Option(
            str(pk),
            place.organization,
            _("Como parceiro") if place.is_partner else "",
            pk == current,
        )
        for pk, place in user.places.items()
    ]
    label = next(each.label for each in [everyone, *options] if each.current)
    return Chooser(label, [everyone, *options], request.get_full_path())


def _of_the_address(request: HttpRequest, user: User) -> int | None:
    """A company's own pages name it in their address, so there it is the one."""
    match = request.resolver_match
    if match is None or match.app_name != "company" or match.url_name == "invitation":
        return None
    pk = match.kwargs.get("pk")
    return pk if pk in user.places else None
