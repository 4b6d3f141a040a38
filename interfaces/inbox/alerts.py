"""What the inbox asks of a person of the desk, for pages that know nothing of mail."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from interfaces.inbox.queries import waiting_for


def waiting(reader: User) -> tuple[int, str, str]:
    """How many mails wait for `reader` (R1; one statement), the same in words, and where."""
    count = waiting_for(reader).count()
    told = ngettext(
        "%(count)d e-mail espera uma decisão.", "%(count)d e-mails esperam uma decisão.", count
    )
    return count, told % {"count": count}, reverse("mail:quarantine")


def line(reader: User) -> tuple[str, str, str, int]:
    """The quarantine in the desk's rail: its name, address, icon, and how many wait (R1)."""
    return _("Quarentena"), reverse("mail:quarantine"), "mail", waiting_for(reader).count()
