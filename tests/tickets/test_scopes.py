"""R1 and L13: what a person may see, by the only way an interface finds it."""

import random
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Membership, Organization, Sees, Team, User
from catalog.models import Product
from tests.cast import by, make_desk, make_person, make_queue
from tickets import actions, rules
from tickets.actions.opening import create
from tickets.errors import Refused
from tickets.models import Attachment, Message, Ticket, Watcher
from tickets.models.scopes import readers
from tickets.queries import chapters, may_read_attachment


def seen_by(person: Any) -> set[Ticket]:
    """By a later request: a person's roles are read once an instance."""
    if person.pk:
        person = type(person).objects.get(pk=person.pk)
    return set(Ticket.objects.visible_to(person))


def test_R1_members_see_their_own_and_watched_administrators_all_of_theirs(
    opened: Callable[..., Ticket],
    ana: Any,
    bruno: Any,
    carla: Any,
    davi: Any,
    other_organization: Any,
) -> None:
    anas, brunos = opened(), opened(user=bruno)
    theirs = opened(user=davi, organization=other_organization)
    actions.watch(brunos, who=ana, by=by(bruno))

    assert seen_by(ana) == {anas, brunos}
    assert seen_by(bruno) == {brunos}
    assert seen_by(carla) == {anas, brunos}
    assert seen_by(davi) == {theirs}


def test_R1_analysts_see_their_queues_and_what_is_assigned_supervisors_all(
    opened: Callable[..., Ticket], elisa: Any, fabio: Any, calendar_sp: Any
) -> None:
    elsewhere = make_queue("Folha", calendar_sp)
    mine, other = opened(), opened()
    actions.move(other, to=elsewhere, by=by(elisa, "2026-11-13T10:00", "desk"))
    gil = make_desk("Gil", "gil@prazo.example", "analyst")

    assert seen_by(elisa) == {mine}
    assert seen_by(gil) == set()
    assert seen_by(fabio) == {mine, other}
    elsewhere.analysts.add(gil)
    actions.assign(other, to=gil, by=by(fabio, "2026-11-13T11:00", "desk"))
    elsewhere.analysts.clear()
    assert seen_by(gil) == {other}


def test_R1_a_member_may_see_the_teams_tickets_or_all_of_the_organizations(
    opened: Callable[..., Ticket], ana: Any, bruno: Any, organization: Any
) -> None:
    hugo = make_person("Hugo", "hugo@serraazul.example", organization)
    anas, hugos = opened(), opened(user=hugo)
    fiscal, other = (
        Team.objects.create(organization=organization, name=name) for name in ("Fiscal", "Folha")
    )

    def seen(sees: str, team: Team | None) -> set[Ticket]:
        bruno.memberships.update(sees=sees, team=team)
        return seen_by(bruno)

    hugo.memberships.update(team=fiscal)
    assert seen("own", fiscal) == set()
    assert seen("team", fiscal) == {hugos}
    assert seen("team", other) == set()
    assert seen("team", None) == set()
    assert seen("all", None) == {anas, hugos}
    # The team goes on seeing the tickets of who has left it behind.
    hugo.memberships.update(is_active=False)
    assert seen("team", fiscal) == {hugos}
    # A team of elsewhere, however it got there, is no team here.
    Team.objects.update(organization=Organization.objects.create(name="Outra"))
    ana.memberships.update(team=None)
    assert seen("team", None) == set()


def test_R1_guests_are_strangers_whatever_their_membership_says(
    opened: Callable[..., Ticket], bruno: Any, organization: Any
) -> None:
    opened()
    team = Team.objects.create(organization=organization, name="Fiscal")
    Membership.objects.update(team=team)
    Organization.objects.filter(pk=organization.pk).update(holds_guests=True)

    for sees in Sees.values:
        bruno.memberships.update(sees=sees)
        assert seen_by(bruno) == set()


