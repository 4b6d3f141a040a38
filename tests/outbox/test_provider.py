"""Mail providers by anymail: what their errors mean, and the id that they put in place of ours."""

from collections.abc import Callable
from typing import Any

import pytest
import requests
from anymail.backends.test import EmailBackend
from anymail.exceptions import (
    AnymailAPIError,
    AnymailRecipientsRefused,
    AnymailRequestsAPIError,
    AnymailUnsupportedFeature,
)
from anymail.message import AnymailRecipientStatus

from outbox.models import Delivery, State
from outbox.tasks import deliver
from outbox.verdicts import Verdict, verdict

Promise = Callable[..., Delivery]

SES = "0100018c1f2a3b4c-5d6e7f80-9a1b-2c3d-4e5f-60718293a4b5-000000"


def answered(code: int) -> AnymailRequestsAPIError:
    response = requests.Response()
    response.status_code = code
    return AnymailRequestsAPIError("ana@cliente.example", response=response)


@pytest.mark.parametrize(
    ("error", "judged"),
    [
        (AnymailRecipientsRefused(), Verdict(True, False, "O provedor recusou o destinatário.")),
        (answered(400), Verdict(True, False, "O provedor recusou a mensagem (400).")),
        (answered(422), Verdict(True, False, "O provedor recusou a mensagem (422).")),
        (answered(401), Verdict(False, True, "O provedor não atendeu (401).")),
        (answered(403), Verdict(False, True, "O provedor não atendeu (403).")),
        (answered(429), Verdict(False, True, "O provedor não atendeu (429).")),
        (answered(503), Verdict(False, True, "O provedor não atendeu (503).")),
        (
            AnymailRequestsAPIError("no answer"),
            Verdict(False, True, "Sem conexão com o provedor de e-mail."),
        ),
        (AnymailAPIError("?"), Verdict(False, True, "Sem conexão com o provedor de e-mail.")),
        (
            AnymailUnsupportedFeature("?"),
            Verdict(True, False, "O provedor não aceita esta carta (AnymailUnsupportedFeature)."),
        ),
    ],
)
def test_only_a_refused_recipient_or_message_ends_a_letter(
    error: Exception, judged: Verdict
) -> None:
    assert verdict(error) == judged


class Provider(EmailBackend):
    """Anymail's own test provider, which answers as told."""

    answer: Any = None

    def post_to_esp(self, payload: Any, message: Any) -> Any:
        if isinstance(self.answer, Exception):
            raise self.answer
        status = AnymailRecipientStatus(message_id=self.answer, status="queued")
        return {"recipient_status": dict.fromkeys(payload.recipient_emails, status)}


@pytest.fixture
def provider(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[Any], None]:
    settings.EMAIL_BACKEND = "tests.outbox.test_provider.Provider"
    return lambda answer: monkeypatch.setattr(Provider, "answer", answer)


@pytest.mark.django_db
def test_a_letter_is_found_by_the_id_that_the_provider_gave_it(
    promise: Promise, provider: Callable[[Any], None]
) -> None:
    provider(SES)
    delivery = promise()
    other = promise(key="news:2:ana")

    deliver(delivery.pk)

    row = Delivery.objects.get(pk=delivery.pk)
    assert (row.state, row.sent_as) == (State.SENT, SES)

    def known_as(message_id: str) -> list[Delivery]:
        return list(Delivery.objects.known_as([message_id]))

    assert known_as(f"<{SES}@us-east-1.amazonses.com>") == [delivery]
    assert known_as(delivery.message_id) == [delivery]
    assert known_as(other.message_id) == [other]
    assert known_as("<@>") == known_as("<x@us-east-1.amazonses.com>") == []


@pytest.mark.django_db
def test_a_whole_message_id_is_kept_without_its_brackets_and_a_number_proves_nothing(
    promise: Promise, provider: Callable[[Any], None]
) -> None:
    provider("<20261113.1.ABC@mail.provider.example>")
    whole = promise()
    deliver(whole.pk)
    provider("1152921504606846976")
    counted = promise(key="news:2:ana")
    deliver(counted.pk)

    assert Delivery.objects.get(pk=whole.pk).sent_as == "20261113.1.ABC@mail.provider.example"
    refers_to = ["<20261113.1.ABC@mail.provider.example>", "<1152921504606846976@x>"]
    assert list(Delivery.objects.known_as(refers_to)) == [whole]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "state"), [(answered(503), State.WAITING), (answered(400), State.FAILED)]
)
def test_an_outage_of_the_provider_delays_and_loses_nothing(
    promise: Promise, provider: Callable[[Any], None], error: Exception, state: str
) -> None:
    provider(error)
    delivery = promise()
    deliver(delivery.pk)
    assert Delivery.objects.get().state == state
