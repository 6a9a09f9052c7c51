"""Scheduled calls, deadlines, and how long things take."""
