"""Business calendars: which days count, when a count ends, and why."""
