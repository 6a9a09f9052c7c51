"""Byte streams that never hold up the clock."""
