"""Files that keep what must not be lost, and their owner."""