def test_R1_of_others_tickets_a_member_sees_those_of_his_or_her_products_alone(
    opened: Callable[..., Ticket], ana: Any, bruno: Any, carla: Any, queue: Any
) -> None:
    payroll = Product.objects.create(name="Folha de pagamento")
    anas, annas_payroll = opened(), opened(product=payroll)
    own, watched = opened(user=bruno), opened()
    actions.watch(watched, who=bruno, by=by(ana))
    for person in (bruno, carla):
        person.memberships.get().products.set([payroll])

    assert seen_by(bruno) == {own, watched}
    bruno.memberships.update(sees=Sees.ALL)
    assert seen_by(bruno) == {own, watched, annas_payroll}
    assert seen_by(carla) == {anas, annas_payroll, own, watched}


@pytest.mark.parametrize("channel", ["portal", "phone"])
def test_R1_C1_nobody_opens_for_a_product_that_was_not_left_to_the_person(
    opened: Callable[..., Ticket], ana: Any, product: Any, elisa: Any, channel: str
) -> None:
    payroll = Product.objects.create(name="Folha de pagamento")
    ana.memberships.get().products.set([payroll])
    again = User.objects.get(pk=ana.pk)
    actor = by(again, channel=channel, entered_by=elisa if channel == "phone" else None)
    told: dict[str, Any] = {
        "title": "T",
        "body": "B",
        "organization": again.memberships.get().organization,
    }

    with pytest.raises(Refused) as refused:
        actions.open_ticket(by=actor, product=product, **told)
    allowed = actions.open_ticket(by=actor, product=payroll, **told).ticket

    assert str(refused.value) == (
        "A empresa não liberou Nota fiscal eletrônica para esta pessoa. Escolha outro produto, ou "
        "peça à administração da empresa que o libere."
    )
    assert list(Ticket.objects.all()) == [allowed]
    assert list(rules.products_of(again)) == [payroll]


@pytest.mark.parametrize("seed", range(6))
def test_R1_over_random_people_and_tickets_who_sees_and_who_reads_agree(
    seed: int, queue: Any, django_assert_num_queries: Any
) -> None:
    world = random.Random(seed)
    organizations = [
        Organization.objects.create(name=f"Cliente {n}", holds_guests=n == 2, is_active=n != 3)
        for n in range(4)
    ]
    teams = [
        Team.objects.create(organization=each, name=name)
        for each in organizations
        for name in ("A", "B")
    ]
    products = [Product.objects.create(name=f"Produto {n}") for n in range(3)]
    people = [make_person(f"P{n}", f"p{n}@cliente.example") for n in range(14)]
    for person in people:
        for organization in world.sample(organizations, world.choice((1, 1, 2, 3))):
            own = [team for team in teams if team.organization_id == organization.pk]
            place = Membership.objects.create(
                user=person,
                organization=organization,
                role=world.choice(("member", "member", "member", "org_admin")),
                sees=world.choice(Sees.values),
                team=world.choice((None, *own)),
                is_active=world.random() < 0.9,
            )
            place.products.set(world.sample(products, world.choice((0, 0, 1, 2))))
    User.objects.filter(pk__in=[each.pk for each in world.sample(people, 2)]).update(
        is_active=False
    )
    tickets = []
    for n in range(30):
        place = world.choice(list(Membership.objects.select_related("user", "organization")))
        ticket = create(
            by=by(place.user),
            organization=place.organization,
            requester=place.user,
            product=world.choice(products),
            queue=queue,
            title=f"N.º {n}",
            severity=2,
        )
        for watcher in world.sample(people, world.choice((0, 0, 1, 3))):
            Watcher.objects.create(ticket=ticket, user=watcher)
        tickets.append(ticket)

    seen = {person.pk: seen_by(person) for person in people}

    for ticket in tickets:
        assert {person.pk for person in readers(ticket).filter(desk_role="")} == {
            pk for pk, those in seen.items() if ticket in those
        }
    with django_assert_num_queries(2):
        list(Ticket.objects.visible_to(User(pk=people[0].pk)))


