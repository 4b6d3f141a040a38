"""The history of a ticket: append-only rows of ids and codes (L9)."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common import clock
from tickets.lifecycle import Status


class Channel(models.TextChoices):
    """The door by which somebody came in; the rules are the same behind each (C1)."""

    PORTAL = "portal", _("portal")
    DESK = "desk", _("mesa")
    EMAIL = "email", _("e-mail")
    PHONE = "phone", _("telefone")
    CHAT = "chat", _("chat")
    MOBILE = "mobile", _("aplicativo")
    API = "api", _("API")
    SYSTEM = "system", _("sistema")

    @property
    def way(self) -> str:
        """ "por telefone": how somebody came in, after a verb."""
        return str(_WAYS[self])


_WAYS = {
    Channel.PORTAL: _("pelo portal"),
    Channel.DESK: _("na mesa"),
    Channel.EMAIL: _("por e-mail"),
    Channel.PHONE: _("por telefone"),
    Channel.CHAT: _("pelo chat"),
    Channel.MOBILE: _("pelo aplicativo"),
    Channel.API: _("pela API"),
    Channel.SYSTEM: _("pelo sistema"),
}


class Verb(models.TextChoices):
    """What happened, in the past tense of the interface; values are the verbs of `actions`."""

    OPEN = "open", _("abriu o ticket")
    REPLY = "reply", _("respondeu")
    CUSTOMER_REPLY = "customer_reply", _("respondeu")
    NOTE = "note", _("escreveu uma nota interna")
    REQUEST_INFORMATION = "request_information", _("pediu informações")
    PROPOSE_SOLUTION = "propose_solution", _("propôs uma solução")
    RESUME = "resume", _("retomou o ticket")
    CONFIRM_SOLUTION = "confirm_solution", _("confirmou a solução")
    CANCEL = "cancel", _("cancelou o ticket")
    DISCARD = "discard", _("descartou o ticket")
    MERGE = "merge", _("uniu o ticket a outro")
    ABSORB = "absorb", _("uniu outro ticket a este")
    UNMERGE = "unmerge", _("desfez a união")
    RELEASE = "release", _("separou deste um ticket unido")
    EXPIRE_PENDING = (
        "expire_pending",
        _("passou o ticket para Validação Cliente por falta de retorno"),
    )
    EXPIRE_VALIDATION = "expire_validation", _("encerrou o ticket por falta de retorno")
    REINSTATE = "reinstate", _("reabriu o ticket: a resposta chegou no prazo")
    FOLLOW_UP = "follow_up", _("criou um acompanhamento")
    REMIND = "remind", _("enviou o lembrete do prazo")
    RECOMPUTE = "recompute", _("recalculou o prazo")
    ASSIGN = "assign", _("mudou o responsável")
    MOVE = "move", _("mudou a fila")
    CHANGE_SEVERITY = "change_severity", _("mudou a severidade")
    CHANGE_REQUESTER = "change_requester", _("mudou o solicitante")
    WATCH = "watch", _("incluiu quem acompanha")
    UNWATCH = "unwatch", _("retirou quem acompanha")
    BOUNCE = "bounce", _("recebeu de volta uma carta do ticket")
    OFFER_SERVICE = "offer_service", _("ofereceu um serviço pago")
    ACCEPT_SERVICE = "accept_service", _("aceitou o serviço pago")
    DECLINE_SERVICE = "decline_service", _("recusou o serviço pago")
    WITHDRAW_SERVICE = "withdraw_service", _("retirou a oferta de serviço pago")
    JOIN_INCIDENT = "join_incident", _("ligou o ticket a um incidente")
    LEAVE_INCIDENT = "leave_incident", _("desligou o ticket de um incidente")
    LINK_DEFECT = "link_defect", _("ligou o ticket a um defeito")
    UNLINK_DEFECT = "unlink_defect", _("desligou o ticket de um defeito")


# Steps that begin a count with the customer, also where the ticket is with the customer already.
PUT_TO_CUSTOMER = (Verb.REQUEST_INFORMATION, Verb.PROPOSE_SOLUTION, Verb.OFFER_SERVICE)
# The reason of a step by which support said that a ticket is not its to solve (E3).
OUT_OF_SCOPE = "out_of_scope"


class TicketEvent(models.Model):
    """One step of a ticket, by a person or the system: who, when, from, to, why, by which door.

    `at` is when it counts (a timeout at its deadline, B6; an answer when it was received, L11),
    `recorded_at` when it was written. `data` holds ids, codes and ISO dates, never names,
    addresses or free text: a reason is a message (L9). Rows cannot be changed or removed.
    """

    ticket = models.ForeignKey("tickets.Ticket", models.PROTECT, related_name="events")
    verb = models.CharField(_("passo"), max_length=24, choices=Verb.choices)
    at = models.DateTimeField(_("vale desde"))
    recorded_at = models.DateTimeField(_("registrado em"), default=clock.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("quem"),
        help_text=_("Vazio: o sistema."),
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("registrado por"),
    )
    channel = models.CharField(_("canal"), max_length=10, choices=Channel.choices)
    from_status = models.CharField(_("de"), max_length=12, choices=Status.choices, blank=True)
    to_status = models.CharField(_("para"), max_length=12, choices=Status.choices)
    reason = models.CharField(_("motivo"), max_length=24, blank=True)
    message = models.ForeignKey(
        "tickets.Message", models.PROTECT, null=True, related_name="+", verbose_name=_("mensagem")
    )
    data = models.JSONField(_("dados"), default=dict)
    is_internal = models.BooleanField(_("só para o suporte"), default=False)
    request_key = models.UUIDField(_("chave do envio"), null=True)

    class Meta:
        verbose_name = _("passo do histórico")
        verbose_name_plural = _("histórico")
        ordering = ["pk"]  # as things happened; `at` may lie before (B6, L11)
        indexes = [models.Index(fields=["ticket", "id"], name="event_by_ticket")]
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "request_key"],
                condition=models.Q(request_key__isnull=False),
                name="event_once_a_request",  # L12
            )
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.verb}"

    @property
    def moved(self) -> bool:
        """Whether the status was entered by this step, anew or again."""
        return self.from_status != self.to_status or self.verb in PUT_TO_CUSTOMER
