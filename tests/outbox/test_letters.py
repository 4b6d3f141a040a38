"""outbox/letters.py: the words and headers that go over the wire."""

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from outbox.letters import LetterBroken, write
from outbox.models import Delivery

Promise = Callable[..., Delivery]


def on_the_wire(delivery: Delivery) -> EmailMessage:
    """The message as its receiver reads it."""
    message = message_from_bytes(write(delivery).message().as_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def part(delivery: Delivery, kind: str) -> str:
    body = on_the_wire(delivery).get_body((kind,))
    assert body is not None
    return str(body.get_content())


@pytest.mark.django_db
@time_machine.travel("2026-11-24T17:32:10Z", tick=False)
def test_a_letter_says_who_when_and_to_what_it_answers(promise: Promise) -> None:
    delivery = promise(
        reply_to="ticket+1024kabc@prazo.example",
        in_reply_to="<b@x>",
        references=["<a@x>", "<b@x>"],
        headers={"X-Prazo-Ticket": "1024"},
    )

    headers = {name: str(value) for name, value in on_the_wire(delivery).items()}
    del headers["Content-Type"], headers["MIME-Version"]
    assert headers == {
        "Subject": "[1024] Nota rejeitada",
        "From": "Prazo <suporte@prazo.example>",
        "To": "Ana Souza <ana@cliente.example>",
        "Reply-To": "Prazo <ticket+1024kabc@prazo.example>",
        "Message-ID": delivery.message_id,
        "In-Reply-To": "<b@x>",
        "References": "<a@x> <b@x>",
        "Date": "Tue, 24 Nov 2026 14:32:10 -0300",
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "X-Prazo-Ticket": "1024",
    }


@pytest.mark.django_db
def test_written_twice_it_is_the_same_message(promise: Promise) -> None:
    first, again = write(promise()), write(Delivery.objects.get())

    assert first.extra_headers == again.extra_headers
    assert (first.subject, first.body, first.to) == (again.subject, again.body, again.to)


@pytest.mark.django_db
def test_L10_the_text_part_is_complete(promise: Promise) -> None:
    delivery = promise(
        reply_to="ticket+1024kabc@prazo.example",
        context={
            "number": 1024,
            "title": "Nota <539> & outras",
            "facts": "Ticket 1024 · NF-e · Validação Cliente",
            "message": "Corrigido <b>hoje</b>.",
            "deadline": "Aguardando você até qua., 02/12, 23:59. Sem retorno, será encerrado.",
        },
    )

    assert part(delivery, "plain") == (
        "##- responda acima desta linha -##\n"
        "\n"
        "[1024] Nota <539> & outras\n"
        "Ticket 1024 · NF-e · Validação Cliente\n"
        "\n"
        "Olá, Ana.\n"
        "\n"
        "Corrigido <b>hoje</b>.\n"
        "\n"
        "Aguardando você até qua., 02/12, 23:59. Sem retorno, será encerrado.\n"
        "\n"
        "Prazo: http://127.0.0.1:8000\n"
    )


@pytest.mark.django_db
def test_the_html_part_escapes_what_people_wrote(promise: Promise) -> None:
    message = "<script>alert(1)</script>\n\nveja https://x.com"
    html = part(promise(context={"number": 1, "title": "</title><b>", "message": message}), "html")

    assert html.startswith("<!DOCTYPE html>")
    assert "<title>[1] &lt;/title&gt;&lt;b&gt;</title>" in html
    assert (
        '<p style="margin:0 0 12px;">&lt;script&gt;alert(1)&lt;/script&gt;</p>'
        '<p style="margin:0 0 12px;">veja '
        '<a class="letter-link" style="color:#0a6541;" href="https://x.com" '
        'rel="noopener nofollow noreferrer">https://x.com</a></p>'
    ) in html


@pytest.mark.django_db
def test_only_a_letter_that_can_be_answered_says_so(promise: Promise) -> None:
    answerable = promise(key="news:1:ana", reply_to="ticket+1024kabc@prazo.example")
    other = promise(key="news:2:ana")

    for kind in ("plain", "html"):
        assert "##- responda acima desta linha -##" in part(answerable, kind)
        assert "##-" not in part(other, kind)
    assert on_the_wire(other)["Reply-To"] is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("letter", "subject", "said", "label", "why"),
    [
        (
            "access_welcome",
            "Seu acesso ao Prazo: crie a sua senha",
            "Você agora tem acesso ao Prazo. Crie a sua senha para entrar e acompanhar os tickets.",
            "Criar a minha senha",
            "Se você não esperava este convite, ignore esta mensagem.",
        ),
        (
            "access_reset",
            "Prazo: crie uma nova senha",
            "Recebemos um pedido para criar uma nova senha para o seu acesso.",
            "Criar uma nova senha",
            "Se não foi você que pediu, ignore esta mensagem: a sua senha continua a mesma.",
        ),
    ],
)
def test_the_access_letters(
    promise_access: Promise, letter: str, subject: str, said: str, label: str, why: str
) -> None:
    delivery = promise_access(letter=letter)

    assert on_the_wire(delivery)["Subject"] == subject
    assert part(delivery, "plain") == (
        f"{subject}\n"
        "\n"
        "Olá, Ana.\n"
        "\n"
        f"{said}\n"
        "\n"
        "O link vale por 3 dias e só pode ser usado uma vez.\n"
        "\n"
        f"{label}:\n"
        "https://x.example/s3gr3do\n"
        "\n"
        f"{why}\n"
        "\n"
        "Prazo: http://127.0.0.1:8000\n"
    )
    html = part(delivery, "html")
    assert all(words in html for words in (said, f">{label}</a>", why))
    assert 'href="https://x.example/s3gr3do"' in html


