"""Tags of the letters about tickets."""
