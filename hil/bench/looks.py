"""Looks at a run that goes on, each of which takes the longer the longer the run is: they stay a small part of it."""

from __future__ import annotations

import time
from collections.abc import Callable

PART = 20  # a look may take a twentieth of the time since the last one


class Looks:
    """How many findings there were at the last look that was worth its time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._found = 0
        self._next_s = 0.0

    def found(self, look: Callable[[], int], *, anew: bool = False) -> int:
        """Look, unless the last look was too dear for that; what was found at the last one.  ``anew``: in any case."""
        began_s = self._clock()
        if anew or began_s >= self._next_s:
            self._found = look()
            ended_s = self._clock()
            self._next_s = ended_s + PART * (ended_s - began_s)
        return self._found
