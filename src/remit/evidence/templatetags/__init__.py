"""Template tags of the room of evidence."""
