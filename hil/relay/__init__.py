"""A line between any terminal and any host on which faults understand messages."""
