"""The admin's page of a person, as the house completes it: queues, and the end of an access."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts import access
from accounts.admin import PersonAdmin, PersonForm
from accounts.models import Organization, User
from tickets import actions, rules
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.models import Channel, Queue, Ticket


class PersonOfTheHouseForm(PersonForm):
    """A person, with the queues that he or she works (R1)."""

    queues = forms.ModelMultipleChoiceField(
        Queue.objects.all(),
        label=gettext_lazy("Filas"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["queues"] = self.instance.queues.all()


class LeavingForm(forms.Form):
    """Who gets the tickets: per queue those that the person works (R3), or per organization those
    asked for (R2)."""

    def __init__(self, leaver: User, data: Any = None) -> None:
        super().__init__(data)
        self.leaver = leaver
        if leaver.desk_role:
            self._ask_for_analysts()
        else:
            self._ask_for_requesters()

    def _ask_for_analysts(self) -> None:
        worked = Ticket.objects.active().filter(assignee=self.leaver)
        counts = worked.order_by("queue__name").values_list("queue")
        self.queues = Queue.objects.in_bulk([pk for (pk,) in counts])
        for pk, count in counts.annotate(Count("pk")):
            self.fields[f"to_{pk}"] = forms.ModelChoiceField(
                rules.workers_of(self.queues[pk]).exclude(pk=self.leaver.pk),
                required=False,
                empty_label=_("Ninguém: ficam na fila"),
                label=ngettext(
                    "Quem fica com o ticket da fila %(queue)s",
                    "Quem fica com os %(count)d tickets da fila %(queue)s",
                    count,
                )
                % {"count": count, "queue": self.queues[pk].name},
                error_messages={"invalid_choice": _("Esta pessoa não atende esta fila.")},
            )

    def _ask_for_requesters(self) -> None:
        asked = Ticket.objects.active().filter(requester=self.leaver)
        counts = asked.order_by("organization__name").values_list("organization")
        self.organizations = Organization.objects.in_bulk([pk for (pk,) in counts])
        for pk, count in counts.annotate(Count("pk")):
            colleagues = User.objects.filter(
                is_active=True, memberships__organization=pk, memberships__is_active=True
            ).exclude(pk=self.leaver.pk)
            self.fields[f"to_{pk}"] = forms.ModelChoiceField(
                colleagues,
                empty_label=_("Escolha uma pessoa"),
                label=ngettext(
                    "Quem fica com o ticket de %(organization)s",
                    "Quem fica com os %(count)d tickets de %(organization)s",
                    count,
                )
                % {"count": count, "organization": self.organizations[pk].name},
                help_text=""
                if colleagues.exists()
                else _("Não há mais ninguém ativo neste cliente: cadastre antes outra pessoa."),
            )

    def hand_over(self, by: Actor) -> None:
        """Give the tickets to whom this valid form names. Raises `Refused` as the verb does."""
        if self.leaver.desk_role:
            for pk, queue in self.queues.items():
                to = self.cleaned_data[f"to_{pk}"]
                actions.hand_over(self.leaver, to=to, queue=queue, by=by)
            return
        for pk, organization in self.organizations.items():
            to = self.cleaned_data[f"to_{pk}"]
            actions.hand_over(self.leaver, to=to, organization=organization, by=by)


class PersonOfTheHouseAdmin(PersonAdmin):
    form = PersonOfTheHouseForm
    change_form_template = "admin/tickets/person.html"

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        """With the queues, for who may change these."""
        sets = super().get_fieldsets(request, obj)
        if not self._says_queues(request, obj):
            return sets
        return [*sets, (_("Filas que atende"), {"fields": ("queues",)})]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if self._says_queues(request, form.instance):
            form.instance.queues.set(form.cleaned_data["queues"])

    def _says_queues(self, request: HttpRequest, person: User | None) -> bool:
        may_write = self.has_change_permission(request, person)
        return may_write and request.user.has_perm("tickets.change_queue")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.leaving_view)
        own = path("<int:person_id>/leaving/", view, name="accounts_user_leaving")
        return [own, *super().get_urls()]

    def leaving_view(self, request: HttpRequest, person_id: int) -> HttpResponse:
        """Hands the tickets over and ends the access, both or neither; asks once, in words."""
        person = self.get_object(request, str(person_id))
        if person is None:
            raise Http404
        if not self.has_change_permission(request, person):
            raise PermissionDenied
        back = HttpResponseRedirect(reverse("admin:accounts_user_change", args=[person.pk]))
        if (no := _why_not(request, person)) is not None:
            self.message_user(request, no, messages.WARNING)
            return back
        form = LeavingForm(person, request.POST if request.method == "POST" else None)
        if form.is_valid() and self._end_access(request, form):
            told = _("%(name)s não entra mais.") % {"name": person.name}
            self.message_user(request, told, messages.SUCCESS)
            return back
        context = self.admin_site.each_context(request) | {
            "title": _("Encerrar o acesso de %(name)s") % {"name": person.name},
            "opts": self.opts,
            "original": person,
            "form": form,
        }
        return TemplateResponse(request, "admin/tickets/leaving.html", context)

    def _end_access(self, request: HttpRequest, form: LeavingForm) -> bool:
        assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
        try:
            with transaction.atomic():
                form.hand_over(Actor(request.user, Channel.DESK))
                access.end_access(form.leaver)
                self.log_change(request, form.leaver, _("Acesso encerrado."))
        except Refused as refused:
            form.add_error(None, str(refused))
            return False
        return True


def _why_not(request: HttpRequest, person: User) -> str | None:
    if not person.is_active:
        return _("O acesso de %(name)s já está encerrado.") % {"name": person.name}
    if person.pk == request.user.pk:
        return _("Você não pode encerrar o seu próprio acesso.")
    return None


admin.site.unregister(User)
admin.site.register(User, PersonOfTheHouseAdmin)
