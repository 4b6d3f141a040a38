"""One of the organization's people: what he or she may, a new access link, leaving, coming back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import access as letters
from accounts import places
from accounts.guards import person
from accounts.models import Membership, Organization, User
from common.errors import Refused
from interfaces.company import pacing
from interfaces.company.forms import LeavingForm, PersonForm
from interfaces.company.pacing import Pace
from interfaces.company.people import State, heirs_of, row, state_of
from interfaces.company.scope import on_company, place_of
from interfaces.company.shell import shell
from interfaces.web.requests import actor
from tickets import actions
from tickets.actions.leaving import asked_by, watched_by
from tickets.models import Channel

# As many tickets as are named before the act; of more, the number is told.
MOST_NAMED = 20


@on_company("GET", "POST")
def person_page(request: HttpRequest, organization: Organization, member: int) -> HttpResponse:
    """The place of one person; of who has left, only the way back."""
    place, by = place_of(organization, member), person(request)
    state = state_of(place)
    form = PersonForm(request.POST if request.method == "POST" else None, place=place, by=by)
    if form.is_bound and state != State.LEFT and form.is_valid() and _changed(place, form, by):
        messages.success(
            request, _("Guardado. Vale a partir da próxima página que a pessoa abrir.")
        )
        return redirect("company:person", organization.pk, place.pk)
    context = shell(
        organization,
        "people",
        row=row(place),
        place=place,
        form=form,
        is_self=place.user_id == by.pk,
        asked=asked_by(place).count() if state == State.LEFT else 0,
    )
    status = 422 if form.is_bound else 200
    return render(request, "company/person.html", context, status=status)


def _changed(place: Membership, form: PersonForm, by: User) -> bool:
    try:
        places.change(place, **form.cleaned_data, by=by)
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    return True


@on_company("POST")
def access(request: HttpRequest, organization: Organization, member: int) -> HttpResponse:
    """The old password and the sessions end; a fresh link goes to the person's own address."""
    place = place_of(organization, member)
    try:
        if state_of(place) != State.ACTIVE:
            raise Refused("no_access", _("Quem não tem acesso não recebe link."))
        pacing.require_calm(organization, Pace.LINKS)
        letters.reset_access(place)
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        told = _("A senha antiga não vale mais. O link de acesso está a caminho de %(email)s.")
        messages.success(request, told % {"email": place.user.email})
    return redirect("company:person", organization.pk, place.pk)


@on_company("GET", "POST")
def leaving(request: HttpRequest, organization: Organization, member: int) -> HttpResponse:
    """What will happen, then it does: tickets handed over, nothing watched, no access."""
    place = place_of(organization, member)
    if state_of(place) == State.LEFT or place.user_id == person(request).pk:
        return redirect("company:person", organization.pk, place.pk)
    asked = asked_by(place)
    count = asked.count()
    data = request.POST if request.method == "POST" else None
    form = LeavingForm(data, heirs=heirs_of(place), asked=count)
    if form.is_bound and form.is_valid() and _left(request, place, form):
        told = _("%(name)s não tem mais acesso por %(organization)s.")
        names = {"name": row(place).name or place.user.email, "organization": organization.name}
        messages.success(request, told % names)
        return redirect("company:people", organization.pk)
    context = shell(
        organization,
        "people",
        row=row(place),
        place=place,
        form=form,
        tickets=asked.order_by("number")[:MOST_NAMED],
        asked=count,
        more=max(0, count - MOST_NAMED),
        watched=watched_by(place).count(),
    )
    status = 422 if form.is_bound else 200
    return render(request, "company/leaving.html", context, status=status)


def _left(request: HttpRequest, place: Membership, form: LeavingForm) -> bool:
    try:
        by = actor(request, Channel.PORTAL)
        actions.leave(place, to=form.cleaned_data.get("to"), by=by)
    except Refused as refused:
        form.add_error(None, str(refused))
        return False
    return True


@on_company("POST")
def bring_back(request: HttpRequest, organization: Organization, member: int) -> HttpResponse:
    """In again, with the place as it was; a partner is asked again."""
    place = place_of(organization, member)
    try:
        pacing.require_calm(organization, Pace.LINKS)
        places.bring_back(place, by=person(request))
    except Refused as refused:
        messages.warning(request, str(refused))
    else:
        messages.success(request, _("Pronto: a pessoa recebe um e-mail se precisar fazer algo."))
    return redirect("company:person", organization.pk, place.pk)
