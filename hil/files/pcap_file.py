"""A capture in a file while it happens, by the rules of a run's capture (docs/pcap.md); card data zeroed before.

A relay tells of a fault before it tells of the message, a run after it: this waits for the message.
"""

from __future__ import annotations

from pathlib import Path

from hil.files.one_owner import StateError
from simulator.catalogue.system_words import system_words
from simulator.faults.points import Point
from simulator.report.pcap import Capture
from simulator.trace.records import FaultFired, Lost, Record, WireCarried

_OF_A_MESSAGE = frozenset({Point.REQUEST.value, Point.REPLY.value})


class PcapFile:
    """Written anew; ``StateError`` where it cannot be."""

    def __init__(self, path: Path, whose: str) -> None:
        """``whose``: who sends what was changed or forged on the line."""
        self._path = path
        self._whose = whose
        self._faults: list[FaultFired] = []  # that struck the message of which the next records tell
        self._is_lost = False  # the message that was told of last
        try:
            self._stream = path.open("wb")
            self._capture = Capture(self._stream)
            self._stream.flush()
        except OSError as error:
            raise StateError(f"{path}: {system_words(error)}") from error

    def hear(self, record: Record) -> None:
        """The next record of the trace."""
        if isinstance(record, FaultFired) and record.point in _OF_A_MESSAGE:
            self._faults.append(record)
            return
        if isinstance(record, WireCarried) and record.sender == self._whose:
            if not self._is_lost:  # what is left of a lost one went the other way: here it was heard whole
                self._written(record)
            return
        if isinstance(record, WireCarried):
            self._is_lost = False
            faults, self._faults = self._faults, []
            self._written(record, *faults)
            return
        self._is_lost = self._is_lost or isinstance(record, Lost)
        self._written(record)

    def go_on(self, now_ms: int) -> None:
        """Nothing was told of until now: what TCP does by itself."""
        self._capture.go_on(now_ms)
        self._written()

    def _written(self, *records: Record) -> None:
        try:
            for record in records:
                self._capture.hear(record)
            self._stream.flush()
        except OSError as error:
            raise StateError(f"{self._path}: {system_words(error)}") from error

    def close(self) -> None:
        """No more."""
        try:
            self._capture.finish()
            self._stream.close()
        except OSError as error:
            raise StateError(f"{self._path}: {system_words(error)}") from error
