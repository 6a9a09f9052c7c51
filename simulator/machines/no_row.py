"""What a machine raises where one of its tables lacks a row."""

from __future__ import annotations


class NoRowError(LookupError):
    """Something came up that a table has no row for: a mistake of whoever made the table."""
