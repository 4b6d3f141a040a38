"""What the outbox asks of staff, for a page that knows nothing of letters."""

from django.urls import reverse
from django.utils.translation import gettext as _

from outbox.models import Valve


def waiting() -> tuple[int, str, str]:
    """Whether the valve is closed (1 or 0, one statement), in words, and where it is opened.

    The page is the admin's: it opens for who may see the valve there.
    """
    is_closed = Valve.objects.filter(is_open=False).exists()
    page = reverse("admin:outbox_valve_change", args=[Valve.THE_ONE])
    return int(is_closed), _("O envio de cartas está parado."), page
