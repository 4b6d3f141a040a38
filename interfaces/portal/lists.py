"""Which tickets a list shows: whose, in which stage, and what the filters of the address say."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
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


# What a file of the list takes; more is asked for in parts, by the filters.
MOST_ROWS = 20_000
STATUSES = {Stage.AWAITING: WITH_CUSTOMER, Stage.SUPPORT: (OPEN,), Stage.ENDED: ENDED}


# In all of these, `organization` is the id of the one that the person acts for (R2), None for all.
def administered(user: User, organization: int | None = None) -> list[int]:
    """Ids of the organizations whose administrator `user` is."""
    asked = user.organization_roles if organization is None else [organization]
    return [pk for pk in asked if user.is_admin_of(pk)]


def choices_of(user: User, organization: int | None = None) -> list[Whose]:
    """The ways to look at one's tickets that mean something for `user`."""
    return [each for each in Whose if each != Whose.COMPANY or administered(user, organization)]


def tickets_of(user: User, whose: str, organization: int | None = None) -> TicketQuerySet:
    """The tickets of `user` in the sense of `whose`, with all that a row says of them."""
    tickets = _shown(user, organization)
    match whose:
        case Whose.MINE:
            return tickets.filter(requester=user)
        case Whose.WATCHED:
            return tickets.filter(watchers__user=user)
        case Whose.COMPANY:
            return tickets.filter(organization__in=administered(user))
        case _:
            return tickets


def concerning(user: User, organization: int | None = None) -> TicketQuerySet:
    """What `user` asked or follows, without the rest of what an administrator sees."""
    watched = Watcher.objects.filter(ticket=OuterRef("pk"), user=user)
    return _shown(user, organization).filter(Q(requester=user) | Exists(watched))


def _shown(user: User, organization: int | None) -> TicketQuerySet:
    tickets = shown_to(user)
    return tickets if organization is None else tickets.filter(organization=organization)


def filtered(
    user: User, chosen: Mapping[str, Any], organization: int | None = None
) -> TicketQuerySet:
    """The tickets that the filters leave, in every stage; a filter not chosen leaves all.

    An organization among the filters, of an address that names it, stands for the one acted for.
    """
    if "organization" in chosen:
        organization = None
    found = tickets_of(user, chosen.get("whose", Whose.MINE), organization)
    for name in ("organization", "product", "severity", "requester"):
        if name in chosen:
            found = found.filter(**{name: chosen[name]})
    if team := chosen.get("team"):
        # As what the team sees: who has left the organization stays of the team (R1).
        people = Membership.objects.filter(team=team)
        found = found.filter(organization=team.organization_id, requester__in=people.values("user"))
    if since := chosen.get("since"):
        found = found.filter(opened_at__gte=_moment(since, time.min))
    if until := chosen.get("until"):
        found = found.filter(opened_at__lte=_moment(until, time.max))
    return found.matching(chosen.get("q", ""), user)


def _moment(day: date, hour: time) -> datetime:
    """By the clock of whoever reads."""
    return timezone.make_aware(datetime.combine(day, hour))


def totals(user: User, organization: int | None = None) -> dict[str, int]:
    """How many tickets `user` sees as one's own, as the company's, and in all; one statement."""
    return _shown(user, organization).aggregate(
        mine=_count(Q(requester=user)),
        company=_count(Q(organization__in=administered(user, organization))),
        all=Count("pk"),
    )


def counts(found: TicketQuerySet) -> dict[str, int]:
    """How many tickets each stage holds, and all (""), in one statement."""
    stages = {stage.value: _count(Q(status__in=STATUSES[stage])) for stage in Stage}
    numbers = found.aggregate(total=Count("pk"), **stages)
    return {"": numbers.pop("total"), **numbers}


def _count(where: Q) -> Count:
    return Count("pk", filter=where)
