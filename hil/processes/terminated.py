"""A signal asks the program to end; whoever has results tells them on the way out, and it goes on."""

from __future__ import annotations


class TerminatedError(SystemExit):
    """A signal asks the program to end; passes every ``finally`` on its way out."""
