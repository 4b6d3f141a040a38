"""interfaces/inbox/mime.py: any bytes give a mail, and real mails give what they hold."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interfaces.inbox.mime import Attached, Parsed, parse
from tests.inbox.conftest import write

LINES = b"\r\n"


def raw(*lines: bytes) -> bytes:
    return LINES.join(lines)


def test_a_whole_mail_is_taken_apart() -> None:
    mail = parse(
        write(
            "Olá,\nsegue a tela.",
            sender="Ana Nogueira <Ana@SerraAzul.example>",
            to="Suporte <ticket+1024k@prazo.example>, outra@prazo.example",
            subject="Não emite: rejeição 539",
            message_id="<a1@serraazul.example>",
            In_Reply_To="<l2@prazo.example>",
            References="<ticket-1024@prazo.example> <l1@prazo.example> <l2@prazo.example>",
            Delivered_To="suporte@prazo.example",
            html="<p>Olá,<br>segue a tela.</p>",
            files=[("tela çã.png", "image/png", b"\x89PNG")],
        )
    )

    assert (mail.from_address, mail.subject, mail.message_id) == (
        "ana@serraazul.example",
        "Não emite: rejeição 539",
        "<a1@serraazul.example>",
    )
    assert mail.recipients == (
        "suporte@prazo.example",
        "ticket+1024k@prazo.example",
        "outra@prazo.example",
    )
    assert mail.refers_to == (
        "<l2@prazo.example>",
        "<l1@prazo.example>",
        "<ticket-1024@prazo.example>",
    )
    assert mail.text == "Olá,\nsegue a tela.\n"
    assert mail.html == "<p>Olá,<br>segue a tela.</p>\n"
    assert mail.attachments == (Attached("tela çã.png", "image/png", b"\x89PNG"),)


def test_html_alone_gives_its_words() -> None:
    message = EmailMessage()
    message.set_content("<p>Continua <b>igual</b>.</p><style>p {}</style>", subtype="html")

    assert parse(message.as_bytes()).text == "Continua igual."


@pytest.mark.parametrize(
    ("declared", "content", "read"),
    [
        ("utf-8", "não é".encode(), "não é"),
        ("iso-8859-1", "não é “assim”".encode("cp1252"), "não é “assim”"),
        ("windows-1252", "não é".encode("cp1252"), "não é"),
        ("us-ascii", "não é".encode(), "não é"),
        ("us-ascii", "não é".encode("latin-1"), "não é"),
        ("iso-2022-jp", "日本".encode("iso-2022-jp"), "日本"),
        ("x-inventado", "não é".encode("cp1252"), "não é"),
        ("utf-8", b"n\xe3o \xe9 \x81", "não é �"),
        ("punycode", "não é".encode(), "não é"),
        ("zlib", "não é".encode(), "não é"),
        ("zlib", "não é".encode("cp1252"), "não é"),
        ("iso-8859-1", "não é".encode(), "não é"),
        ("utf-8", "não é ".encode() + "não é".encode("cp1252"), "não é não é"),
        ("utf-7", "não é".encode("utf-7"), "não é"),
        ("gb2312", "发票€".encode("gb18030"), "发票€"),
        ("koi8-r", "счёт".encode("koi8-r"), "счёт"),
        ("", "não é".encode(), "não é"),
    ],
)
def test_charsets_unknown_wrong_or_missing(declared: str, content: bytes, read: str) -> None:
    head = f"Content-Type: text/plain; charset={declared}".encode()

    assert (
        parse(
            raw(b"From: a@b.example", head, b"Content-Transfer-Encoding: 8bit", b"", content)
        ).text
        == read
    )


@pytest.mark.parametrize(
    ("header", "subject"),
    [
        (b"Subject: =?utf-8?q?Rejei=C3=A7=C3=A3o?= =?utf-8?q?_539?=", "Rejeição 539"),
        (b"Subject: =?utf-8?b?UmVqZWnDp8Ojbw==?=", "Rejeição"),
        (b"Subject: =?x-nada?q?Rejei=E7=E3o?=", "Rejeição"),
        (b"Subject: =?utf-8?b?***?=", ""),
        ("Subject: Rejeição".encode(), "Rejeição"),
        ("Subject: Rejeição".encode("cp1252"), "Rejeição"),
        (b"Subject: dobrado\r\n em duas", "dobrado em duas"),
        (b"Subject: =?utf-8?q?=E2=80=AEgpj=2Eexe_e_=00NUL?=", "gpj.exe e NUL"),
        (b"Subject: " + b"x" * 10_000, "x" * 254 + "…"),
        (b"X: y", ""),
    ],
)
def test_subjects_are_one_harmless_line(header: bytes, subject: str) -> None:
    assert parse(raw(b"From: a@b.example", header, b"", b"texto")).subject == subject


@pytest.mark.parametrize(
    ("value", "address"),
    [
        (b"ana@serraazul.example", "ana@serraazul.example"),
        (b'"Nogueira, Ana" <ANA@serraazul.example>', "ana@serraazul.example"),
        ("Ana Conceição <ana@serraazul.example>".encode(), "ana@serraazul.example"),
        (
            b"=?utf-8?q?Ana_=3Cana=40serraazul=2Eexample=3E?= <davi@outro.example>",
            "davi@outro.example",
        ),
        (b'"ana@serraazul.example" <davi@outro.example>', "davi@outro.example"),
        (b"ana@serraazul.example, davi@outro.example", "ana@serraazul.example"),
        (b"ana@serraazul.example)davi@outro.example", ""),
        (b"ana@serraazul.example <davi@outro.example>", ""),
        (b"Ana [Serra Azul] <ana@serraazul.example>", "ana@serraazul.example"),
        (b"=?utf-8?q?Ana_Concei=C3=A7=C3=A3o?= <ana@serraazul.example>", "ana@serraazul.example"),
        (b"boundary=b@\x00", ""),
        (b"<@>", ""),
        (b"=?utf-8?q?", ""),
        (b"(" * 5_000, ""),
        (b"Ana", ""),
        (b"", ""),
    ],
)
def test_the_author_is_read_plainly_or_not_at_all(value: bytes, address: str) -> None:
    assert parse(raw(b"From: " + value, b"", b"texto")).from_address == address


def test_files_without_names_or_type_or_end_are_kept() -> None:
    mail = parse(
        raw(
            b"From: a@b.example",
            b"Content-Type: multipart/mixed; boundary=X",
            b"",
            b"--X",
            b"",
            b"O texto.",
            b"--X",
            b"Content-Type: image/png",
            b"Content-Transfer-Encoding: base64",
            b"",
            b"iVBO!Rw0K",
            b"--X",
            b"Content-Type: application/pdf; name*=utf-8''nota%20fiscal%C3%A3.pdf",
            b"",
            b"%PDF-",
            b"--X",
            b"Content-Type: message/rfc822",
            b"",
            b"Subject: encaminhado",
            b"",
            b"dentro",
            b"--X",
            b'Content-Disposition: attachment; filename="..\\..\\log.txt"',
            b"",
            b"linha",
        )
    )

    assert mail.text == "O texto."
    assert [(each.name, each.content_type, each.content) for each in mail.attachments] == [
        ("anexo-1.png", "image/png", b"\x89PNG\r\n"),
        ("nota fiscalã.pdf", "application/pdf", b"%PDF-"),
        ("encaminhado.eml", "message/rfc822", b"Subject: encaminhado\r\n\r\ndentro"),
        ("log.txt", "text/plain", b"linha"),
    ]


@pytest.mark.parametrize(
    "hostile",
    [
        b"",
        b"\x00" * 100,
        b"sem cabecalho algum",
        b"From: " + b"<" * 3_000 + b"\r\n\r\n",
        b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n",
        b"Content-Type: multipart/mixed\r\n\r\n--X\r\n\r\noi",
        b"Content-Type: text/plain; charset*=utf-8''%00%ff\r\n\r\noi",
        b"Content-Transfer-Encoding: uuencode\r\n\r\nbegin 999 x\r\n\xff\xfe",
        b"Content-Type: " + b';a="' * 200_000 + b"\r\n\r\noi",
        b"Subject: " + b"=?a?q?" * 100_000 + b"\r\n\r\noi",
        b"References: " + b"<a@b> " * 100_000 + b"\r\n\r\noi",
        b"".join(
            b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n)
            for n in range(2_000)
        ),
    ],
)
def test_hostile_mails_are_read_and_soon(hostile: bytes) -> None:
    assert isinstance(parse(hostile), Parsed)


_HEADER_NAMES = st.sampled_from(
    b"From To Subject Message-ID References Content-Type Content-Disposition "
    b"Content-Transfer-Encoding Auto-Submitted Date".split()
)
_PIECES = st.sampled_from(
    b'multipart/mixed;boundary=b text/html;charset= base64 =?utf-8?b? ?= \xff a@b.example < > " '
    b"\x00 ; name*0*= attachment;filename= message/rfc822 uuencode".split(b" ")
)
_HEADER = st.tuples(_HEADER_NAMES, st.lists(_PIECES | st.binary(max_size=8), max_size=5)).map(
    lambda made: made[0] + b": " + b"".join(made[1])
)
_BODY = st.lists(st.sampled_from([b"--b", b"--b--", b"oi", b""]) | _HEADER | st.binary(max_size=20))


@given(st.lists(_HEADER, max_size=8), _BODY)
def test_no_bytes_make_it_fail(headers: list[bytes], body: list[bytes]) -> None:
    mail = parse(raw(*headers, b"", *body))

    assert "\x00" not in mail.text + mail.subject + mail.message_id + mail.from_address
