"""What was on the lines of a bench, as it was: packets of an interface, bytes of a serial line."""
