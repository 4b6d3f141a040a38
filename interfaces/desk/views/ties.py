"""What ties a ticket to an incident or a defect, from the ticket's own page (M2)."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interfaces.desk.known_forms import JoinForm, LinkForm
from interfaces.desk.scope import on_ticket
from interfaces.desk.views.acts import Act, asked, at_once
from knowledge.models import Defect
from tickets import actions
from tickets.actors import Actor
from tickets.errors import Refused
from tickets.models import Ticket, Verb

_JOIN = Act(
    Verb.JOIN_INCIDENT,
    gettext_lazy("Ligar a um incidente"),
    gettext_lazy(
        "Quando o incidente terminar, este ticket recebe a mesma resposta que os outros. O cliente "
        "vê na página que faz parte dele."
    ),
    gettext_lazy("Ligar ao incidente"),
    gettext_lazy("Ticket ligado ao incidente."),
    JoinForm,
    lambda ticket, by, told: actions.join_incident(ticket, incident=told["incident"], by=by),
)


def _link(ticket: Ticket, by: Actor, told: Mapping[str, Any]) -> object:
    defect = Defect.objects.filter(code__iexact=told["code"].strip()).first()
    if defect is None:
        raise Refused("no_such_defect", _("Não há defeito com esse código. Confira-o."))
    return actions.link_defect(ticket, defect=defect, by=by)


_LINK = Act(
    Verb.LINK_DEFECT,
    gettext_lazy("Ligar a um defeito"),
    gettext_lazy(
        "O cliente vê o código, a situação e a versão que corrige. Quando a correção sair, o "
        "ticket vai para Validação Cliente."
    ),
    gettext_lazy("Ligar ao defeito"),
    gettext_lazy("Ticket ligado ao defeito."),
    LinkForm,
    _link,
)


@on_ticket("GET", "POST")
def incident(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Join an incident that is asked for, or leave one's own at once (`leave`)."""
    if request.method == "POST" and "leave" in request.POST:
        said = _("O ticket saiu do incidente.")
        return at_once(
            request, ticket, _JOIN, lambda by: actions.leave_incident(ticket, by=by), said
        )
    return asked(request, ticket, _JOIN)


@on_ticket("GET", "POST")
def defects(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Link to a defect by its code, or take one off at once (`unlink`)."""
    if request.method == "POST" and "unlink" in request.POST:
        typed = request.POST["unlink"]
        pk = int(typed) if typed.isdecimal() and len(typed) < 19 else 0
        defect = get_object_or_404(Defect, pk=pk, in_tickets__ticket=ticket)
        said = _("O ticket não está mais ligado ao defeito %(code)s.") % {"code": defect.code}
        return at_once(
            request,
            ticket,
            _LINK,
            lambda by: actions.unlink_defect(ticket, defect=defect, by=by),
            said,
        )
    return asked(request, ticket, _LINK)
