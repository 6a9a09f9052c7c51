"""Bytes in texts as people keep them: dumps, arrays, literals, logs; knows no message and no packet."""
