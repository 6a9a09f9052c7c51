"""What went wrong and who did what about it: causes beside findings."""
