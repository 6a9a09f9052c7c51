"""The terminal: events and a time in, ordered effects out."""
