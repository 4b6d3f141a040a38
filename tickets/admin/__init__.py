"""The admin's pages of the house, and those of people and calendars that need to know tickets.

What is registered below here is extended, not repeated: `accounts`, `calendars` and `outbox` know
no tickets.
"""

from tickets.admin import leaving, letters, policies, tickets

__all__ = ["leaving", "letters", "policies", "tickets"]
