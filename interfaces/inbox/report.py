"""What became of a mail, as one JSON object; for the command's output and for the admin."""

from typing import Any

from django.utils.translation import gettext as _

from interfaces.inbox.content import Content
from interfaces.inbox.models import InboundMail, Outcome


def report(
    mail: InboundMail, *, again: bool = False, content: Content | None = None
) -> dict[str, Any]:
    """`outcome` is null while nothing is decided; `again` tells a mail decided at an earlier
    delivery, and `why` says so before it says what came of it then. `content` is the mail's, where
    the caller has read it."""
    content = content or Content(bytes(mail.raw))
    why = mail.why or mail.error
    if again:
        why = f"{_('Este e-mail já tinha chegado antes: nada foi feito de novo.')} {why}".strip()
    return {
        "outcome": Outcome.DUPLICATE.value if again else mail.outcome or None,
        "ticket": mail.ticket.number if mail.ticket else None,
        "from": mail.from_address,
        "subject": mail.subject,
        "visible_text": content.written.text,
        "attachments": [
            {"name": each.name, "type": each.content_type, "size": len(each.content)}
            for each in content.parsed.attachments
        ],
        "why": why,
    }