@pytest.mark.parametrize("change", [{}, {"is_active": False}])
def test_R1_the_readers_of_a_ticket_are_those_who_see_it(
    opened: Callable[..., Ticket],
    ana: Any,
    bruno: Any,
    carla: Any,
    davi: Any,
    elisa: Any,
    fabio: Any,
    calendar_sp: Any,
    change: dict[str, Any],
) -> None:
    gil, hugo = (make_desk(name, f"{name}@prazo.example", "analyst") for name in ("gil", "hugo"))
    make_queue("Folha", calendar_sp, hugo)
    ticket = opened()
    ticket.watchers.bulk_create(Watcher(ticket=ticket, user=who) for who in (bruno, davi, hugo))
    Ticket.objects.filter(pk=ticket.pk).update(assignee=gil)
    ticket.refresh_from_db()
    User.objects.filter(pk__in=[carla.pk, elisa.pk, bruno.pk]).update(
        **{"is_active": True} | change
    )

    seeing = {person for person in User.objects.all() if ticket in seen_by(person)}

    assert set(readers(ticket)) == seeing
    assert seeing == ({ana, fabio, gil} if change else {ana, bruno, carla, elisa, fabio, gil})


def test_R1_strangers_leavers_and_the_inactive_see_nothing(
    ticket: Ticket, ana: Any, carla: Any, fabio: Any
) -> None:
    ana.memberships.update(is_active=False)
    User.objects.filter(pk__in=[carla.pk, fabio.pk]).update(is_active=False)

    assert [seen_by(person) for person in (AnonymousUser(), ana, carla, fabio)] == [set()] * 4


def test_R1_nobody_sees_by_an_organization_that_is_no_longer_active(
    ticket: Ticket, ana: Any
) -> None:
    ticket.organization.is_active = False
    ticket.organization.save()

    assert seen_by(ana) == set()


def test_L13_notes_are_for_the_desk_by_page_and_by_search(
    ticket: Ticket, ana: Any, elisa: Any
) -> None:
    actions.note(ticket, by=by(elisa, "2026-11-13T10:00", "desk"), body="Suspeito do defeito 77.")

    assert [m.kind for m in Message.objects.visible_to(ana)] == ["opening"]
    assert [m.kind for m in Message.objects.visible_to(elisa)] == ["opening", "note"]
    assert list(Ticket.objects.matching("defeito 77", ana)) == []
    assert list(Ticket.objects.matching("defeito 77", elisa)) == [ticket]


@pytest.mark.parametrize(
    "typed", ["REJEITADA", "nf-e", "metalurgica", "NOGUEIRA", "sefaz", "rejeita a nota"]
)
def test_search_forgives_accents_and_case(ticket: Ticket, ana: Any, typed: str) -> None:
    assert list(Ticket.objects.matching(typed, ana)) == [ticket]


def test_search_finds_a_number_and_takes_wildcards_as_text(ticket: Ticket, ana: Any) -> None:
    assert list(Ticket.objects.matching(f"#{ticket.number}", ana)) == [ticket]
    assert list(Ticket.objects.matching("%", ana)) == []
    assert list(Ticket.objects.matching("_", ana)) == []
    assert list(Ticket.objects.matching("  ", ana)) == [ticket]


def test_search_finds_by_the_requester_whose_address_only_the_desk_types(
    ticket: Ticket, ana: Any, elisa: Any, gil_of_another_queue: Any
) -> None:
    def found(typed: str, reader: Any) -> list[Ticket]:
        return list(Ticket.objects.visible_to(reader).matching(typed, reader))

    assert ana.email == "ana@serraazul.example"
    assert found("Ana Nog", elisa) == found("ANA@serra", elisa) == [ticket]
    assert found("ana nog", ana) == [ticket]
    assert found("ana@serra", ana) == []
    assert found("ana@serra", gil_of_another_queue) == []


