"""tickets/admin/leaving.py: an access ends with its tickets handed over, or not at all."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, Organization, User
from tests.admin.reading import INLINE, told
from tests.cast import by, make_desk, make_queue
from tickets import actions
from tickets.models import Queue, Ticket, TicketEvent


def page_of(person: User) -> str:
    return reverse("admin:accounts_user_leaving", args=[person.pk])


def labels(response: Any) -> dict[str, str]:
    return {name: field.label for name, field in response.context["form"].fields.items()}


@pytest.fixture
def worked(opened: Callable[..., Ticket], elisa: User, ana: User) -> list[Ticket]:
    """Two that Elisa works, and one that she worked and that has ended."""
    tickets = [
        actions.take(opened(), by=by(elisa, "2026-11-13T10:00", "desk")).ticket for _ in range(3)
    ]
    actions.cancel(tickets[2], by=by(ana, "2026-11-13T11:00"))
    return tickets


def assignees() -> list[str | None]:
    return list(Ticket.objects.order_by("number").values_list("assignee__name", flat=True))


# --- Somebody of the desk ------------------------------------------------------------------------


def test_an_analysts_tickets_go_to_a_colleague_and_the_access_ends(
    admin: Client, worked: list[Ticket], elisa: User, fabio: User
) -> None:
    shown = admin.get(page_of(elisa))

    form = {f"to_{worked[0].queue_id}": fabio.pk}
    response = admin.post(page_of(elisa), form, follow=True)

    elisa.refresh_from_db()
    assert labels(shown) == {
        f"to_{worked[0].queue_id}": "Quem fica com os 2 tickets da fila Fiscal"
    }
    assert INLINE.findall(shown.text) == []
    assert told(response) == ["Elisa Prado não entra mais."]
    assert assignees() == ["Fábio Quintela", "Fábio Quintela", "Elisa Prado"]
    assert not elisa.is_active


def test_an_analysts_tickets_may_stay_in_their_queue(
    admin: Client, worked: list[Ticket], elisa: User
) -> None:
    admin.post(page_of(elisa), {f"to_{worked[0].queue_id}": ""})

    elisa.refresh_from_db()
    assert assignees() == [None, None, "Elisa Prado"]
    assert not elisa.is_active


def test_a_colleague_of_another_queue_is_refused_and_nothing_has_happened(
    admin: Client, worked: list[Ticket], elisa: User
) -> None:
    stranger = make_desk("Hugo Leal", "hugo@prazo.example", "analyst")
    before = TicketEvent.objects.count()

    field = f"to_{worked[0].queue_id}"
    response = admin.post(page_of(elisa), {field: stranger.pk})

    elisa.refresh_from_db()
    assert response.context["form"].errors == {field: ["Esta pessoa não atende esta fila."]}
    assert (elisa.is_active, TicketEvent.objects.count()) == (True, before)


def test_R3_each_queue_has_its_own_heir(
    admin: Client, worked: list[Ticket], elisa: User, fabio: User, queue: Queue, calendar_sp: Any
) -> None:
    hugo = make_desk("Hugo Leal", "hugo@prazo.example", "analyst")
    other = make_queue("Folha", calendar_sp, elisa, hugo)
    actions.move(worked[1], to=other, by=by(elisa, "2026-11-13T12:00", "desk"))

    admin.post(page_of(elisa), {f"to_{queue.pk}": fabio.pk, f"to_{other.pk}": hugo.pk})

    assert assignees() == ["Fábio Quintela", "Hugo Leal", "Elisa Prado"]


# --- A customer ----------------------------------------------------------------------------------


def test_L6_a_customers_tickets_go_to_a_colleague_and_the_access_ends(
    admin: Client, ticket: Ticket, ana: User, bruno: User, organization: Organization
) -> None:
    form = {f"to_{organization.pk}": bruno.pk}

    admin.post(page_of(ana), form)

    ana = User.objects.get(pk=ana.pk)
    assert Ticket.objects.get().requester == bruno
    assert (ana.is_active, dict(ana.organization_roles)) == (False, {})
    assert not ana.memberships.filter(is_active=True).exists()


def test_R2_each_organization_has_its_own_successor(
    admin: Client,
    opened: Callable[..., Ticket],
    ana: User,
    bruno: User,
    davi: User,
    organization: Organization,
    other_organization: Organization,
) -> None:
    Membership.objects.create(user=ana, organization=other_organization)
    opened()
    opened(user=User.objects.get(pk=ana.pk), organization=other_organization)

    shown = admin.get(page_of(ana))
    admin.post(
        page_of(ana), {f"to_{organization.pk}": bruno.pk, f"to_{other_organization.pk}": davi.pk}
    )

    assert labels(shown) == {
        f"to_{organization.pk}": "Quem fica com o ticket de Metalúrgica Serra Azul",
        f"to_{other_organization.pk}": "Quem fica com o ticket de Têxtil Maré Mansa",
    }
    assert list(Ticket.objects.order_by("number").values_list("requester__name", flat=True)) == [
        "Bruno Sakamoto",
        "Davi Rocha",
    ]


@pytest.mark.parametrize("chosen", ["", "davi"])
def test_nobody_and_strangers_are_no_successors(
    admin: Client, ticket: Ticket, ana: User, davi: User, organization: Organization, chosen: str
) -> None:
    response = admin.post(page_of(ana), {f"to_{organization.pk}": davi.pk if chosen else ""})

    ana.refresh_from_db()
    assert list(response.context["form"].errors) == [f"to_{organization.pk}"]
    assert (ana.is_active, Ticket.objects.get().requester) == (True, ana)


def test_with_nobody_else_there_it_says_what_to_do(
    admin: Client, opened: Callable[..., Ticket], davi: User, other_organization: Organization
) -> None:
    opened(user=davi, organization=other_organization)

    shown = admin.get(page_of(davi))

    assert "Não há mais ninguém ativo neste cliente: cadastre antes outra pessoa." in shown.text


def test_without_tickets_it_only_asks_once(admin: Client, bruno: User) -> None:
    shown = admin.get(page_of(bruno))
    before = User.objects.get(pk=bruno.pk).is_active
    admin.post(page_of(bruno))

    assert "Não há tickets ativos para passar adiante." in shown.text
    assert (before, User.objects.get(pk=bruno.pk).is_active) == (True, False)


# --- Who may, and twice --------------------------------------------------------------------------


def test_L12_ended_twice_is_ended_once(admin: Client, bruno: User) -> None:
    admin.post(page_of(bruno))

    response = admin.post(page_of(bruno), follow=True)

    assert told(response)[-1] == "O acesso de Bruno Sakamoto já está encerrado."


def test_nobody_locks_himself_out(admin: Client, gil: User) -> None:
    response = admin.post(page_of(gil), follow=True)

    gil.refresh_from_db()
    assert told(response) == ["Você não pode encerrar o seu próprio acesso."]
    assert gil.is_active


def test_it_takes_the_permission_and_for_the_administration_a_superuser(
    staff: Callable[..., Client], gil: User, bruno: User, ana: User
) -> None:
    client = staff("view_user", "change_user")

    answers = [client.post(page_of(person)).status_code for person in (gil, bruno)]
    User.objects.get(email="hugo@prazo.example").user_permissions.clear()
    answers.append(client.post(page_of(ana)).status_code)

    assert answers == [403, 302, 403]
    assert list(User.objects.filter(is_active=False)) == [bruno]


def test_tickets_are_handed_over_by_the_desk_or_the_customers_administrator_only(
    staff: Callable[..., Client], ticket: Ticket, ana: User, bruno: User, organization: Organization
) -> None:
    client = staff("view_user", "change_user")

    response = client.post(page_of(ana), {f"to_{organization.pk}": bruno.pk})

    ana.refresh_from_db()
    assert response.context["form"].non_field_errors() == [
        "Só o suporte ou a administração do cliente pode fazer isto."
    ]
    assert ana.is_active


def test_a_person_that_does_not_exist_is_not_found(admin: Client) -> None:
    assert admin.get(reverse("admin:accounts_user_leaving", args=[0])).status_code == 404


def test_the_way_there_is_on_the_persons_page(
    admin: Client, elisa: User, gil: User, queue: Queue
) -> None:
    def offered(person: User) -> bool:
        page = admin.get(reverse("admin:accounts_user_change", args=[person.pk]))
        return page_of(person) in page.text

    assert (offered(elisa), offered(gil)) == (True, False)
