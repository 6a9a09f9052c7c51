"""What is left of a run: every file of it with its sum, one time line, who was tested."""
