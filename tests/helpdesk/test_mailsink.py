"""The demo's mailbox keeps what SMTP brought, byte for byte."""

import smtplib
import socket
import sys
from pathlib import Path

from helpdesk import process
from helpdesk.process import Child

LETTER = (
    "From: Prazo <suporte@prazo.example>\r\nTo: ana@exemplo.com.br\r\nSubject: Ação\r\n\r\n"
    ".começa com ponto\r\n\r\nfim\r\n"
).encode()


def test_a_letter_is_kept_as_it_came(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    box = tmp_path / "caixa"
    argv = [sys.executable, "-m", "helpdesk.mailsink", str(box), str(port)]
    sink = Child("mailsink", argv, tmp_path, tmp_path / "log")
    sink.start()

    try:
        with _connect(port, sink) as smtp:
            smtp.sendmail("suporte@prazo.example", ["ana@exemplo.com.br"], LETTER)
    finally:
        process.stop([sink], grace=5)

    assert [file.read_bytes() for file in (box / "new").iterdir()] == [LETTER]


def _connect(port: int, sink: Child) -> smtplib.SMTP:
    while sink.exit_code() is None:
        try:
            return smtplib.SMTP("127.0.0.1", port)
        except ConnectionRefusedError:
            continue
    raise AssertionError(sink.last_words())
