"""What staff ask about the mail that came in; reads only."""

from django.db.models import Q

from accounts.models import User
from interfaces.inbox.models import InboundMail, InboundMailQuerySet, Outcome, State
from tickets.models import Ticket

FOR_STAFF = (State.FAILED, State.QUARANTINED)


def settled_by(user: User) -> InboundMailQuerySet:
    """The mails that `user` may decide on (R1): about a ticket that he or she sees, or about none
    and from the mailbox of a queue that he or she works. Supervisors decide on all."""
    mails = InboundMail.objects.all()
    if user.is_supervisor:
        return mails
    if not user.is_desk:
        return mails.none()
    about = Q(about__in=Ticket.objects.visible_to(user))
    return mails.filter(about | Q(about=None, mailbox__queue__in=user.queues.all()))


def waiting_for(user: User) -> InboundMailQuerySet:
    """Of those the ones that go nowhere until a person decides: in quarantine, or tried in vain."""
    return settled_by(user).filter(state__in=FOR_STAFF)


def rejected_by_people(user: User) -> InboundMailQuerySet:
    """Of those the ones that a person has rejected, which can be taken back."""
    return settled_by(user).filter(outcome=Outcome.REJECTED, settled_by__isnull=False)


def may_settle(user: User, mail: InboundMail) -> bool:
    """Whether `mail` is one of those that `user` may decide on."""
    return user.is_supervisor or settled_by(user).filter(pk=mail.pk).exists()
