"""What the address of a list says: which tickets, in which order. The filter is the URL."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.db.models import Exists, OuterRef, QuerySet
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _

from accounts.models import DESK_ROLES, Organization, User
from catalog.models import Product
from interfaces.desk.ages import LABELS, is_aged
from tickets.lifecycle import Status
from tickets.models import Queue, Severity, Watcher
from tickets.models.scopes import TicketQuerySet


class View(models.TextChoices):
    ALL = "", _("Todos os tickets")
    MINE = "mine", _("Minha fila")
    UNASSIGNED = "unassigned", _("Sem responsável")
    DUE_TODAY = "due-today", _("Cliente até hoje")
    OVERDUE = "overdue", _("Vencidos")
    WATCHED = "watched", _("Que acompanho")


class Order(models.TextChoices):
    SEVERITY = "severity", _("Severidade")
    DEADLINE = "deadline", _("Prazo")
    LAST = "last", _("Última interação")
    OPENED = "opened", _("Abertura")


_ACTIVE, _EVERYTHING = "", "any"

# Who is responsible, where nobody is.
NOBODY = "none"


class _NobodyToo(ModelChoiceIterator[User]):
    def __iter__(self) -> Iterator[Any]:
        choices = super().__iter__()
        yield next(choices)  # anybody
        yield NOBODY, _("Ninguém")
        yield from choices


class AssigneeField(forms.ModelChoiceField[User]):
    """One of the desk, or `NOBODY`."""

    iterator = _NobodyToo

    def to_python(self, value: Any) -> Any:
        return NOBODY if value == NOBODY else super().to_python(value)


class FilterForm(forms.Form):
    """The filters of a list, as its form shows them and its address holds them.

    Without a status, ended tickets are left out; a search looks at them too.
    """

    q = forms.CharField(required=False, max_length=200, label=_("Buscar"))
    view = forms.ChoiceField(required=False, label=_("Visão"), choices=View.choices)
    status = forms.ChoiceField(
        required=False,
        label=_("Status"),
        choices=[(_ACTIVE, _("Em andamento")), *Status.choices, (_EVERYTHING, _("Qualquer um"))],
    )
    severity = forms.TypedChoiceField(
        required=False,
        label=_("Severidade"),
        coerce=int,
        choices=[("", _("Todas")), *Severity.choices],
    )
    queue = forms.ModelChoiceField(
        Queue.objects.none(), required=False, label=_("Fila"), empty_label=_("Todas")
    )
    product = forms.ModelChoiceField(
        Product.objects.order_by("name"),
        required=False,
        label=_("Produto"),
        empty_label=_("Todos"),
    )
    organization = forms.ModelChoiceField(
        Organization.objects.order_by("name"),
        required=False,
        label=_("Cliente"),
        empty_label=_("Todos"),
    )
    assignee = AssigneeField(
        User.objects.filter(desk_role__in=DESK_ROLES).order_by("name"),
        required=False,
        label=_("Responsável"),
        empty_label=_("Qualquer um"),
    )
    age = forms.ChoiceField(
        required=False,
        label=_("Aberto há (dias)"),
        choices=[("", _("Qualquer idade")), *LABELS.items()],
    )
    sort = forms.ChoiceField(required=False, label=_("Ordem"), choices=Order.choices)

    def __init__(self, data: Mapping[str, Any], *, user: User) -> None:
        super().__init__(data, auto_id="filtro-%s")
        queues = self.fields["queue"]
        assert isinstance(queues, forms.ModelChoiceField)  # noqa: S101 - as declared above
        queues.queryset = queues_of(user)
        self.user = user

    @property
    def chosen(self) -> dict[str, Any]:
        """The filters that narrow the list; nonsense narrows nothing."""
        self.is_valid()
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value not in ("", None) and name != "sort"
        }

    @property
    def order(self) -> Order:
        self.is_valid()
        return Order(self.cleaned_data.get("sort") or Order.SEVERITY)

    @property
    def title(self) -> str:
        """What the list is called."""
        chosen = self.chosen
        if "q" in chosen:
            return _("Busca por “%(words)s”") % {"words": chosen["q"]}
        if "view" not in chosen and chosen.get("status") in Status.values:
            return str(Status(chosen["status"]).label)
        return str(View(chosen.get("view", "")).label)

    def apply(self, found: TicketQuerySet, now: datetime) -> TicketQuerySet:
        """Those of `found` that the filters leave."""
        chosen = self.chosen
        if "q" in chosen:
            found = found.matching(chosen["q"], self.user)
        status = chosen.get("status", _EVERYTHING if "q" in chosen else _ACTIVE)
        if status == _ACTIVE:
            found = found.active()
        elif status != _EVERYTHING:
            found = found.filter(status=status)
        if "age" in chosen:
            found = found.filter(is_aged(chosen["age"], now))
        for name in ("severity", "queue", "product", "organization", "assignee"):
            if name in chosen:
                found = found.filter(**{name: None if chosen[name] == NOBODY else chosen[name]})
        return _VIEWS[View(chosen.get("view", ""))](found, self.user, now)


def queues_of(user: User) -> QuerySet[Queue]:
    """The queues that `user` works: all of them for a supervisor (R1)."""
    return Queue.objects.all() if user.is_supervisor else user.queues.all()


def _watched(found: TicketQuerySet, user: User, now: datetime) -> TicketQuerySet:
    return found.filter(Exists(Watcher.objects.filter(ticket=OuterRef("pk"), user=user)))


_VIEWS: dict[View, Callable[[TicketQuerySet, User, datetime], TicketQuerySet]] = {
    View.ALL: lambda found, user, now: found,
    View.MINE: lambda found, user, now: found.filter(assignee=user),
    View.UNASSIGNED: lambda found, user, now: found.filter(assignee=None),
    View.DUE_TODAY: lambda found, user, now: found.due_today(now),
    View.OVERDUE: lambda found, user, now: found.overdue(now),
    View.WATCHED: _watched,
}
