"""The organization's teams: made, renamed, removed."""

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.models import Organization, Team
from interfaces.company.forms import TeamForm
from interfaces.company.scope import on_company
from interfaces.company.shell import shell


@on_company("GET", "POST")
def teams(request: HttpRequest, organization: Organization) -> HttpResponse:
    """Each team with how many are of it, and a new one."""
    form = TeamForm(request.POST if request.method == "POST" else None, organization=organization)
    if form.is_bound and form.is_valid():
        Team.objects.create(organization=organization, name=form.cleaned_data["name"])
        messages.success(request, _("Equipe criada. Escolha quem é dela na página da pessoa."))
        return redirect("company:teams", organization.pk)
    context = shell(organization, "teams", form=form, teams=_counted(organization))
    return render(request, "company/teams.html", context, status=422 if form.is_bound else 200)


@on_company("GET", "POST")
def rename(request: HttpRequest, organization: Organization, team: int) -> HttpResponse:
    """One team's name; here it is removed too."""
    chosen = get_object_or_404(_counted(organization), pk=team)
    data = request.POST if request.method == "POST" else None
    form = TeamForm(data, organization=organization, team=chosen)
    if form.is_bound and form.is_valid():
        Team.objects.filter(pk=chosen.pk).update(name=form.cleaned_data["name"])
        messages.success(request, _("Equipe renomeada."))
        return redirect("company:teams", organization.pk)
    context = shell(organization, "teams", form=form, team=chosen)
    return render(request, "company/team.html", context, status=422 if form.is_bound else 200)


@on_company("POST")
def remove(request: HttpRequest, organization: Organization, team: int) -> HttpResponse:
    """Its people stay, of no team: who saw the team's tickets sees the own ones (R1)."""
    chosen = get_object_or_404(Team, organization=organization, pk=team)
    chosen.delete()
    messages.success(request, _("Equipe %(name)s removida.") % {"name": chosen.name})
    return redirect("company:teams", organization.pk)


def _counted(organization: Organization) -> QuerySet[Team]:
    there = Q(memberships__is_active=True, memberships__user__is_active=True)
    return (
        Team.objects.filter(organization=organization)
        .annotate(
            people=Count("memberships", filter=there),
            seeing=Count("memberships", filter=there & Q(memberships__sees="team")),
        )
        .order_by("name")
    )
