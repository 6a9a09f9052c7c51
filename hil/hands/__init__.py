"""Whoever presses keys and presents cards: a person, a command, a robot."""
