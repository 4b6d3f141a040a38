"""The people of an organization as its administrator reads them: the list, and one as a row."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, TextChoices, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Membership, Organization, Role, Sees, User
from common.text import one_line
from tickets.models.scopes import Norm


class State(TextChoices):
    """What a place is to the organization."""

    ACTIVE = "active", gettext_lazy("Com acesso")
    INVITED = "invited", gettext_lazy("Convite enviado")
    LEFT = "left", gettext_lazy("Saíram")


_WHERE = {
    State.ACTIVE: Q(is_active=True, user__is_active=True),
    State.INVITED: Q(invited_at__isnull=False),
    State.LEFT: Q(invited_at=None) & (Q(is_active=False) | Q(user__is_active=False)),
}


@dataclass(frozen=True)
class Row:
    """A person of the organization; of who has not accepted yet, no more than the address."""

    place: Membership
    name: str
    email: str
    state: State
    words: str


def people_of(organization: Organization) -> QuerySet[Membership]:
    """Every place in the organization, by the person's name; the desk's people are none of it."""
    return (
        Membership.objects.filter(organization=organization, user__desk_role="")
        .select_related("user", "team")
        .prefetch_related("products")
        .order_by("user__name", "pk")
    )


def found(organization: Organization, chosen: dict[str, Any]) -> QuerySet[Membership]:
    """Those whom the search and the team leave, in whatever state."""
    people = people_of(organization)
    if team := chosen.get("team"):
        people = people.filter(team=team)
    for word in one_line(chosen.get("q", ""), 200).split():
        people = people.alias(norm_name=Norm("user__name"), norm_email=Norm("user__email"))
        held = Norm(Value(word))
        named = Q(norm_name__contains=held, invited_at=None) | Q(norm_email__contains=held)
        people = people.filter(named)
    return people


def counts(people: QuerySet[Membership]) -> dict[str, int]:
    """How many are in each state, in one statement."""
    return people.order_by().aggregate(
        **{state.value: Count("pk", filter=where) for state, where in _WHERE.items()}
    )


def in_state(people: QuerySet[Membership], state: str) -> QuerySet[Membership]:
    return people.filter(_WHERE[State(state)])


def row(place: Membership) -> Row:
    """`place` in words; no query, where its products were fetched."""
    state = state_of(place)
    name = "" if state == State.INVITED else place.user.name
    return Row(place, name, place.user.email, state, " · ".join(_words(place)))


def state_of(place: Membership) -> State:
    if place.invited_at is not None:
        return State.INVITED
    return State.ACTIVE if place.is_active and place.user.is_active else State.LEFT


def _words(place: Membership) -> list[str]:
    words = [str(place.get_role_display())]
    if place.is_partner:
        words.append(_("consultor parceiro"))
    if place.role != Role.ORG_ADMIN:
        words.append(str(_SEES[Sees(place.sees)]))
        if products := len(place.products.all()):
            said = ngettext("só %(n)d produto", "só %(n)d produtos", products)
            words.append(said % {"n": products})
    return words


_SEES = {
    Sees.OWN: gettext_lazy("vê os seus tickets"),
    Sees.TEAM: gettext_lazy("vê os da equipe"),
    Sees.ALL: gettext_lazy("vê todos"),
}


def heirs_of(place: Membership) -> QuerySet[User]:
    """Who may take the tickets of a leaver."""
    colleagues = Membership.objects.filter(
        organization=place.organization_id, is_active=True, user__is_active=True
    )
    return (
        User.objects.filter(pk__in=colleagues.values("user"), desk_role="")
        .exclude(pk=place.user_id)
        .order_by("name", "pk")
    )
