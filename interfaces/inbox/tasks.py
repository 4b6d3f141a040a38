"""What the beat asks of the inbox: read the mailboxes, and decide what has been received."""

from celery import shared_task

from common.later import poke
from interfaces.inbox.place import place_waiting


@shared_task(name="inbox.tasks.place")
def place() -> int:
    """Place replies and follow-ups that came by mail; how many. Safe to run twice at once."""
    return place_waiting()


@shared_task(name="inbox.tasks.fetch")
def fetch() -> None:
    """Ask for a reading of each IMAP mailbox, one task each, so that none waits for another."""
    # imap.py pokes `place`, above.
    from interfaces.inbox import imap

    for mailbox in imap.readable():
        poke(fetch_one, mailbox.pk)


@shared_task(name="inbox.tasks.fetch_one", expires=55)
def fetch_one(mailbox_id: int) -> int:
    """Read one mailbox; how many mails were new. Nothing happens while another worker reads it."""
    from interfaces.inbox import imap

    return imap.fetch(mailbox_id)
