"""The admin's pages of the house, and those of people and calendars that need to know tickets.

What is registered below here is extended, not repeated: `accounts` and `calendars` know no tickets.
"""

from tickets.admin import leaving, policies, tickets

__all__ = ["leaving", "policies", "tickets"]
