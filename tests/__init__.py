"""The suite mirrors the code; plus races/, journeys/ and architecture/."""
