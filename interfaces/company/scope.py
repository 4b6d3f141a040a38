"""What a page starts from: the organization of the address, for its administrator alone (R1)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from accounts.guards import customer_required, person
from accounts.models import Membership, Organization

P = ParamSpec("P")
CompanyView = Callable[Concatenate[HttpRequest, Organization, P], HttpResponseBase]


def on_company(*methods: str) -> Callable[[CompanyView[P]], Callable[..., HttpResponseBase]]:
    """Hand the view the organization of the address, and only for `methods` (405 otherwise).

    Whoever does not administer it gets 404, by whatever method: members, other organizations'
    administrators, the desk.
    """
    answered = [*methods, "HEAD"] if "GET" in methods else [*methods]

    def decorate(view: CompanyView[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def found(request: HttpRequest, *args: Any, pk: int, **rest: Any) -> HttpResponseBase:
            if pk not in person(request).administered:
                raise Http404(_("Esta página não existe."))
            organization = get_object_or_404(Organization, pk=pk)
            if request.method not in answered:
                return HttpResponseNotAllowed(methods)
            return view(request, organization, *args, **rest)

        return customer_required(found)

    return decorate


def place_of(organization: Organization, member: int) -> Membership:
    """The place of one of the organization's people; 404 for who is none of them."""
    return get_object_or_404(
        Membership.objects.select_related("user", "organization", "team").filter(
            user__desk_role="", organization=organization
        ),
        pk=member,
    )
