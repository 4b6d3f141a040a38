"""The help center's pages: each view fetches in scope, asks one verb, and shows the result."""