@pytest.fixture
def gil_of_another_queue(calendar_sp: Any) -> Any:
    gil = make_desk("Gil", "gil@prazo.example", "analyst")
    make_queue("Folha", calendar_sp, gil)
    return gil


@pytest.fixture
def long_story(
    opened: Callable[..., Ticket], ana: Any, bruno: Any, elisa: Any
) -> tuple[Ticket, Ticket, Ticket]:
    """A ticket that continues one which had a duplicate, each with an internal note."""
    first, duplicate = opened(), opened(user=bruno)
    desk = by(elisa, "2026-11-13T10:00", "desk")
    actions.note(first, by=desk, body="Nota 1")
    actions.note(duplicate, by=desk, body="Nota 2")
    actions.merge(duplicate, into=first, by=desk)
    actions.cancel(first, by=by(ana, "2026-11-13T11:00"))
    new = actions.follow_up(first, by=by(ana, "2026-11-16T10:00"), body="Voltou.").ticket
    actions.note(new, by=by(elisa, "2026-11-16T11:00", "desk"), body="Nota 3")
    return first, duplicate, new


def test_L6_L8_L13_the_whole_history_without_notes_for_customers(
    long_story: tuple[Ticket, Ticket, Ticket],
    ana: Any,
    elisa: Any,
    django_assert_num_queries: Any,
) -> None:
    first, duplicate, new = long_story

    with django_assert_num_queries(4):
        anas = chapters(new, ana)
    elisas = chapters(new, elisa)

    assert [chapter.ticket for chapter in anas] == [first, duplicate, new]
    assert [[m.kind for m in c.messages] for c in anas] == [["opening"], ["opening"], ["opening"]]
    assert [[m.kind for m in c.messages] for c in elisas] == [["opening", "note"]] * 3
    assert "note" not in {event.verb for c in anas for event in c.events}


def test_L13_R1_files_follow_the_page_that_shows_them(
    long_story: tuple[Ticket, Ticket, Ticket],
    ana: Any,
    bruno: Any,
    davi: Any,
    elisa: Any,
    organization: Any,
) -> None:
    first, _duplicate, _new = long_story
    opening, note = first.messages.order_by("pk")

    def file(message: Message | None, uploader: Any = ana) -> Attachment:
        return Attachment(message=message, uploaded_by=uploader)

    watcher_of_the_end = make_person("Hugo", "hugo@serraazul.example", organization)
    actions.watch(_new, who=watcher_of_the_end, by=by(ana))
    assert may_read_attachment(watcher_of_the_end, file(opening))
    assert may_read_attachment(ana, file(opening))
    assert not may_read_attachment(ana, file(note))
    assert may_read_attachment(elisa, file(note))
    assert not may_read_attachment(davi, file(opening))
    assert not may_read_attachment(davi, file(None))
    assert may_read_attachment(ana, file(None))


def test_the_verbs_that_a_page_offers(ticket: Ticket, ana: Any, bruno: Any, elisa: Any) -> None:
    assert rules.allowed(ana, ticket) == {"reply", "cancel", "watch", "unwatch"}
    assert "cancel" not in rules.allowed(bruno, ticket)
    assert rules.allowed(elisa, ticket) >= {
        "note",
        "request_information",
        "propose_solution",
        "assign",
        "move",
        "discard",
        "merge",
    }
    assert not rules.allowed(elisa, ticket) & {"resume", "unmerge", "confirm_solution", "cancel"}


def test_an_ended_ticket_offers_no_verb_but_following_up(
    opened: Callable[..., Ticket], ana: Any, elisa: Any
) -> None:
    ended = actions.cancel(opened(), by=by(ana, "2026-11-13T10:00")).ticket
    assert rules.allowed(ana, ended) == {"follow_up", "watch", "unwatch"}

    actions.follow_up(ended, by=by(ana), body="Voltou.")

    followed = Ticket.objects.get(pk=ended.pk)
    assert rules.allowed(ana, followed) == {"watch", "unwatch"}
    assert rules.allowed(elisa, followed) == {"watch", "unwatch"}
