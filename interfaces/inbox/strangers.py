"""An unknown sender confirms the address by the link of our letter (`answers.confirm`)."""

from django.db import transaction
from django.utils.translation import gettext as _

from common import links
from interfaces.inbox import mime, newcomers, place, route
from interfaces.inbox.answers import CONFIRMS, DAYS_TO_CONFIRM
from interfaces.inbox.models import InboundMail, State, Strangers
from tickets.errors import Refused


def asked(token: str) -> InboundMail:
    """The mail whose sender the link asks, for the page to show; it changes nothing.

    Refused for what we have not signed for this purpose, and after `DAYS_TO_CONFIRM` days.
    """
    try:
        pk = links.read(CONFIRMS, token, max_age=DAYS_TO_CONFIRM * 86_400)
    except links.BadLink:
        raise _gone() from None
    mail = InboundMail.objects.select_related("mailbox", "ticket").filter(pk=pk).first()
    if mail is None:
        raise _gone()
    return mail


@transaction.atomic
def confirm(token: str) -> InboundMail:
    """Make the sender a guest, and place what waits for that: this mail, and others of the same
    address in the same mailbox. The mail as it stands then; a second time changes nothing (L12).

    Refused as `asked` is, and where the mailbox takes no guests any more.
    """
    mail = asked(token)
    if mail.state != State.QUARANTINED:
        return mail
    box = mail.mailbox
    if box is None or box.guests is None or box.strangers != Strangers.GUEST:
        raise Refused("no_guests", _("Esta caixa não recebe mais visitantes."))
    parsed = mime.parse(bytes(mail.raw))
    if route.sender(parsed) is None:
        newcomers.admit(parsed, box.guests)
    waiting = InboundMail.objects.filter(
        mailbox=box, from_address=mail.from_address, state=State.QUARANTINED, about=None
    )
    for pk in list(waiting.order_by("received_at", "pk").values_list("pk", flat=True)):
        place.reconsider(pk)
    return asked(token)


def _gone() -> Refused:
    return Refused(
        "bad_link", _("Este link não vale mais. Envie o seu e-mail de novo para receber outro.")
    )
