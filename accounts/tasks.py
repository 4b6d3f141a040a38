"""What the beat asks of the accounts: forget the sheets of people."""

from celery import shared_task

from accounts import imports


@shared_task(name="accounts.tasks.forget_sheets")
def forget_sheets() -> int:
    """Delete the sheets of people of more than a week ago; how many. Safe to run twice at once."""
    return imports.forget()
