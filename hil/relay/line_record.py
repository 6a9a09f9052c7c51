"""The trace of a relay in a file, for a program that has one in itself: what its judge needs of the line."""

from __future__ import annotations

from pathlib import Path

from hil.clock.live_clock import LiveEnvironment
from hil.files.trace_file import TraceFile
from hil.relay.effects import Departure
from hil.relay.relay_trace import RelayTrace
from hil.relay.seen import SeenMessage
from simulator.trace.recorder import Recorder
from simulator.wire.dialect import Dialect


class LineRecord:
    """Give ``decided`` and ``arrived`` to a :class:`hil.relay.relay.Relay`; ``StateError`` for the file."""

    def __init__(self, clock: LiveEnvironment, dialect: Dialect, path: Path) -> None:
        self._file = TraceFile(path)
        self._is_closed = False
        self._trace = RelayTrace(clock, Recorder([self._file.emit]), dialect)
        self._trace.begin()

    def decided(self, seen: SeenMessage) -> None:
        """A message, and what became of it."""
        if not self._is_closed:
            self._trace.decided(seen)

    def arrived(self, departure: Departure) -> None:
        """A message reached the other side."""
        if not self._is_closed:
            self._trace.arrived(departure)

    def close(self) -> None:
        """Nothing more is written; in the clock's thread, like all else."""
        if not self._is_closed:
            self._is_closed = True
            self._file.close()
