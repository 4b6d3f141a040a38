"""Which organization one administers, and its contract in words."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.guards import customer_required, person
from accounts.models import Contract, Organization
from common import clock
from interfaces.company.scope import on_company
from interfaces.company.shell import shell
from interfaces.web.organizations import chosen


@require_safe
@customer_required
def index(request: HttpRequest) -> HttpResponse:
    """To the organization that one administers: the only one, or the one that was chosen in the
    header; otherwise a list of them (R2)."""
    mine = person(request).administered
    if not mine:
        raise Http404(_("Esta página não existe."))
    if len(mine) == 1:
        return redirect("company:people", *mine)
    if (organization := chosen(request)) in mine:
        return redirect("company:people", organization)
    return render(request, "company/index.html", {"organizations": mine.items()})


@on_company("GET")
def organization(request: HttpRequest, organization: Organization) -> HttpResponse:
    """The first of its pages."""
    return redirect("company:people", organization.pk)


@on_company("GET")
def contract(request: HttpRequest, organization: Organization) -> HttpResponse:
    """What the organization bought, in words (M1): what counts today first, then the others."""
    today = clock.now().astimezone(person(request).zone).date()
    contracts = list(Contract.objects.filter(organization=organization))
    current = [each for each in contracts if _counts(each, today)]
    others = [each for each in contracts if each not in current]
    context = shell(organization, "contract", current=current, others=others, today=today)
    return render(request, "company/contract.html", context)


def _counts(contract: Contract, today: date) -> bool:
    return contract.starts_on <= today and (contract.ends_on is None or contract.ends_on >= today)
