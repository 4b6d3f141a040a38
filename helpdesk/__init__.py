"""The composition: settings, addresses, beat's table, and what starts it all; no rule is here."""
