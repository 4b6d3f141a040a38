"""The inbox on the command line."""
