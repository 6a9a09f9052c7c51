"""The control port of a live process."""
