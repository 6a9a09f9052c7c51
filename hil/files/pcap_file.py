"""A capture in a file while it happens: what was carried is in it, card data zeroed before."""

from __future__ import annotations

from pathlib import Path

from hil.files.one_owner import StateError
from simulator.catalogue.system_words import system_words
from simulator.report.pcap import Packets
from simulator.trace.records import WireCarried

ETHERNET = 1


class PcapFile:
    """Written anew; ``StateError`` where it cannot be."""

    def __init__(self, path: Path) -> None:
        from scapy.utils import PcapWriter  # noqa: PLC0415 - half a second, only where one is wanted

        self._path = path
        self._packets = Packets()
        try:
            self._stream = path.open("wb")
        except OSError as error:
            raise StateError(f"{path}: {system_words(error)}") from error
        self._writer = PcapWriter(self._stream, linktype=ETHERNET, sync=True)
        self._writer.write_header(None)

    def carried(self, record: WireCarried) -> None:
        """One message."""
        try:
            for packet in self._packets.of(record):
                self._writer.write(packet)
        except OSError as error:
            raise StateError(f"{self._path}: {system_words(error)}") from error

    def close(self) -> None:
        """No more."""
        self._writer.close()
