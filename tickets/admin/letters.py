"""The letters in the admin, each with the ticket that it is about; `outbox` knows no tickets."""

from django.contrib import admin
from django.db.models import BigIntegerField, Case, OuterRef, QuerySet, Subquery, When
from django.db.models.functions import Cast, Substr
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from outbox.admin import DeliveryAdmin
from outbox.models import Delivery
from tickets import correspondence
from tickets.models import Ticket

_NUMBER = Cast(Substr(OuterRef("topic"), len(correspondence.TOPIC) + 1), BigIntegerField())


class LetterAdmin(DeliveryAdmin):
    def get_queryset(self, request: HttpRequest) -> "QuerySet[Delivery]":
        """With the key of each one's ticket, for whoever may open it there."""
        rows = super().get_queryset(request)
        if not request.user.has_perm("tickets.view_ticket"):
            return rows
        ticket = Subquery(Ticket.objects.filter(number=_NUMBER).values("pk")[:1])
        is_about_one = When(topic__regex=rf"^{correspondence.TOPIC}\d{{1,18}}$", then=ticket)
        return rows.annotate(ticket_id=Case(is_about_one))

    @admin.display(description=_("sobre"), ordering="topic")
    def about(self, delivery: Delivery) -> str | SafeString:
        kind, _colon, number = delivery.topic.partition(":")
        if f"{kind}:" != correspondence.TOPIC:
            return super().about(delivery)
        told = gettext("Ticket %(number)s") % {"number": number}
        ticket_id = getattr(delivery, "ticket_id", None)
        if ticket_id is None:
            return told
        address = reverse("admin:tickets_ticket_change", args=[ticket_id])
        return format_html('<a href="{}">{}</a>', address, told)


admin.site.unregister(Delivery)
admin.site.register(Delivery, LetterAdmin)
