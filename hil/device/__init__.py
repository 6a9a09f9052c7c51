"""The virtual terminal, a process of its own."""
