"""What the desk fills in. Forms check the shape of what came; the verbs check the rules."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Membership, User
from catalog.models import Product
from interfaces.desk.people import callers_for, watchers_for
from interfaces.web.people import members_of
from tickets import rules
from tickets.actions.messages import LONGEST_BODY
from tickets.actions.opening import LONGEST_TITLE
from tickets.lifecycle import DiscardReason
from tickets.models import Channel, Queue, Severity, Ticket

# By which door the customer came, where an analyst writes for them.
BY_CUSTOMER = [
    (channel.value, label)
    for channel, label in (
        (Channel.PHONE, _("Telefone")),
        (Channel.EMAIL, _("E-mail")),
        (Channel.PORTAL, _("Portal")),
    )
]


def _text(label: Any, required: Any, *, rows: int = 4, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=LONGEST_BODY,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows, "class": "input--tall"}),
        error_messages={"required": required},
    )


class PersonOrNobody(forms.ModelChoiceField[User]):
    """Nobody is an answer, not a missing one."""

    def clean(self, value: Any) -> User | None:
        return None if value in self.empty_values else super().clean(value)


class TicketForm(forms.Form):
    """A form about one ticket, which it knows; a form without fields is a question to confirm."""

    def __init__(self, data: QueryDict | None, *, ticket: Ticket, user: User) -> None:
        super().__init__(data)
        self.ticket = ticket
        self.user = user

    def offer(self, name: str, rows: Any) -> None:
        """The rows that a choice has."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - as declared
        field.queryset = rows


class AssignForm(TicketForm):
    use_required_attribute = False

    to = PersonOrNobody(
        User.objects.none(),
        label=_("Responsável"),
        empty_label=_("Ninguém: fica na fila"),
        error_messages={"invalid_choice": _("Esta pessoa não atende esta fila.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("to", rules.workers_of(self.ticket.queue))
        self.initial["to"] = self.ticket.assignee_id


class MoveForm(TicketForm):
    to = forms.ModelChoiceField(
        Queue.objects.none(),
        label=_("Mover para a fila"),
        empty_label=_("Escolha"),
        error_messages={"required": _("Escolha a fila.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("to", Queue.objects.filter(is_active=True).exclude(pk=self.ticket.queue_id))


class SeverityForm(TicketForm):
    to = forms.TypedChoiceField(
        label=_("Severidade"),
        coerce=int,
        choices=Severity.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Escolha uma das quatro severidades.")},
    )
    reason = _text(
        _("Motivo"), _("Diga ao cliente por que a severidade muda."), help_text=_("O cliente lê.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["to"] = self.ticket.severity


class DiscardForm(TicketForm):
    reason = forms.ChoiceField(
        label=_("Por quê?"),
        choices=DiscardReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Escolha por que o ticket é descartado.")},
    )


class MergeForm(TicketForm):
    into = forms.CharField(
        label=_("Número do ticket que continua"),
        max_length=24,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Digite o número do ticket que continua.")},
    )


class WatcherForm(TicketForm):
    person = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Quem passa a acompanhar"),
        help_text=_("Pessoas deste cliente e de quem atende a fila. Recebem os e-mails."),
        empty_label=_("Escolha"),
        error_messages={
            "required": _("Escolha quem vai acompanhar."),
            "invalid_choice": _("Só acompanha quem é da mesma empresa ou atende a fila."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("person", watchers_for(self.ticket))


class RequesterForm(TicketForm):
    to = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Novo solicitante"),
        empty_label=_("Escolha"),
        error_messages={"required": _("Escolha o novo solicitante.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = members_of(self.ticket.organization_id)
        self.offer("to", people.exclude(pk=self.ticket.requester_id))


class CallForm(TicketForm):
    """What a customer said on the telephone, recorded by an analyst."""

    person = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Quem falou"),
        empty_label=_("Escolha"),
        error_messages={
            "required": _("Escolha quem falou."),
            "invalid_choice": _("Só fala por um ticket quem é da empresa e pode vê-lo."),
        },
    )
    channel = forms.ChoiceField(
        label=_("Por onde"), choices=BY_CUSTOMER, widget=forms.RadioSelect, initial=Channel.PHONE
    )
    body = _text(_("O que disse"), _("Escreva o que o cliente disse."), rows=6)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("person", callers_for(self.ticket))
        self.initial["person"] = self.ticket.requester_id


class OpenForm(forms.Form):
    """A new ticket for a customer who is chosen already."""

    channel = forms.ChoiceField(
        label=_("Por onde chegou"),
        choices=BY_CUSTOMER,
        widget=forms.RadioSelect,
        initial=Channel.PHONE,
    )
    product = forms.ModelChoiceField(
        Product.objects.none(),
        label=_("Produto"),
        empty_label=_("Escolha"),
        error_messages={"required": _("Escolha o produto.")},
    )
    severity = forms.TypedChoiceField(
        label=_("Severidade"),
        coerce=int,
        choices=Severity.choices,
        initial=Severity.MEDIUM,
        widget=forms.RadioSelect,
    )
    title = forms.CharField(
        label=_("Título"),
        max_length=LONGEST_TITLE,
        error_messages={"required": _("Dê um título que resuma a ocorrência.")},
    )
    body = _text(_("Descrição"), _("Escreva o que o cliente disse."), rows=8)

    def __init__(self, data: QueryDict | None = None, *, place: Membership, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        product = self.fields["product"]
        assert isinstance(product, forms.ModelChoiceField)  # noqa: S101 - as declared
        product.queryset = rules.products_of(place.user, place.organization_id).order_by("name")


class LeaverForm(forms.Form):
    """Whose tickets go."""

    leaver = forms.ModelChoiceField(
        User.objects.none(),
        label=_("De quem"),
        empty_label=_("Escolha"),
        error_messages={"required": _("Escolha de quem são os tickets.")},
    )

    def __init__(self, data: QueryDict | None, *, leavers: QuerySet[User]) -> None:
        super().__init__(data)
        field = self.fields["leaver"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - as declared
        field.queryset = leavers


class HeirsForm(forms.Form):
    """To whom the tickets of each queue go, as not everybody works all of them (R3).

    `waiting` are the queues, with how many tickets each. Bound once `data` answers for them all.
    """

    use_required_attribute = False

    def __init__(
        self, data: QueryDict | None, *, waiting: Mapping[Queue, int], leaver: User
    ) -> None:
        names = {queue: f"to_{queue.pk}" for queue in waiting}
        super().__init__(data if data and all(name in data for name in names.values()) else None)
        self._names = names
        for queue, count in waiting.items():
            self.fields[names[queue]] = PersonOrNobody(
                rules.workers_of(queue).exclude(pk=leaver.pk).order_by("name"),
                label=_("%(queue)s: %(tickets)s")
                % {
                    "queue": queue.name,
                    "tickets": ngettext("%(n)d ticket", "%(n)d tickets", count) % {"n": count},
                },
                empty_label=_("Ninguém: fica na fila"),
                error_messages={"invalid_choice": _("Esta pessoa não atende esta fila.")},
            )

    def heirs(self) -> dict[Queue, User | None]:
        """Who gets the tickets of each queue, by this valid form."""
        return {queue: self.cleaned_data[name] for queue, name in self._names.items()}
