"""A capture in a file while it happens: what was carried is in it, card data zeroed before."""

from __future__ import annotations

from pathlib import Path

from hil.files.one_owner import StateError
from simulator.catalogue.system_words import system_words
from simulator.report.pcap import Capture
from simulator.trace.records import WireCarried


class PcapFile:
    """Written anew; ``StateError`` where it cannot be."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._stream = path.open("wb")
            self._capture = Capture(self._stream)
            self._stream.flush()
        except OSError as error:
            raise StateError(f"{path}: {system_words(error)}") from error

    def carried(self, record: WireCarried) -> None:
        """One message."""
        try:
            self._capture.hear(record)
            self._capture.finish()
            self._stream.flush()
        except OSError as error:
            raise StateError(f"{self._path}: {system_words(error)}") from error

    def close(self) -> None:
        """No more."""
        self._stream.close()
