"""Promises to send, and the only code that talks to the outside; knows no tickets and no people."""
