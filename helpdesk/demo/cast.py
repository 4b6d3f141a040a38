"""Makes what there is before the first ticket: calendars, queues, products, customers, the desk."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.models import Contract, Membership, Organization, Role, Sees, Team, User
from calendars import seed
from calendars.models import Calendar, CalendarException
from catalog.models import Product
from common import clock
from helpdesk.demo.sign_ins import PASSWORD
from interfaces.inbox.models import Door, Mailbox
from tickets.models import ProductQueue, Queue, QueuePolicy

_YEAR = timedelta(days=365)
_SATURDAY = 6
Kind = CalendarException.Kind


@dataclass(frozen=True)
class Cast:
    """Everybody and everything, by the names that the stories use."""

    people: dict[str, User]
    organizations: dict[str, Organization]
    products: dict[str, Product]
    queues: dict[str, Queue]

    def organization_of(self, person: User, name: str) -> Organization:
        """The one called `name`, which a story says of a person of several; else the only one."""
        return self.organizations[name or person.memberships.get().organization.name]


def make_calendars(told: dict[str, Any]) -> list[Calendar]:
    """The calendars with their holidays and exceptions; those that are there stay as they are."""
    today = clock.now().date()
    calendars = []
    for each in told["calendar"]:
        opens_at, closes_at = (time.fromisoformat(hour) for hour in each["hours"])
        calendar, made = Calendar.objects.get_or_create(
            name=each["name"],
            defaults={
                "uf": each["uf"],
                "time_zone": each["time_zone"],
                "opens_at": opens_at,
                "closes_at": closes_at,
                "optional_days": each["optional_days"],
            },
        )
        if made:
            seed.fill(calendar, seed.horizon(today))
            CalendarException.objects.bulk_create(
                CalendarException(calendar=calendar, date=day, name=name, kind=kind)
                for day, name, kind in _exceptions(each, today)
            )
        calendars.append(calendar)
    return calendars


def _exceptions(told: dict[str, Any], today: date) -> Iterator[tuple[date, str, Kind]]:
    for year in range(today.year - 1, today.year + 3):
        for day, name in told["municipal"]:
            yield date.fromisoformat(f"{year}-{day}"), name, Kind.OFF
        for day, name in told["half"]:
            half = date.fromisoformat(f"{year}-{day}")
            # On a weekend nobody works half a day; an exception would make it count.
            if half.isoweekday() < _SATURDAY:
                yield half, name, Kind.HALF
    if name := told.get("worked_saturday"):
        second = today + timedelta(days=(_SATURDAY - today.isoweekday()) % 7 + 7)
        yield second, name, Kind.WORKED


def assemble(told: dict[str, Any], since: datetime) -> Cast:
    """Everybody and everything else, there since `since` (aware). Needs the calendars."""
    with clock.held_at(since):
        password = make_password(PASSWORD)
        people = dict(_desk(told, password))
        organizations = {}
        for each in told["organization"]:
            organizations[each["name"]] = _organization(each, since)
            for key, person, role in _customers(each, people, password):
                people[key] = person
                Membership.objects.create(
                    user=person,
                    organization=organizations[each["name"]],
                    role=role,
                    is_partner=key in told["partners"],
                )
        products: dict[str, Product] = {}
        queues: dict[str, Queue] = {}
        for each in told["queue"]:
            queues[each["name"]] = queue = _queue(each, people)
            for name in each["products"]:
                products[name] = Product.objects.create(name=name)
                ProductQueue.objects.create(product=products[name], queue=queue)
        for each in told["organization"]:
            _places(each, organizations[each["name"]], people, products)
        _mailbox(told["mailbox"], queues, products)
    return Cast(people, organizations, products, queues)


def _desk(told: dict[str, Any], password: str) -> Iterator[tuple[str, User]]:
    for group in told["desk"]:
        is_admin = group["role"] == "admin"
        for key, name, email in group["people"]:
            yield (
                key,
                User.objects.create(
                    email=email,
                    name=name,
                    password=password,
                    desk_role=Role.SUPERVISOR if is_admin else Role(group["role"]),
                    is_staff=is_admin,
                    is_superuser=is_admin,
                ),
            )


def _organization(told: dict[str, Any], since: datetime) -> Organization:
    organization = Organization(
        **{name: told[name] for name in ("name", "cnpj", "city", "uf", "phone")}
    )
    organization.full_clean()
    organization.save()
    number, tier, years = told["contract"]
    Contract.objects.create(
        organization=organization,
        number=number,
        tier=tier,
        starts_on=since.date() - years * _YEAR,
        includes=told.get("includes", "").strip(),
    )
    return organization


def _customers(
    told: dict[str, Any], known: dict[str, User], password: str
) -> Iterator[tuple[str, User, Role]]:
    """The people of one organization; a consultant of two is the same person in both."""
    zone = {"time_zone": told["time_zone"]} if "time_zone" in told else {}
    for key, name, email, *role in told["people"]:
        person = known.get(key) or User.objects.create(
            email=email, name=name, password=password, phone=told["phone"], **zone
        )
        yield key, person, Role(role[0]) if role else Role.MEMBER


def _places(
    told: dict[str, Any],
    organization: Organization,
    people: dict[str, User],
    products: dict[str, Product],
) -> None:
    """The teams of one organization, and what its people may beyond the usual (R1)."""
    teams = {
        name: Team.objects.create(organization=organization, name=name)
        for name in told.get("teams", [])
    }
    for key, said in told.get("places", {}).items():
        place = Membership.objects.get(user=people[key], organization=organization)
        place.sees, place.team = Sees(said.get("sees", Sees.OWN)), teams.get(said.get("team"))
        place.save(update_fields=["sees", "team"])
        place.products.set(products[name] for name in said.get("products", []))


def _queue(told: dict[str, Any], people: dict[str, User]) -> Queue:
    queue = Queue.objects.create(name=told["name"])
    queue.analysts.set(people[key] for key in told["analysts"])
    calendar = Calendar.objects.get(name=told["calendar"])
    QueuePolicy.objects.create(queue=queue, calendar=calendar, **told.get("policy", {}))
    return queue


def _mailbox(
    told: dict[str, str], queues: dict[str, Queue], products: dict[str, Product]
) -> Mailbox:
    """The one of the address that letters come from: a mail to it opens a ticket."""
    return Mailbox.objects.create(
        name=told["name"],
        address=parseaddr(settings.MAIL_FROM)[1],
        door=Door.PUSHED,
        queue=queues[told["queue"]],
        product=products[told["product"]],
    )
