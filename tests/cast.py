"""The cast of the tests, a plugin: Ana, Bruno, Carla; Davi, always refused; Elisa and Fábio."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

SAO_PAULO = ZoneInfo("America/Sao_Paulo")


def at(moment: str, tz: str = "America/Sao_Paulo") -> datetime:
    """ "2026-11-13T10:00" as a local moment of São Paulo, or of `tz`."""
    return datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(tz))


def by(user: Any, when: str | datetime | None = None, channel: str = "portal", **more: Any) -> Any:
    """`user` as the actor of a verb, at `when` (local to São Paulo; now if None)."""
    from common import clock
    from tickets.actors import Actor
    from tickets.models import Channel

    moment = at(when) if isinstance(when, str) else (when or clock.now())
    return Actor(user, Channel(channel), moment, **more)


def key(number: int) -> UUID:
    """A request key; the same number is the same request (L12)."""
    return UUID(int=number)


def make_calendar(name: str = "São Paulo", uf: str = "SP", **more: Any) -> Any:
    """A calendar with its holidays through 2028."""
    from calendars import seed
    from calendars.models import Calendar

    calendar = Calendar.objects.create(name=name, uf=uf, **more)
    seed.fill(calendar, date(2028, 12, 31))
    calendar.refresh_from_db()
    return calendar


def make_queue(name: str, calendar: Any, *analysts: Any, **policy: Any) -> Any:
    """A queue with its policy; the domain page's days unless told otherwise."""
    from tickets.models import Queue, QueuePolicy

    queue = Queue.objects.create(name=name)
    queue.analysts.set(analysts)
    QueuePolicy.objects.create(queue=queue, calendar=calendar, **policy)
    return queue


def make_person(name: str, email: str, organization: Any = None, role: str = "member") -> Any:
    """A customer who can sign in with the password `senha-de-teste`."""
    from accounts.models import Membership, User

    person = User.objects.create_user(email, name, "senha-de-teste")
    if organization is not None:
        Membership.objects.create(user=person, organization=organization, role=role)
    return person


def make_desk(name: str, email: str, role: str) -> Any:
    """Somebody of the support desk."""
    from accounts.models import User

    return User.objects.create_user(email, name, "senha-de-teste", desk_role=role)


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> Iterator[None]:
    """Hashing as slowly as production does would be most of the suite's time."""
    from django.test.utils import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def calendar_sp(db: None) -> Any:
    return make_calendar()


@pytest.fixture
def organization(db: None) -> Any:
    from accounts.models import Organization

    return Organization.objects.create(name="Metalúrgica Serra Azul")


@pytest.fixture
def other_organization(db: None) -> Any:
    from accounts.models import Organization

    return Organization.objects.create(name="Têxtil Maré Mansa")


@pytest.fixture
def ana(organization: Any) -> Any:
    """The requester."""
    return make_person("Ana Nogueira", "ana@serraazul.example", organization)


@pytest.fixture
def bruno(organization: Any) -> Any:
    """Of the same organization."""
    return make_person("Bruno Sakamoto", "bruno@serraazul.example", organization)


@pytest.fixture
def carla(organization: Any) -> Any:
    """The organization's administrator."""
    return make_person("Carla Menezes", "carla@serraazul.example", organization, "org_admin")


@pytest.fixture
def davi(other_organization: Any) -> Any:
    """The administrator of another organization: always refused."""
    return make_person("Davi Rocha", "davi@maremansa.example", other_organization, "org_admin")


@pytest.fixture
def elisa(db: None) -> Any:
    """The analyst of the queue."""
    return make_desk("Elisa Prado", "elisa@prazo.example", "analyst")


@pytest.fixture
def fabio(db: None) -> Any:
    """The supervisor."""
    return make_desk("Fábio Quintela", "fabio@prazo.example", "supervisor")


@pytest.fixture
def queue(calendar_sp: Any, elisa: Any) -> Any:
    return make_queue("Fiscal", calendar_sp, elisa)


@pytest.fixture
def product(queue: Any) -> Any:
    """A product whose tickets go to the queue."""
    from catalog.models import Product
    from tickets.models import ProductQueue

    product = Product.objects.create(name="Nota fiscal eletrônica")
    ProductQueue.objects.create(product=product, queue=queue)
    return product


@pytest.fixture
def opened(ana: Any, organization: Any, product: Any) -> Callable[..., Any]:
    """`opened(when=…, by=…, title=…, …)` opens a ticket of Ana's and returns it."""
    from tickets import actions

    def open_one(
        when: str = "2026-11-13T09:00",
        *,
        user: Any = None,
        title: str = "NF-e rejeitada com o código 539",
        body: str = "Ao retransmitir, a SEFAZ rejeita a nota.",
        **more: Any,
    ) -> Any:
        return actions.open_ticket(
            by=by(user or ana, when),
            **{"organization": organization, "product": product, "title": title, "body": body}
            | more,
        ).ticket

    return open_one


@pytest.fixture
def ticket(opened: Callable[..., Any]) -> Any:
    """One of Ana's, in Aberto since Friday, 13 November 2026, 09:00."""
    return opened()
