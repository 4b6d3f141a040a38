"""Until when a survey can be answered, and the sentence that says why not. Writes nothing."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from calendars import business
from common import dates
from surveys.models import Survey
from tickets.deadlines import zone_of
from tickets.errors import Refused
from tickets.lifecycle import EndReason

ANSWERABLE_FOR = timedelta(days=30)

_NOTHING_TO_RATE = {
    EndReason.CANCELLED: gettext_lazy(
        "Este ticket foi cancelado, e por isso não há atendimento a avaliar."
    ),
    EndReason.MERGED: gettext_lazy(
        "Este ticket foi unido a outro, e por isso não há atendimento a avaliar aqui."
    ),
    EndReason.DISCARDED: gettext_lazy(
        "Este ticket foi descartado pelo suporte, e por isso não há atendimento a avaliar."
    ),
}


def open_until(survey: Survey) -> datetime | None:
    """S3: the end of the 30th day after the ticket's end, local to its calendar (B6), in UTC.

    None while the ticket is active. Needs the ticket with its queue's policy and calendar.
    """
    ended = survey.ticket.ended_at
    if ended is None:
        return None
    tz = zone_of(survey.ticket)
    return business.end_of_day(business.local_date(ended, tz) + ANSWERABLE_FOR, tz)


def refusal(survey: Survey, now: datetime) -> Refused | None:
    """Why it can be neither answered nor changed at `now` (aware), or None (S3, S6)."""
    if survey.answered_at is None and survey.out_of_rates:
        return Refused("nothing_to_rate", _NOTHING_TO_RATE[EndReason(survey.ticket.end_reason)])
    until = open_until(survey)
    tz = zone_of(survey.ticket)
    if until is not None and not business.in_time(now, until, tz):
        return Refused(
            "too_late",
            _("O prazo para avaliar este atendimento terminou em %(until)s.")
            % {"until": dates.exact(until, tz, now=now)},
        )
    return None
