"""What the inbox asks of staff, for a page that knows nothing of mail."""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import ngettext

from interfaces.inbox.queries import FOR_STAFF, waiting_for_staff


def waiting() -> tuple[int, str, str]:
    """How many mails wait for a person (one statement), the same in words, and where they are.

    The page is the admin's: it opens for who may see mail there.
    """
    count = waiting_for_staff()
    told = ngettext(
        "%(count)d e-mail espera uma decisão.", "%(count)d e-mails esperam uma decisão.", count
    )
    query = urlencode({"state__in": ",".join(FOR_STAFF)})
    page = f"{reverse('admin:inbox_inboundmail_changelist')}?{query}"
    return count, told % {"count": count}, page
