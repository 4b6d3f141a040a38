"""Queues with their policies, products' queues, and calendars: what decides the dates of tickets.

A change of policy, calendar or exception is shown with what it moves before it is saved (B3).
"""

from collections.abc import Iterable
from itertools import chain
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin import actions as admin_actions
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Membership
from calendars.admin import CalendarAdmin, ExceptionAdmin
from calendars.models import Calendar, CalendarException
from calendars.resources import ExceptionResource
from catalog.admin import ProductAdmin
from catalog.models import Product
from tickets import forecast
from tickets.admin.asking import AsksFirst, FormSets
from tickets.forecast import Forecast, Plan
from tickets.lifecycle import ACTIVE
from tickets.models import ProductQueue, Queue, QueuePolicy


class PolicyInline(admin.StackedInline[QueuePolicy, Queue]):
    """The one policy of a queue; it has always one."""

    model = QueuePolicy
    min_num = max_num = 1
    can_delete = False
    fields = (
        "calendar",
        ("pending_days", "validation_days"),
        ("reminder_lead", "attention_days"),
    )


class ProductsOfQueue(admin.TabularInline[ProductQueue, Queue]):
    """The products whose tickets come to a queue by default (R3)."""

    model = ProductQueue
    extra = 0
    autocomplete_fields = ("product",)
    verbose_name = _("produto desta fila")
    verbose_name_plural = _("produtos desta fila")


@admin.register(Queue)
class QueueAdmin(AsksFirst[Queue]):
    inlines = (PolicyInline, ProductsOfQueue)
    fields = ("name", "is_active", "analysts")
    filter_horizontal = ("analysts",)
    list_display = (
        "name",
        "is_active",
        "calendar",
        "pending_days",
        "validation_days",
        "attention_days",
        "active_tickets",
    )
    list_filter = ("is_active", "policy__calendar")
    list_select_related = ("policy__calendar",)
    search_fields = ("name__unaccent",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Queue]":
        active = Count("tickets", filter=Q(tickets__status__in=ACTIVE))
        return super().get_queryset(request).annotate(active_tickets=active)

    def foresee(self, form: forms.ModelForm[Queue], formsets: FormSets) -> Forecast:
        """Of what this page holds, only the policy moves tickets."""
        for formset in formsets:
            if formset.model is QueuePolicy and form.instance.pk:
                return forecast.of_policy(formset.forms[0].instance)
        return Forecast()

    @admin.display(description=_("calendário"), ordering="policy__calendar__name")
    def calendar(self, queue: Queue) -> Calendar:
        return queue.policy.calendar

    @admin.display(description=_("Pendente Cliente"), ordering="policy__pending_days")
    def pending_days(self, queue: Queue) -> int:
        return queue.policy.pending_days

    @admin.display(description=_("Validação Cliente"), ordering="policy__validation_days")
    def validation_days(self, queue: Queue) -> int:
        return queue.policy.validation_days

    @admin.display(description=_("vence em Aberto"), ordering="policy__attention_days")
    def attention_days(self, queue: Queue) -> int:
        return queue.policy.attention_days

    @admin.display(description=_("tickets ativos"), ordering="active_tickets")
    def active_tickets(self, queue: Queue) -> int:
        return int(getattr(queue, "active_tickets", 0))


class QueueOfProduct(admin.StackedInline[ProductQueue, Product]):
    """Where a product's tickets go, on its own page (R3)."""

    model = ProductQueue
    extra = 1
    verbose_name_plural = _("fila dos tickets deste produto")


class ProductWithQueueAdmin(ProductAdmin):
    inlines = (QueueOfProduct, *ProductAdmin.inlines)
    list_display = [*ProductAdmin.list_display, "queue"]
    list_filter = [*ProductAdmin.list_filter, "default_queue__queue"]
    list_select_related = ("default_queue__queue",)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """R1: a place that names no product takes them all, so one that limits places stays."""
        deleted, counts, perms, protected = super().get_deleted_objects(objs, request)
        named = Membership.products.through._default_manager.filter(
            product__in=[each.pk for each in objs]
        )
        if limited := named.values("membership").distinct().count():
            told = ngettext(
                "O vínculo de %(n)d pessoa é limitado a este produto: sem ele, ela passaria a ver "
                "os tickets de todos. Desmarque “ativo”, ou mude antes o vínculo.",
                "Os vínculos de %(n)d pessoas são limitados a este produto: sem ele, elas poderiam "
                "passar a ver os tickets de todos. Desmarque “ativo”, ou mude antes os vínculos.",
                limited,
            )
            protected = [*protected, told % {"n": limited}]
        return deleted, counts, perms, protected

    @admin.display(description=_("fila"), ordering="default_queue__queue__name")
    def queue(self, product: Product) -> Queue:
        return product.default_queue.queue


