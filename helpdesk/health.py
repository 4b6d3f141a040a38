"""Whether the product is alive and whether it can work, for machines; says nothing secret."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from kombu.exceptions import OperationalError as BrokerError

from helpdesk.celery import app
from tickets.models import Heartbeat

PING_SECONDS = 2


class UnwellError(Exception):
    """What is wrong, in a sentence."""


def probes(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """The first middleware: a probe has no session, no CSRF, and need not know our host name."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        answer = PROBES.get(request.path)
        return answer() if answer else get_response(request)

    return middleware


def live() -> JsonResponse:
    """200 as long as the web server answers."""
    return _answer({"web": "ok"})


def ready() -> JsonResponse:
    """200 when all that the product needs works, else 503; each check says what it found."""
    return _answer({name: _state(check) for name, check in CHECKS.items()})


def _answer(states: dict[str, str]) -> JsonResponse:
    well = all(state == "ok" for state in states.values())
    return JsonResponse(
        states,
        status=200 if well else 503,
        headers={"Cache-Control": "no-store"},
        json_dumps_params={"ensure_ascii": False},
    )


def _state(check: Callable[[], None]) -> str:
    try:
        check()
    except UnwellError as problem:
        return str(problem)
    except DatabaseError:
        return "o banco de dados não responde"
    except (OSError, redis.RedisError, BrokerError):
        return "a fila não responde"
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise UnwellError("há migrações por aplicar")


def _broker() -> None:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, retry=None) as client:
        client.ping()


def _worker() -> None:
    _broker()  # Celery would try to connect for longer than a probe waits.
    if not app.control.ping(timeout=PING_SECONDS, limit=1):
        raise UnwellError("nenhum trabalhador responde")


def _beat() -> None:
    beat = Heartbeat.objects.filter(name="beat").first()
    if beat is None:
        raise UnwellError("o relógio ainda não bateu")
    if beat.has_stopped:
        raise UnwellError(f"o relógio está parado desde {beat.at:%Y-%m-%dT%H:%M:%SZ}")


CHECKS = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
    "worker": _worker,
    "beat": _beat,
}
PROBES = {"/health/live": live, "/health/ready": ready}
