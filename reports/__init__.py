"""Windows on what happened: figures read from the house, written nowhere."""
