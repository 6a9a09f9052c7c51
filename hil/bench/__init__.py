"""Processes put together into a bench."""
