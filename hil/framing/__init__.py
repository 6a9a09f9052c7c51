"""Frames out of bytes and back, in whatever framing a line shows."""
