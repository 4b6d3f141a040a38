"""Every error is application/problem+json, and nobody comes in without a session and a token."""

from collections.abc import Callable
from typing import Any

import pytest

from interfaces.api.errors import problem as to_problem
from tests.api.conftest import TICKETS, Program, problem

As = Callable[..., Program]

pytestmark = pytest.mark.django_db

NOBODY = (403, "not_authenticated", "As credenciais de autenticação não foram fornecidas.")


def test_strangers_come_in_nowhere(as_person: As, ticket: Any) -> None:
    stranger = as_person()
    one = f"{TICKETS}{ticket.number}/"

    answers = [
        stranger.get(TICKETS),
        stranger.post(TICKETS, {}),
        stranger.get(one),
        stranger.post(f"{one}messages/", {"body": "oi"}),
        stranger.post(f"{one}follow-up/", {"body": "oi"}),
    ]

    assert [problem(each) for each in answers] == [NOBODY] * 5


def test_who_has_left_is_a_stranger(as_person: As, ana: Any) -> None:
    program = as_person(ana)
    ana.is_active = False
    ana.save()

    assert problem(program.get(TICKETS)) == NOBODY


def test_nothing_is_written_without_the_csrf_token(as_person: As, ticket: Any, ana: Any) -> None:
    forged = as_person(ana, csrf=False)

    codes = [
        problem(forged.post(url, {"body": "oi"}))[:2]
        for url in (
            TICKETS,
            f"{TICKETS}{ticket.number}/messages/",
            f"{TICKETS}{ticket.number}/follow-up/",
        )
    ]

    assert codes == [(403, "permission_denied")] * 3
    assert ticket.messages.count() == 1


def test_what_is_no_json_is_told(as_person: As, ana: Any) -> None:
    program = as_person(ana)

    broken = program.client.post(
        TICKETS, "{", content_type="application/json", headers=program.headers
    )
    foreign = program.client.post(
        TICKETS, "x", content_type="application/xml", headers=program.headers
    )

    assert (problem(broken)[:2], problem(foreign)[:2]) == (
        (400, "parse_error"),
        (415, "unsupported_media_type"),
    )


def test_a_method_that_is_not_offered(as_person: As, ana: Any, ticket: Any) -> None:
    program = as_person(ana)

    answer = program.client.delete(f"{TICKETS}{ticket.number}/", headers=program.headers)

    assert problem(answer)[:2] == (405, "method_not_allowed")


def test_a_failure_of_ours_is_not_dressed_up() -> None:
    assert to_problem(RuntimeError("x"), {}) is None
