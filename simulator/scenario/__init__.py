"""A scenario: what a person writes, read and checked whole before anything runs."""
