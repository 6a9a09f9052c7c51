"""The acquirer host: events and a time in, ordered effects out."""
