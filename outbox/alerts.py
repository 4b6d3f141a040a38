"""What the outbox asks of staff, for a page that knows nothing of letters."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from outbox.models import Valve


def waiting(reader: Any) -> tuple[int, str, str]:
    """Whether the valve is closed (1 or 0, one statement), in words, and where it is opened.

    The page is the admin's: it opens for who may see the valve there. `reader` is a person.
    """
    is_closed = Valve.objects.filter(is_open=False).exists()
    page = reverse("admin:outbox_valve_change", args=[Valve.THE_ONE]) if reader.is_staff else ""
    return int(is_closed), _("O envio de cartas está parado."), page
