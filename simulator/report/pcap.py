"""A packet capture of what a run carried: its messages in TCP connections as the trace says they went.

Addresses are invented: terminals live in 10.0.0.0/8, the acquirer is 10.255.0.1.  Card data was
zeroed when the record was made; nothing here could restore it.  docs/pcap.md says where the packets
are seen and how each record shows.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import IO

from simulator.report.line_packets import HOST, HOST_ADDRESS, HOST_PORT, LinePackets
from simulator.report.packets import CaptureStream
from simulator.trace.records import Record

__all__ = ["HOST", "HOST_ADDRESS", "HOST_PORT", "Capture", "write_pcap"]


class Capture:
    """A capture into a stream while a run goes on; ``OSError`` where it cannot be written."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._packets = CaptureStream(stream)
        self._line = LinePackets(self._packets)
        self.hear = self._line.hear

    @property
    def count(self) -> int:
        """How many packets there are by now."""
        return self._packets.count

    def go_on(self, now_ms: int) -> None:
        """There is no record until then: what is known by now is written."""
        self._line.go_on(now_ms)

    def finish(self) -> None:
        """No more records: what is still held back is written."""
        self._line.finish()


def write_pcap(path: Path, records: Iterable[Record]) -> int:
    """Write a capture; gives how many packets are in it.  ``OSError`` where it cannot be written."""
    with path.open("wb") as stream:
        capture = Capture(stream)
        for record in records:
            capture.hear(record)
        capture.finish()
    return capture.count
