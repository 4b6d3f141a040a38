"""The letters in the admin: what was said to whom, in which state, and one act: try again."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.defaultfilters import linebreaksbr
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from common import links
from outbox import kinds, ledger, letters
from outbox.models import Delivery, State


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
    search_fields = ("to_address", "to_name", "topic", "key", "message_id")
    fields = (
        ("state", "attempts"),
        ("next_try_at", "claimed_until", "sent_at"),
        "last_error",
        ("kind", "about", "created_at"),
        ("to_name", "to_address"),
        ("message_id", "reply_to"),
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
