"""What the beat asks of the inbox: decide what has been received and is still waiting."""

from celery import shared_task

from interfaces.inbox.place import place_waiting


@shared_task(name="inbox.tasks.place")
def place() -> int:
    """Place replies and follow-ups that came by mail; how many. Safe to run twice at once."""
    return place_waiting()