class GoverningCalendarAdmin(AsksFirst[Calendar], CalendarAdmin):
    """A calendar, which governs the tickets of the queues that count by it."""

    search_fields = ("name__unaccent",)

    def foresee(self, form: forms.ModelForm[Calendar], formsets: FormSets) -> Forecast:
        """The calendar with its exceptions; a new one governs no queue yet."""
        if form.instance._state.adding:
            return Forecast()
        return forecast.of_calendar(form.instance, _exceptions(form.instance, formsets))


def _exceptions(calendar: Calendar, formsets: FormSets) -> list[CalendarException]:
    """All that `calendar` would have: what the page says, and rows that it does not speak of."""
    rows = {row.pk: row for row in calendar.exceptions.all()}
    new = []
    for formset in (each for each in formsets if each.model is CalendarException):
        for form in formset.forms:
            if form in formset.deleted_forms:
                rows.pop(form.instance.pk, None)
            elif form.instance.pk:
                rows[form.instance.pk] = form.instance
            elif form.has_changed():
                new.append(form.instance)
    return [*rows.values(), *new]


class ForeseeingResource(ExceptionResource):
    """Exceptions from CSV; a rehearsal of the import also says which tickets it would move."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._written: set[int] = set()
        self._present: list[Plan] = []

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        """How things are while none of the rows is there."""
        super().before_import(dataset, **kwargs)
        self._present = forecast.as_is()

    def after_save_instance(self, instance: CalendarException, row: Any, **kwargs: Any) -> None:
        """Remember whose calendars the file changes."""
        self._written.add(instance.calendar_id)

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """In a rehearsal the rows are there until it is rolled back: look at them."""
        super().after_import(dataset, result, **kwargs)
        if kwargs.get("dry_run") and not result.has_errors():
            result.forecast = forecast.foresee(_plans(self._written), instead_of=self._present)


class GoverningExceptionAdmin(AsksFirst[CalendarException], ExceptionAdmin):  # type: ignore[misc]  # untyped library
    """One exception alone, several to delete, or a file of them: each is asked about first."""

    search_fields: ClassVar[tuple[str, ...]] = ("name__unaccent", "calendar__name__unaccent")
    resource_classes = (ForeseeingResource,)
    import_template_name = "admin/tickets/import_with_forecast.html"
    delete_confirmation_template = "admin/tickets/delete_with_forecast.html"
    delete_selected_confirmation_template = "admin/tickets/delete_selected_with_forecast.html"
    actions = ("delete_selected",)

    def foresee(self, form: forms.ModelForm[CalendarException], formsets: FormSets) -> Forecast:
        """The calendar it is in, and the one that it was in."""
        exception = form.instance
        stored = CalendarException.objects.filter(pk=exception.pk).values_list(
            "calendar", flat=True
        )
        calendars = {exception.calendar_id, *stored}
        return forecast.foresee(_plans(calendars, without=[exception.pk], plus=exception))

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Django's own confirmation, with the tickets that move."""
        exception = self.get_object(request, object_id)
        foreseen = Forecast()
        if exception is not None and request.method == "GET":
            foreseen = forecast.foresee(_plans({exception.calendar_id}, without=[exception.pk]))
        return super().delete_view(
            request, object_id, {"forecast": foreseen, **(extra_context or {})}
        )

    @admin.action(description=_("Remover as exceções selecionadas"), permissions=["delete"])
    def delete_selected(
        self, request: HttpRequest, chosen: "QuerySet[CalendarException, Any]"
    ) -> HttpResponse | None:
        """The same for several."""
        response = admin_actions.delete_selected(self, request, chosen)
        if isinstance(response, TemplateResponse) and response.context_data is not None:
            gone = dict(chosen.values_list("pk", "calendar"))
            foreseen = forecast.foresee(_plans(set(gone.values()), without=gone))
            response.context_data["forecast"] = foreseen
        return response


def _plans(
    calendars: Iterable[int],
    *,
    without: Iterable[int | None] = (),
    plus: CalendarException | None = None,
) -> Iterable[Plan]:
    """Plans of the calendars as they are, but for the exceptions `without` and the one `plus`."""
    found = Calendar.objects.filter(pk__in=calendars)
    return chain.from_iterable(
        forecast.plans(
            calendar,
            [
                *calendar.exceptions.exclude(pk__in=[pk for pk in without if pk]),
                *([plus] if plus is not None and plus.calendar_id == calendar.pk else []),
            ],
        )
        for calendar in found
    )


admin.site.unregister([Product, Calendar, CalendarException])
admin.site.register(Product, ProductWithQueueAdmin)
admin.site.register(Calendar, GoverningCalendarAdmin)
admin.site.register(CalendarException, GoverningExceptionAdmin)
