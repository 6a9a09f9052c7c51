"""The second plane: a network namespace of our own between a terminal and its host, with faults below TCP."""
