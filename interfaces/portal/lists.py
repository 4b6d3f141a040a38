"""Which tickets a list shows: whose, in which stage, and what the filters of the address say."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from interfaces.portal.scope import shown_to
from tickets.lifecycle import ENDED, OPEN, WITH_CUSTOMER
from tickets.models import Watcher
from tickets.models.scopes import TicketQuerySet


class Whose(TextChoices):
    """Never more than `visible_to`; `COMPANY` is for the organization's administrators (R1)."""

    MINE = "mine", _("Meus")
    WATCHED = "watched", _("Que acompanho")
    COMPANY = "company", _("Da empresa")
    ALL = "all", _("Todos os que vejo")


class Stage(TextChoices):
    """The statuses as a customer thinks of them."""

    AWAITING = "awaiting", _("Aguardando você")
    SUPPORT = "support", _("Com o suporte")
    ENDED = "ended", _("Encerrados")


STATUSES = {Stage.AWAITING: WITH_CUSTOMER, Stage.SUPPORT: (OPEN,), Stage.ENDED: ENDED}


def administered(user: User) -> list[int]:
    """Ids of the organizations whose administrator `user` is."""
    return [pk for pk in user.organization_roles if user.is_admin_of(pk)]


def choices_of(user: User) -> list[Whose]:
    """The ways to look at one's tickets that mean something for `user`."""
    return [each for each in Whose if each != Whose.COMPANY or administered(user)]


def tickets_of(user: User, whose: str) -> TicketQuerySet:
    """The tickets of `user` in the sense of `whose`, with all that a row says of them."""
    tickets = shown_to(user)
    match whose:
        case Whose.MINE:
            return tickets.filter(requester=user)
        case Whose.WATCHED:
            return tickets.filter(watchers__user=user)
        case Whose.COMPANY:
            return tickets.filter(organization__in=administered(user))
        case _:
            return tickets


def concerning(user: User) -> TicketQuerySet:
    """What `user` asked or follows, without the rest of what an administrator sees."""
    watched = Watcher.objects.filter(ticket=OuterRef("pk"), user=user)
    return shown_to(user).filter(Q(requester=user) | Exists(watched))


def filtered(user: User, chosen: Mapping[str, Any]) -> TicketQuerySet:
    """The tickets that the filters leave, in every stage; a filter not chosen leaves all."""
    found = tickets_of(user, chosen.get("whose", Whose.MINE))
    for name in ("organization", "product", "severity"):
        if name in chosen:
            found = found.filter(**{name: chosen[name]})
    return found.matching(chosen.get("q", ""), user)


def totals(user: User) -> dict[str, int]:
    """How many tickets `user` sees as one's own, as the company's, and in all; one statement."""
    return shown_to(user).aggregate(
        mine=_count(Q(requester=user)),
        company=_count(Q(organization__in=administered(user))),
        all=Count("pk"),
    )


def counts(found: TicketQuerySet) -> dict[str, int]:
    """How many tickets each stage holds, and all (""), in one statement."""
    stages = {stage.value: _count(Q(status__in=STATUSES[stage])) for stage in Stage}
    numbers = found.aggregate(total=Count("pk"), **stages)
    return {"": numbers.pop("total"), **numbers}


def _count(where: Q) -> Count:
    return Count("pk", filter=where)
