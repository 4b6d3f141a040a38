"""outbox/verdicts.py: what ends a letter, what delays it, and in words that quote nobody."""

import smtplib

import pytest

from outbox.verdicts import Verdict, verdict

ANA = "ana@cliente.example"


@pytest.mark.parametrize(
    ("error", "judged"),
    [
        (
            smtplib.SMTPRecipientsRefused({ANA: (550, b"5.1.1 <ana@cliente.example> unknown")}),
            Verdict(True, False, "O servidor recusou o destinatário (550 5.1.1)."),
        ),
        (
            smtplib.SMTPRecipientsRefused({ANA: (421, b"closing")}),
            Verdict(False, False, "O servidor adiou o destinatário (421)."),
        ),
        (
            smtplib.SMTPDataError(554, b"5.6.0 no"),
            Verdict(True, False, "O servidor recusou a mensagem (554 5.6.0)."),
        ),
        (
            smtplib.SMTPDataError(451, "4.3.0 não"),
            Verdict(False, False, "O servidor adiou a mensagem (451 4.3.0)."),
        ),
        (
            smtplib.SMTPSenderRefused(550, b"5.7.1 no", "suporte@prazo.example"),
            Verdict(False, True, "O servidor não aceitou a nossa conexão (550 5.7.1)."),
        ),
        (
            smtplib.SMTPAuthenticationError(535, b"5.7.8 bad password"),
            Verdict(False, True, "O servidor não aceitou a nossa conexão (535 5.7.8)."),
        ),
        (
            smtplib.SMTPServerDisconnected("ana@cliente.example"),
            Verdict(False, True, "Sem conexão com o servidor de e-mail (SMTPServerDisconnected)."),
        ),
        (
            TimeoutError("timed out"),
            Verdict(False, True, "Sem conexão com o servidor de e-mail (TimeoutError)."),
        ),
        (
            ValueError("https://x.example/s3gr3do"),
            Verdict(False, False, "Erro inesperado ao enviar (ValueError)."),
        ),
    ],
)
def test_only_a_refused_recipient_or_message_ends_a_letter(
    error: Exception, judged: Verdict
) -> None:
    assert verdict(error) == judged
