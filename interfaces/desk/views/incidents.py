"""Incidents on the desk: what goes on, its tickets, and its end with one answer for all (M2)."""

from datetime import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guards import desk_required, person
from interfaces.desk import known
from interfaces.desk.known_forms import (
    ChangeIncidentForm,
    EndForm,
    FilterForm,
    IncidentForm,
    NumbersForm,
)
from interfaces.desk.responses import sent
from interfaces.web.requests import actor
from knowledge.models import Incident
from tickets import actions
from tickets.actions.incidents import tickets_of
from tickets.errors import Refused
from tickets.models import Channel


def _incidents() -> QuerySet[Incident]:
    return Incident.objects.select_related("product", "created_by")


@require_safe
@desk_required
def incidents(request: HttpRequest) -> HttpResponse:
    """What goes on, or what has ended; of one product, if chosen."""
    over = request.GET.get("state") == "ended"
    form = FilterForm(request.GET)
    found = Incident.objects.filter(ended_at__isnull=not over).select_related("product")
    if form.is_valid() and form.cleaned_data["product"]:
        found = found.filter(product=form.cleaned_data["product"])
    found = known.counted(found, person(request), by="in_incident__incident")
    page = known.page(request, found)
    context = {
        "form": form,
        "over": over,
        "tabs": known.tabs(
            request, {"": _("Em andamento"), "ended": _("Terminados")}, "ended" if over else ""
        ),
        **page,
    }
    return render(request, "desk/incidents.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def new(request: HttpRequest) -> HttpResponse:
    """Tell customers that something fails for many."""
    form = IncidentForm(sent(request))
    if form.is_valid():
        try:
            incident = actions.start_incident(by=actor(request, Channel.DESK), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Incidente registrado: os clientes do produto já leem."))
            return redirect("desk:incident", incident.pk)
    title = _("Registrar um incidente")
    return known.form_page(request, form, title, back=reverse("desk:incidents"))


@known.on_row(_incidents, "GET")
def incident(request: HttpRequest, incident: Incident) -> HttpResponse:
    """What is known, and the tickets that wait for the end."""
    return _page(request, incident)


@known.on_row(_incidents, "GET", "POST")
def change(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Tell customers more, or something else."""
    fields = ("title", "text", "started_at")
    initial = {name: getattr(incident, name) for name in fields}
    form = ChangeIncidentForm(sent(request), initial=initial)
    if form.is_valid():
        try:
            actions.change_incident(incident, by=actor(request, Channel.DESK), **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Incidente atualizado: os clientes já leem."))
            return redirect("desk:incident", incident.pk)
    back = reverse("desk:incident", args=[incident.pk])
    return known.form_page(request, form, _("Atualizar o incidente"), back=back)


@known.on_row(_incidents, "POST")
def join(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Put tickets into the incident by their numbers; each that cannot join says why."""
    form = NumbersForm(request.POST)
    if not form.is_valid():
        return _page(request, incident, form=form, status=422)
    joined, said = known.each_of(
        request,
        form.cleaned_data["numbers"],
        lambda ticket, by: actions.join_incident(ticket, incident=incident, by=by),
    )
    if joined:
        told = ngettext(
            "1 ticket entrou no incidente.", "%(n)d tickets entraram no incidente.", joined
        )
        messages.success(request, told % {"n": joined})
    if said:
        return _page(request, incident, form=form, said=said, status=409)
    return redirect("desk:incident", incident.pk)


@known.on_row(_incidents, "POST")
def leave(request: HttpRequest, incident: Incident) -> HttpResponse:
    """Take one ticket off the incident."""
    typed = request.POST.get("number", "")
    tickets, _nobody = known.by_numbers(person(request), typed)
    ticket = get_object_or_404(tickets_of(incident).filter(pk__in=[each.pk for each in tickets]))
    try:
        actions.leave_incident(ticket, by=actor(request, Channel.DESK))
    except Refused as refused:
        return _page(request, incident, said=[f"{ticket.number}: {refused}"], status=409)
    messages.success(
        request, _("O ticket %(number)d saiu do incidente.") % {"number": ticket.number}
    )
    return redirect("desk:incident", incident.pk)


@known.on_row(_incidents, "GET", "POST")
def end(request: HttpRequest, incident: Incident) -> HttpResponse:
    """The answer for all (GET), how customers will read it (POST), then the end (`confirm`)."""
    user, tickets = person(request), tickets_of(incident)
    waits = tickets.active().exists()
    form = EndForm(sent(request), initial={"text": _words(incident)})
    if not waits:
        form.fields["text"].required = False
    preview, proof, refusal = None, "", ""
    if form.is_valid():
        # Where nobody waits nothing is previewed, and nothing is said to who comes meanwhile.
        text = form.cleaned_data["text"] if waits else ""
        seen_at = known.previewed(request, user, incident, text)
        try:
            if "confirm" in request.POST and (seen_at or not waits):
                return _end(request, incident, text, seen_at)
            preview = known.rehearse(user, tickets, text)
            proof = known.proof(user, incident, text, preview.at) if preview else ""
            refusal = known.look_again() if "confirm" in request.POST else ""
        except Refused as refused:
            refusal = str(refused)
    if incident.ended_at is not None:
        refusal = _("Este incidente já terminou.")
    context = {
        "incident": incident,
        "form": form,
        "preview": preview,
        "proof": proof,
        "refusal": refusal,
        "waits": waits,
        "offered": incident.ended_at is None,
        "title": _("Encerrar o incidente"),
        "back": reverse("desk:incident", args=[incident.pk]),
        "confirm": _("Encerrar e responder a todos") if waits else _("Encerrar o incidente"),
    }
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "desk/incident_end.html", context, status=status)


def _end(
    request: HttpRequest, incident: Incident, text: str, seen_at: datetime | None
) -> HttpResponse:
    by = actor(request, Channel.DESK)
    answer = actions.end_incident(incident, by=by, text=text, previewed_at=seen_at)
    if answer is None:
        messages.success(request, _("Incidente encerrado: nenhum ticket esperava resposta."))
        return redirect("desk:incident", incident.pk)
    messages.success(request, _("Incidente encerrado. As respostas estão saindo."))
    return redirect("desk:answer", answer.key)


def _words(incident: Incident) -> str:
    """Where the answer begins; its writer goes on."""
    return _("O incidente “%(title)s” terminou.\n\nTeste de novo e confirme aqui se resolveu.") % {
        "title": incident.title
    }


def _page(
    request: HttpRequest,
    incident: Incident,
    *,
    form: NumbersForm | None = None,
    said: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "incident": incident,
        "group": known.Group.of(person(request), tickets_of(incident)),
        "answer": incident.answers.first() if incident.ended_at else None,
        "form": form or NumbersForm(),
        "said": said or [],
    }
    return render(request, "desk/incident.html", context, status=status)
