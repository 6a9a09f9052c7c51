"""How far a long reading is, on one line of the terminal that is written over and taken away again.

Shown where a person looks at standard error and the output goes elsewhere; else nothing is written.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TextIO

from simulator.commands import sayings as say
from simulator.commands.sources import Taken
from simulator.report.wrap import WIDTH, filled

_EVERY_S = 0.5
_MIB = 1 << 20


class Progress:
    """Of one source."""

    def __init__(
        self, taken: Taken, *, errors: TextIO | None = None, output: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._taken = taken
        self._errors = sys.stderr if errors is None else errors
        self._clock = clock
        self._is_seen = self._errors.isatty() and not (sys.stdout if output is None else output).isatty()
        self._next_s = clock() + 2 * _EVERY_S
        self._is_shown = False

    def at(self, messages: int) -> None:
        """So many messages were found by now."""
        if not self._is_seen or self._clock() < self._next_s:
            return
        self._next_s = self._clock() + _EVERY_S
        self._write(self.text(messages))
        self._is_shown = True

    def text(self, messages: int) -> str:
        """How far it is, in words."""
        taken = self._taken
        row = say.PROGRESS_OF if taken.size else say.PROGRESS
        return row.say(done=f"{taken.count / _MIB:.1f}", size=f"{taken.size / _MIB:.1f}", messages=f"{messages:,}")

    def clear(self) -> None:
        """Nothing is left of it on the terminal."""
        if self._is_shown:
            self._write("")
            self._errors.write("\r")
            self._errors.flush()
            self._is_shown = False

    def _write(self, text: str) -> None:
        self._errors.write("\r" + filled(text, WIDTH - 1))
        self._errors.flush()