@pytest.mark.django_db
def test_no_header_can_be_smuggled_in(promise: Promise) -> None:
    delivery = promise(
        name="Ana\r\nBcc: todos@x.com",
        context={"number": 1, "title": "Nota\r\nBcc: todos@x.com\u202e"},
        headers={"X-Prazo-Ticket": "1\r\nBcc: todos@x.com"},
    )

    message = on_the_wire(delivery)

    assert message["Bcc"] is None
    assert message["Subject"] == "[1] Nota Bcc: todos@x.com"
    assert message["X-Prazo-Ticket"] == "1 Bcc: todos@x.com"
    assert [a.addr_spec for a in message["To"].addresses] == ["ana@cliente.example"]


@given(name=st.text(), title=st.text())
def test_whatever_people_are_called_only_they_get_the_letter(name: str, title: str) -> None:
    delivery = Delivery(
        letter="news",
        message_id="<1@prazo.example>",
        to_address="ana@cliente.example",
        to_name=name,
        context={"number": 1, "title": title},
    )

    message = on_the_wire(delivery)

    assert [a.addr_spec for a in message["To"].addresses] == ["ana@cliente.example"]
    assert len(set(message.keys())) == len(message.keys()) == 9


@pytest.mark.django_db
def test_long_names_and_subjects_are_cut(promise: Promise) -> None:
    delivery = promise(name="Ana " * 100, context={"number": 1, "title": "x" * 500})

    message = write(delivery)

    assert message.subject == "[1] " + "x" * 195 + "…"
    assert delivery.to_name == "Ana " * 24 + "Ana…"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("subject", "sentence"),
    [
        ("", "A carta “broken” está sem assunto."),
        (
            "{% nada %}",
            "O modelo emails/broken/subject.txt tem um erro (TemplateSyntaxError: Invalid block "
            "tag on line 1: 'nada'. Did you forget to register or load this tag?).",
        ),
        (
            "{{ number|divisibleby:0 }}",
            "O modelo emails/broken/subject.txt tem um erro (ZeroDivisionError).",
        ),
        (None, "O modelo emails/broken/subject.txt tem um erro (TemplateDoesNotExist: "),
    ],
)
def test_a_broken_letter_says_what_is_wrong(
    promise: Promise, letters_folder: Path, subject: str | None, sentence: str
) -> None:
    folder = letters_folder / "emails" / "broken"
    folder.mkdir(parents=True)
    (folder / "body.txt").write_text("oi")
    (folder / "body.html").write_text("oi")
    if subject is not None:
        (folder / "subject.txt").write_text(subject)

    with pytest.raises(LetterBroken) as broken:
        write(promise(letter="broken"))

    assert str(broken.value).startswith(sentence)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["", "ana", "ana@x.com, bruno@x.com", "ana@x.com\r\nBcc: b@x.com"]
)
def test_an_address_that_is_none_breaks_the_letter(promise: Promise, address: str) -> None:
    with pytest.raises(LetterBroken, match="O endereço do destinatário não é válido"):
        write(promise(to=address))
