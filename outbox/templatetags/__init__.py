"""Tags of the letters' templates."""
