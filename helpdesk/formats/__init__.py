"""How the admin writes dates, by language; our own pages write theirs with common/dates.py."""
