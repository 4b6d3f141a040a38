"""Commands of an installation as a whole; an app's own commands live in that app."""
