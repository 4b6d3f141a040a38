"""What the inbox adds to the desk's rail, which knows nothing of mail."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from interfaces.inbox.queries import waiting_for


def line(reader: User) -> tuple[str, str, str, int]:
    """The quarantine: its name, address, icon, and how many mails wait for `reader` there (R1;
    one statement)."""
    return _("Quarentena"), reverse("mail:quarantine"), "mail", waiting_for(reader).count()
