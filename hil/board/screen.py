"""What a board shows and prints on its third serial line, and what hands type there; keeps the newest lines.

Lines begin with D (display), P (printer) or E (for service people).  An answer is the first display
line with a certain beginning that comes behind what was typed.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

import msgspec

from hil.control.live_process import wall_ms

KEPT = 2_000
LONGEST_LINE = 4_096


class Shown(msgspec.Struct, frozen=True):
    """One line."""

    number: int  # of the line, from 1
    at_ms: int
    what: str  # D, P, E; "" for a line that is none of them
    text: str


class Screen:
    """Display and printer of one board, through all its starts; heard in one thread, asked by any."""

    def __init__(self, log: Path | None, on_line: Callable[[Shown], None] = lambda _: None) -> None:
        """``log``: where each line is written down; ``on_line`` is told in the thread that hears."""
        self._log = log
        self._on_line = on_line
        self._partial = bytearray()
        self._lines: deque[Shown] = deque(maxlen=KEPT)
        self._count = 0
        self._came = threading.Condition()

    @property
    def count(self) -> int:
        """How many lines there were so far."""
        return self._count

    def heard(self, data: bytes) -> None:
        """Bytes of the board."""
        self._partial += data
        while (end := self._partial.find(b"\n")) >= 0 or len(self._partial) > LONGEST_LINE:
            cut = end if end >= 0 else LONGEST_LINE
            line = bytes(self._partial[:cut]).decode("utf-8", "replace").rstrip("\r")
            del self._partial[:cut + (end >= 0)]
            self._line(line)

    def begins(self) -> None:
        """The board starts: what was half a line when the power went is none."""
        self._partial.clear()

    def wait(self, beginning: str, after: int, within_s: float, is_over: Callable[[], bool] = lambda: False) -> Shown | None:
        """The first display line behind number ``after`` that begins so; None where none came in time, or ``is_over``."""
        until_s = time.monotonic() + within_s
        with self._came:
            while True:
                for each in self._lines:
                    if each.number > after and each.what == "D" and each.text.startswith(beginning):
                        return each
                left_s = until_s - time.monotonic()
                if left_s <= 0 or is_over():
                    return None
                self._came.wait(min(left_s, LOOK_S))

    def lines(self, what: str = "", after: int = 0) -> tuple[Shown, ...]:
        """The lines that are remembered, of one kind."""
        with self._came:
            return tuple(each for each in self._lines if each.number > after and what in ("", each.what))

    def _line(self, line: str) -> None:
        kind, _, text = line.partition(":")
        known = kind in ("D", "P", "E")
        shown = Shown(self._count + 1, wall_ms(), kind if known else "", text if known else line)
        if self._log is not None:
            with self._log.open("ab") as file:
                file.write(msgspec.json.encode(shown) + b"\n")
        self._on_line(shown)  # before anybody who waits for the line types something
        with self._came:
            self._count += 1
            self._lines.append(shown)
            self._came.notify_all()


LOOK_S = 0.05
