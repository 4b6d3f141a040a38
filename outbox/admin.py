"""The letters in the admin, and what stops them: suspended addresses and the valve."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from common import links
from common.later import poke
from outbox import kinds, ledger, letters
from outbox.models import Delivery, State, Suspension, Valve
from outbox.tasks import sweep


class KindFilter(admin.AllValuesFieldListFilter):
    """The kinds that there are, by their names."""

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        for choice in super().choices(changelist):
            yield {**choice, "display": kinds.name_of(str(choice["display"]))}


@admin.register(Delivery)
class DeliveryAdmin(admin.ModelAdmin[Delivery]):
    list_display = (
        "created_at",
        "kind",
        "to_address",
        "about",
        "state",
        "attempts",
        "last_error",
    )
    list_filter = ("state", ("letter", KindFilter), "created_at")
    search_fields = ("to_address", "to_name", "topic", "key", "message_id", "sent_as")
    fields = (
        ("state", "attempts"),
        ("next_try_at", "claimed_until", "sent_at"),
        "last_error",
        ("bounced_at", "bounce"),
        ("kind", "about", "created_at"),
        ("to_name", "to_address"),
        ("message_id", "sent_as", "reply_to"),
        "words",
    )
    readonly_fields = ("kind", "about", "words")
    actions = ("retry",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Delivery | None = None) -> bool:
        return False

    def has_retry_permission(self, request: HttpRequest) -> bool:
        """Who might change a delivery, if any could be, may have it tried again."""
        return request.user.has_perm("outbox.change_delivery")

    @admin.display(description=_("carta"), ordering="letter")
    def kind(self, delivery: Delivery) -> str:
        return kinds.name_of(delivery.letter)

    @admin.display(description=_("sobre"), ordering="topic")
    def about(self, delivery: Delivery) -> str | SafeString:
        """The topic as it stands; whoever knows what it names says it better."""
        return delivery.topic

    @admin.display(description=_("texto"))
    def words(self, delivery: Delivery) -> str | SafeString:
        """What the letter says, with no link that opens by itself; of a secret one, nothing."""
        if delivery.secret:
            return gettext("Contém um link de acesso e por isso não é mostrada.")
        try:
            return linebreaksbr(links.masked(str(letters.write(delivery).body)))
        except letters.LetterBroken as broken:
            return str(broken)

    @admin.action(description=_("Tentar de novo"), permissions=["retry"])
    def retry(self, request: HttpRequest, chosen: "QuerySet[Delivery, Any]") -> None:
        """Put the failed ones among the chosen back in the queue; the next sweep sends them."""
        count = ledger.try_again(chosen)
        if count:
            told = ngettext(
                "%(count)d carta voltou para a fila e sai em até um minuto.",
                "%(count)d cartas voltaram para a fila e saem em até um minuto.",
                count,
            )
            self.message_user(request, told % {"count": count}, messages.SUCCESS)
        if chosen.filter(state=State.FAILED, secret=True).exists():
            told = gettext("Cartas de acesso não são repetidas: peça à pessoa um novo link.")
            self.message_user(request, told, messages.WARNING)


@admin.register(Suspension)
class SuspensionAdmin(admin.ModelAdmin[Suspension]):
    list_display = ("address", "since", "why")
    list_filter = ("since",)
    search_fields = ("address", "why")
    search_help_text = _(
        "Endereços que devolveram uma carta: nada vai para eles, a não ser o link de acesso que a "
        "própria pessoa pedir. Confira o endereço e retome os envios."
    )
    fields = ("address", "since", "why", "delivery")
    actions = ("resume",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Suspension | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Suspension | None = None) -> bool:
        """Lifting one also sends what waits for it: by the action."""
        return False

    def has_resume_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("outbox.delete_suspension")

    @admin.action(description=_("Retomar envios"), permissions=["resume"])
    def resume(self, request: HttpRequest, chosen: "QuerySet[Suspension, Any]") -> None:
        """Let letters go to the chosen addresses again, and those first that failed meanwhile."""
        addresses = len(chosen)
        letters_back = ledger.resume(chosen)
        told = ngettext(
            "%(count)d endereço volta a receber cartas.",
            "%(count)d endereços voltam a receber cartas.",
            addresses,
        )
        if letters_back:
            again = ngettext(
                "%(count)d carta parada voltou para a fila.",
                "%(count)d cartas paradas voltaram para a fila.",
                letters_back,
            )
            told = f"{told} {again % {'count': letters_back}}"
        self.message_user(request, told % {"count": addresses}, messages.SUCCESS)


@admin.register(Valve)
class ValveAdmin(admin.ModelAdmin[Valve]):
    """One row, made when it is first looked at; its list is its page."""

    fields = ("is_open", "per_hour", "now")
    readonly_fields = ("now",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Valve | None = None) -> bool:
        return False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Valve | None:
        if object_id == str(Valve.THE_ONE):
            Valve.objects.get_or_create(pk=Valve.THE_ONE)
        return super().get_object(request, object_id, from_field)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        page = reverse("admin:outbox_valve_change", args=[Valve.THE_ONE])
        return HttpResponseRedirect(page)

    @admin.display(description=_("agora"))
    def now(self, valve: Valve) -> str:
        waits = Delivery.objects.filter(state__in=[State.WAITING, State.SENDING]).count()
        told = ngettext(
            "%(waits)d carta na fila; %(gone)d na última hora.",
            "%(waits)d cartas na fila; %(gone)d na última hora.",
            waits,
        )
        return told % {"waits": waits, "gone": ledger.gone_out()}

    def save_model(
        self, request: HttpRequest, obj: Valve, form: ModelForm[Valve], change: bool
    ) -> None:
        """What has waited goes at once."""
        super().save_model(request, obj, form, change)
        if obj.is_open:
            poke(sweep)
