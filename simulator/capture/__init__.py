"""Packet captures: files, what carries IP, fragments, TCP segments and streams; knows no message."""
