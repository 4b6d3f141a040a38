"""Where the programs beside this one measure requests: real servers, many articles and tickets."""

import os
import random
import secrets
import shutil
import tempfile
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from helpdesk import embedded, process

# One ticket of so many is of the big organization; one of so many goes on.
BIG, GOES_ON = 10, 10
ORGANIZATIONS, PEOPLE, COLLEAGUES = 400, 400, 50
_BATCH = 10_000
_WORDS_OF_AN_ARTICLE, _RARE, _MESSAGES = 150, 10, 20
_ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Stage:
    """Who asks: `colleagues`, the members of `big`, the organization with the most tickets, the
    first its administrator; and `elisa`, of the desk. `number` is of a ticket with a conversation.
    """

    big: Any
    colleagues: Sequence[Any]
    elisa: Any
    number: int
    titles: Sequence[str]

    def asker(self, n: int) -> Any:
        """One of the colleagues, each in turn."""
        return self.colleagues[n % len(self.colleagues)]


@contextmanager
def servers() -> Iterator[None]:
    """PostgreSQL and Valkey, new and as durable as the product's; Django is ready over them."""
    folder = Path(tempfile.mkdtemp(prefix="prazo-bench-"))
    (folder / "run").mkdir()
    started = []
    try:
        postgres = embedded.postgres(folder / "pg", run=folder / "run", log=folder / "postgres.log")
        valkey = embedded.valkey(folder / "valkey", run=folder / "run", log=folder / "valkey.log")
        for server in (postgres, valkey):
            started.append(server.child)
            server.start()
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
            "SECRET_KEY": secrets.token_urlsafe(32),
            "DATABASE_URL": postgres.url,
            "REDIS_URL": valkey.url,
            "DATA_DIR": str(folder / "data"),
        }
        _prepare()
        yield
    finally:
        process.stop(started, grace=5)
        shutil.rmtree(folder)


def _prepare() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    # As one who reads it would have collected it; a page names its files by hash.
    call_command("collectstatic", interactive=False, verbosity=0)


def fill(*, articles: int, tickets: int) -> Stage:
    """The articles of the demonstration and as many more of their words; tickets whose titles are
    of the words of the queries. Triggers and columns do what they do in production."""
    from django.db import connection

    from accounts.models import Membership, Organization, User
    from helpdesk.demo import library

    elisa = User.objects.create_user("elisa@prazo.example", "Elisa", desk_role="analyst")
    some = random.Random(1)  # noqa: S311 - the same in each run
    real = library.stock(by=elisa)
    _more_articles(real, articles - len(real), some)
    firms = Organization.objects.bulk_create(
        Organization(name=f"Cliente {n}") for n in range(ORGANIZATIONS)
    )
    people = User.objects.bulk_create(
        User(email=f"pessoa{n}@cliente.example", name=f"Pessoa {n}", password="!")  # noqa: S106
        for n in range(COLLEAGUES + PEOPLE)
    )
    places = [(person, firms[max(0, n - COLLEAGUES)]) for n, person in enumerate(people)]
    Membership.objects.bulk_create(
        Membership(user=person, organization=firm, role="org_admin" if not n else "member")
        for n, (person, firm) in enumerate(places)
    )
    titles = queries()
    number = _tickets(places, titles, tickets, elisa, some)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return Stage(firms[0], people[:COLLEAGUES], elisa, number, titles)


def queries() -> list[str]:
    """What the tests of quality ask for (tests/knowledge/queries.toml)."""
    told = tomllib.loads((_ROOT / "tests/knowledge/queries.toml").read_text())
    return [query["typed"] for query in told["query"]]


