"""The organization's people: the list, and inviting one."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import places
from accounts.guards import person
from accounts.models import Organization
from common.errors import Refused
from interfaces.company import pacing
from interfaces.company import people as rows
from interfaces.company.forms import InviteForm, SearchForm
from interfaces.company.pacing import Pace
from interfaces.company.people import State
from interfaces.company.scope import on_company
from interfaces.company.shell import shell

ROWS = 50


@on_company("GET")
def people(request: HttpRequest, organization: Organization) -> HttpResponse:
    """50 rows by name, of those with access unless another state is asked for."""
    form = SearchForm(request.GET, organization=organization)
    chosen = form.chosen()
    state = request.GET.get("state", "")
    state = state if state in State.values else State.ACTIVE
    found = rows.found(organization, chosen)
    numbers = rows.counts(found)
    pages = Paginator(rows.in_state(found, state), ROWS)
    pages.count = numbers[state]
    page = pages.get_page(request.GET.get("page"))
    context = shell(
        organization,
        "people",
        form=form,
        rows=[rows.row(place) for place in page],
        tabs=_tabs(request.GET, state, numbers),
        state=state,
        total=numbers[state],
        narrowed=bool(chosen),
        first=page.start_index(),
        last=page.end_index(),
        previous=page.has_previous() and _address(request.GET, page.previous_page_number()),
        next=page.has_next() and _address(request.GET, page.next_page_number()),
    )
    return render(request, "company/people.html", context)


def _tabs(asked: QueryDict, state: str, numbers: dict[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "label": each.label,
            "url": _address(asked, state=each.value),
            "count": numbers[each],
            "current": each == state,
        }
        for each in State
        if numbers[each] or each == state or each == State.ACTIVE
    ]


def _address(asked: QueryDict, page: int = 1, **changes: str) -> str:
    query = asked.copy()
    query.pop("page", None)
    for name, value in changes.items():
        query[name] = value
    if page > 1:
        query["page"] = str(page)
    return f"?{query.urlencode()}"


@on_company("GET", "POST")
def invite(request: HttpRequest, organization: Organization) -> HttpResponse:
    """One person, who gets a letter; an address of elsewhere is asked about once."""
    form = InviteForm(request.POST if request.method == "POST" else None, organization=organization)
    doubt = ""
    if form.is_bound and form.is_valid():
        doubt = _doubt(organization, form.cleaned_data["email"], request.POST.get("sure", ""))
        if not doubt and (place := _invited(request, organization, form)):
            messages.success(request, place)
            return redirect("company:people", organization.pk)
    context = shell(organization, "people", form=form, doubt=doubt)
    status = 422 if form.is_bound else 200
    return render(request, "company/invite.html", context, status=status)


def _invited(request: HttpRequest, organization: Organization, form: InviteForm) -> str:
    """What became of the invitation, or nothing, with what is wrong in `form`."""
    try:
        pacing.require_calm(organization, Pace.INVITATIONS)
        place = places.invite(organization, form.invitation(), by=person(request))
    except Refused as refused:
        form.add_error("email", str(refused))
        return ""
    return _(
        "Convite enviado a %(email)s: o e-mail diz como entrar. Quem já usa o portal por outra "
        "empresa tem acesso quando aceitar."
    ) % {"email": place.user.email}


def _doubt(organization: Organization, email: str, sure: str) -> str:
    """The question about an address of none of the organization's domains, once each."""
    domains = places.domains_of(organization)
    if sure.strip().lower() == email or not places.is_foreign(email, domains):
        return ""
    return _("Este endereço não termina em %(domains)s. É mesmo de quem você quer convidar?") % {
        "domains": ", ".join(f"@{domain}" for domain in domains)
    }
