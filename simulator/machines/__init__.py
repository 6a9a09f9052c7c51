"""Terminal and acquirer host as pure machines: an event and a time in, ordered effects out."""