def _more_articles(real: Sequence[Any], count: int, some: random.Random) -> None:
    """Each is written once, with the key of its revision, which comes after it."""
    from django.db import connection, transaction

    from common import clock
    from knowledge.models import Article, Revision

    words = [word for each in real for word in each.text.split()]
    # Rare words, as in any language: names, codes and typing errors of those who write.
    rare = ["".join(some.choices("aeioubcdlmnprst", k=8)) for _ in range(30_000)]
    now, first = clock.now(), 1 + max((each.published_id for each in real), default=0)
    first = max(first, 1 + max((each.pk for each in real), default=0))
    for begin in range(first, first + count, _BATCH):
        articles, revisions = [], []
        for pk in range(begin, min(first + count, begin + _BATCH)):
            like = some.choice(real)
            text = " ".join(
                some.choices(words, k=_WORDS_OF_AN_ARTICLE) + some.choices(rare, k=_RARE)
            )
            told = {
                "title": f"{' '.join(some.choices(like.title.split(), k=5))} {some.choice(rare)}",
                "summary": " ".join(some.choices(words, k=20)),
            }
            articles.append(
                Article(
                    pk=pk,
                    slug=f"artigo-{pk}",
                    category_id=like.category_id,
                    audience=like.audience,
                    text=text,
                    created_by_id=like.created_by_id,
                    published_id=pk,
                    published_at=now,
                    **told,
                )
            )
            revisions.append(
                Revision(
                    pk=pk,
                    article_id=pk,
                    number=1,
                    body_html=f"<p>{text}</p>",
                    author_id=like.created_by_id,
                    **told,
                )
            )
        with transaction.atomic():
            Article.objects.bulk_create(articles)
            Revision.objects.bulk_create(revisions)
    with connection.cursor() as cursor:
        for model in (Article, Revision):
            table = model._meta.db_table
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM {table}"  # noqa: S608
            )


def _tickets(
    places: Sequence[Any], titles: Sequence[str], count: int, elisa: Any, some: random.Random
) -> int:
    """Written as rows, like one that goes on and one that ended, with the steps of its life; verbs
    are measured elsewhere."""
    from django.db import connection

    from calendars.models import Calendar
    from catalog.models import Product
    from tickets import actions
    from tickets.actors import Actor
    from tickets.models import Channel, Queue, QueuePolicy, Ticket, TicketEvent

    queue = Queue.objects.create(name="Suporte")
    queue.analysts.add(elisa)
    QueuePolicy.objects.create(queue=queue, calendar=Calendar.objects.create(name="SP", uf="SP"))
    product = Product.objects.order_by("pk")[0]
    person, firm = places[0]
    by = Actor(person, Channel.PORTAL)
    active, over = (
        actions.open_ticket(
            by=by, organization=firm, product=product, title="O primeiro", body="Sim.", queue=queue
        ).ticket
        for _ in range(2)
    )
    actions.cancel(over, by=by)
    words = [word for title in titles for word in title.split()]
    columns = {str(each.column) for each in Ticket._meta.concrete_fields if not each.generated}
    own = {"id", "number", "title", "organization_id", "requester_id", "opened_at"}
    shared = ", ".join(f'"{name}"' for name in sorted(columns - own))
    insert = (
        f"INSERT INTO tickets_ticket (number, title, organization_id, requester_id, opened_at,"  # noqa: S608
        f" {shared}) SELECT %s + each.n, each.title, each.organization, each.requester,"
        f" opened_at - each.n * interval '1 minute', {shared} FROM tickets_ticket,"
        " unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[])"
        " AS each (n, title, organization, requester)"
        f" WHERE tickets_ticket.id = CASE WHEN each.n / {BIG} %% {GOES_ON} = 0 THEN %s ELSE %s END"
    )
    colleagues, others = places[:COLLEAGUES], places[COLLEAGUES:]
    with connection.cursor() as cursor:
        # Of tickets the triggers only refuse changes.
        cursor.execute("SET session_replication_role = replica")
        for first in range(2, count, _BATCH):
            rows = []
            for n in range(first, min(count, first + _BATCH)):
                person, firm = some.choice(others if n % BIG else colleagues)
                rows.append((n, " ".join(some.choices(words, k=7))[:190], firm.pk, person.pk))
            told = [list(each) for each in zip(*rows, strict=True)]
            cursor.execute(insert, [active.number, *told, active.pk, over.pk])
        steps = {str(each.column) for each in TicketEvent._meta.concrete_fields}
        steps -= {"id", "ticket_id", "at"}
        alike = ", ".join(f"lived.{name}" for name in steps)
        cursor.execute(
            f"INSERT INTO tickets_ticketevent (ticket_id, at, {', '.join(steps)})"  # noqa: S608
            " SELECT ended.id, CASE lived.verb WHEN 'open' THEN ended.opened_at ELSE lived.at END,"
            f" {alike} FROM tickets_ticketevent AS lived, tickets_ticket AS ended"
            " WHERE lived.ticket_id = %s AND ended.status = 'closed' AND ended.id <> %s",
            [over.pk, over.pk],
        )
        cursor.execute("SET session_replication_role = origin")
    for _ in range(_MESSAGES // 2):
        actions.reply(active, by=by, body="O que aconteceu, em uma linha.")
        actions.reply(active, by=Actor(elisa, Channel.PORTAL), body="O que fazer, em outra.")
    return active.number
