"""What staff ask about the mail that came in; reads only."""

from interfaces.inbox.models import InboundMail, State

FOR_STAFF = (State.FAILED, State.QUARANTINED)


def waiting_for_staff() -> int:
    """How many mails go nowhere until a person decides: in quarantine, or tried in vain."""
    return InboundMail.objects.filter(state__in=FOR_STAFF).count()
