"""Defects on the desk: code, state, tickets, and the release of the correction (M2)."""

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
from common import clock
from interfaces.desk import known
from interfaces.desk.known_forms import (
    ChangeDefectForm,
    DefectForm,
    FilterForm,
    NumbersForm,
    ReleaseForm,
    versions_of,
)
from interfaces.desk.responses import sent
from interfaces.web.requests import actor
from knowledge.models import Defect
from tickets import actions
from tickets.actions.defects import tickets_of, told
from tickets.errors import Refused
from tickets.models import Channel


def _defects() -> QuerySet[Defect]:
    return Defect.objects.select_related("product", "fixed_in", "created_by")


@require_safe
@desk_required
def defects(request: HttpRequest) -> HttpResponse:
    """Those that wait for a correction, or of another state; of one product, if chosen."""
    states = {
        "": _("A corrigir"),
        Defect.State.RELEASED.value: _("Corrigidos"),
        Defect.State.WONT_FIX.value: _("Não serão corrigidos"),
    }
    state = request.GET.get("state", "")
    state = state if state in states else ""
    wanted = [state] if state else [Defect.State.CONFIRMED, Defect.State.IN_CORRECTION]
    form = FilterForm(request.GET)
    found = Defect.objects.filter(state__in=wanted).select_related("product", "fixed_in")
    if form.is_valid() and form.cleaned_data["product"]:
        found = found.filter(product=form.cleaned_data["product"])
    found = known.counted(found, person(request), by="of_defects__defect")
    context = {
        "form": form,
        "state": state,
        "tabs": known.tabs(request, states, state),
        **known.page(request, found),
    }
    return render(request, "desk/defects.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def new(request: HttpRequest) -> HttpResponse:
    """Write a confirmed defect down."""
    form = DefectForm(sent(request))
    if form.is_valid():
        try:
            defect = actions.record_defect(by=actor(request, Channel.DESK), **form.cleaned_data)
        except Refused as refused:
            form.add_error("code" if refused.code == "code_taken" else None, str(refused))
        else:
            messages.success(request, _("Defeito registrado."))
            return redirect("desk:defect", defect.pk)
    title = _("Registrar um defeito")
    return known.form_page(request, form, title, back=reverse("desk:defects"))


@known.on_row(_defects, "GET")
def defect(request: HttpRequest, defect: Defect) -> HttpResponse:
    """Its state, and the tickets that it caused."""
    return _page(request, defect)


@known.on_row(_defects, "GET", "POST")
def change(request: HttpRequest, defect: Defect) -> HttpResponse:
    """Its words, state and planned version."""
    initial = {
        "title": defect.title,
        "text": defect.text,
        "state": defect.state,
        "version": defect.fixed_in.name if defect.fixed_in else "",
        "is_public": defect.is_public,
    }
    form = ChangeDefectForm(sent(request), initial=initial, defect=defect)
    if form.is_valid():
        said = {"state": defect.state} | form.cleaned_data
        try:
            actions.change_defect(defect, by=actor(request, Channel.DESK), **said)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Defeito atualizado."))
            return redirect("desk:defect", defect.pk)
    back = reverse("desk:defect", args=[defect.pk])
    return known.form_page(request, form, _("Editar o defeito"), back=back)


@known.on_row(_defects, "POST")
def link(request: HttpRequest, defect: Defect) -> HttpResponse:
    """Link tickets by their numbers; each that cannot be says why."""
    form = NumbersForm(request.POST)
    if not form.is_valid():
        return _page(request, defect, form=form, status=422)
    linked, said = known.each_of(
        request,
        form.cleaned_data["numbers"],
        lambda ticket, by: actions.link_defect(ticket, defect=defect, by=by),
    )
    if linked:
        done = ngettext("1 ticket ligado ao defeito.", "%(n)d tickets ligados ao defeito.", linked)
        messages.success(request, done % {"n": linked})
    if said:
        return _page(request, defect, form=form, said=said, status=409)
    return redirect("desk:defect", defect.pk)


@known.on_row(_defects, "POST")
def unlink(request: HttpRequest, defect: Defect) -> HttpResponse:
    """Take one ticket off the defect."""
    tickets, _nobody = known.by_numbers(person(request), request.POST.get("number", ""))
    ticket = get_object_or_404(tickets_of(defect).filter(pk__in=[each.pk for each in tickets]))
    try:
        actions.unlink_defect(ticket, defect=defect, by=actor(request, Channel.DESK))
    except Refused as refused:
        return _page(request, defect, said=[f"{ticket.number}: {refused}"], status=409)
    done = _("O ticket %(number)d não está mais ligado a este defeito.")
    messages.success(request, done % {"number": ticket.number})
    return redirect("desk:defect", defect.pk)


@known.on_row(_defects, "GET", "POST")
def release(request: HttpRequest, defect: Defect) -> HttpResponse:
    """Version and text (GET), how customers will read it (POST), then the release (`confirm`)."""
    user, form = person(request), ReleaseForm(sent(request), initial=_words(defect))
    preview, proof, refusal = None, "", ""
    waits = tickets_of(defect).active().exists()
    if form.is_valid():
        version, text = form.cleaned_data["version"], form.cleaned_data["text"]
        words = told(defect, version, text)
        seen_at = known.previewed(request, user, defect, words)
        try:
            if "confirm" in request.POST and seen_at:
                return _release(request, defect, version, text, seen_at)
            preview = known.rehearse(user, tickets_of(defect), words)
            proof = known.proof(user, defect, words, preview.at if preview else clock.now())
            refusal = known.look_again() if "confirm" in request.POST else ""
        except Refused as refused:
            refusal = str(refused)
    if defect.state == Defect.State.RELEASED:
        refusal = _("A correção deste defeito já foi liberada.")
    context = {
        "defect": defect,
        "form": form,
        "versions": versions_of(defect.product),
        "preview": preview,
        "proof": proof if defect.state != Defect.State.RELEASED else "",
        "refusal": refusal,
        "waits": waits,
        "followers": defect.followers.filter(told_at=None).count(),
        "offered": defect.state != Defect.State.RELEASED,
        "title": _("Liberar a correção"),
        "back": reverse("desk:defect", args=[defect.pk]),
        "confirm": _("Liberar e avisar a todos"),
    }
    status = 409 if refusal else 422 if form.errors else 200
    return render(request, "desk/defect_release.html", context, status=status)


def _release(
    request: HttpRequest, defect: Defect, version: str, text: str, seen_at: datetime
) -> HttpResponse:
    answer = actions.release_defect(
        defect,
        by=actor(request, Channel.DESK),
        version=version,
        text=text,
        previewed_at=seen_at,
    )
    messages.success(request, _("Correção liberada. Os avisos estão saindo."))
    return redirect("desk:answer", answer.key)


def _words(defect: Defect) -> dict[str, str]:
    """Where the text begins; its writer goes on."""
    return {
        "version": defect.fixed_in.name if defect.fixed_in else "",
        "text": _("A correção já saiu. Atualize para esta versão, teste e diga se resolveu."),
    }


def _page(
    request: HttpRequest,
    defect: Defect,
    *,
    form: NumbersForm | None = None,
    said: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "defect": defect,
        "group": known.Group.of(person(request), tickets_of(defect)),
        "followers": defect.followers.count(),
        "answer": defect.answers.first() if defect.released_at else None,
        "form": form or NumbersForm(),
        "said": said or [],
    }
    return render(request, "desk/defect.html", context, status=status)
