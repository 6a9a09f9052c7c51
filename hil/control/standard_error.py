"""Lines for people who look on, on standard error: whoever does not read them holds up nobody.

A pipe that nobody reads is full some day, and who writes to it then waits for ever.  So a line is written
where there is room for it, else it is left out; how many were, is said when there is room again.
"""

from __future__ import annotations

import os
import select
import sys
import threading
from contextlib import suppress
from typing import TextIO

from simulator.catalogue.language import Message
from simulator.catalogue.visible import visible_lines

LEFT_OUT = Message(
    "lines_left_out", "daozhang: {count} lines were left out here: nobody read them",
    "daozhang：此处略去 {count} 行：无人读取")
AT_ONCE = 4_096  # bytes for which a pipe that can be written to has room (PIPE_BUF)


class Onlooker:
    """One stream of lines."""

    def __init__(self) -> None:
        self._lock = threading.RLock()  # a signal may come while a line is written
        self._left_out = 0

    def tell(self, line: str, stream: TextIO | None = None) -> None:
        """One line, on standard error unless told otherwise; perhaps nobody looks on."""
        with self._lock, suppress(OSError, ValueError):
            stream = sys.stderr if stream is None else stream
            if stream is None:
                return
            if not _has_room(stream):
                self._left_out += 1
                return
            if self._left_out:
                said, self._left_out = LEFT_OUT.say(count=self._left_out), 0
                line = f"{said}\n{line}"
            stream.write(_cut(visible_lines(line)) + "\n")
            stream.flush()


def _has_room(stream: TextIO) -> bool:
    """Whether a line can be written without waiting; what is no descriptor always has room."""
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError, AttributeError):
        return True
    if os.name != "posix":
        return True
    writable = select.poll()
    writable.register(descriptor, select.POLLOUT)
    return bool(writable.poll(0))


def _cut(line: str) -> str:
    """As much of a line as there is room for."""
    octets = line.encode("utf-8", "backslashreplace")
    return line if len(octets) < AT_ONCE else octets[:AT_ONCE - 8].decode("utf-8", "ignore") + " …"


tell = Onlooker().tell
