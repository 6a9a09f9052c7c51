"""Moments of the wall clock in the calendar of a run, which jumps: by what its host wrote down of it."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.trace.records import ClockSet, Record


class Calendar:
    """How far the calendar of a run is ahead of the wall clock, at each moment of the wall clock."""

    def __init__(self, host: Iterable[Record]) -> None:
        self._changes: list[tuple[int, int]] = []  # wall ms from which it is so far ahead
        before = 0
        for record in host:
            if isinstance(record, ClockSet):
                ahead = before if self._changes else record.ahead_ms
                self._changes.append((record.at_ms - ahead, record.ahead_ms))
                before = record.ahead_ms

    def at(self, wall_ms: float) -> int:
        """The moment of the run's calendar."""
        ahead_ms = self._changes[0][1] if self._changes else 0
        for from_ms, ahead in self._changes:
            if wall_ms >= from_ms:
                ahead_ms = ahead
        return round(wall_ms) + ahead_ms
