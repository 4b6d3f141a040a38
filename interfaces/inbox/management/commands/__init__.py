"""One module a command; each says in `help` what it does."""
