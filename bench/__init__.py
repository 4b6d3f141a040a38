"""Measurements on this machine of what the product promises; no test, and not in the image."""
