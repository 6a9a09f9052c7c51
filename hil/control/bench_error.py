"""The bench itself does not work: what every room of it raises, and what says nothing about what is tested.

It lies so low that supplies, hands and lines can raise it; whoever drives a bench catches this one.
"""

from __future__ import annotations


class BenchError(Exception):
    """The bench itself does not work: says nothing about what is tested on it; the text is for people."""
