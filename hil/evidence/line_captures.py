"""Captures at both ends of the line of a plane: what was sent is seen before a fault takes it.

A segment that went up is seen at the terminal's end first, one that goes down at the host's.
"""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from hil.capture.masked_packets import LinePorts, masked_packets
from hil.capture.pcap_files import pcap_of
from hil.capture.sniffer import NOT_ALL, Sniffer
from hil.plane.plane import Plane
from hil.plane.rules import AT_HOST, AT_TERMINAL
from hil.plane.sniffing import sniffer_in
from simulator.capture.packets import RawPacket
from simulator.capture.pcap_reader import CaptureError
from simulator.capture.segments import segment_of
from simulator.capture.streams import connections_of
from simulator.catalogue.language import Told
from simulator.wire.dialect import Dialect
from simulator.wire.dialects import usual_dialect

ENDS: dict[str, tuple[str, Told]] = {
    AT_TERMINAL: ("terminal-end.pcap", Told("the line at the terminal's end", "线路终端侧")),
    AT_HOST: ("host-end.pcap", Told("the line at the host's end", "线路主机侧")),
}


class Keeper(Protocol):
    """Where captures are kept."""

    def add(self, name: str, content: bytes, about: str = "") -> None:
        """A file."""

    def note(self, text: str) -> None:
        """What must be known of them."""


class LineCaptures:
    """Both ends, from now on; kept masked at the end."""

    def __init__(self, plane: Plane, keeper: Keeper, dialect: Dialect | None = None) -> None:
        self._keeper = keeper
        self._dialect = dialect or usual_dialect()
        self._ports = LinePorts(frames=frozenset((plane.port,)))
        self._sniffers: dict[str, Sniffer] = {}
        for end in ENDS:
            try:
                self._sniffers[end] = sniffer_in(plane, end)
            except CaptureError as error:
                keeper.note(str(error))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for end, sniffer in self._sniffers.items():
            captured = sniffer.stop()
            name, about = ENDS[end]
            kept = masked_packets(captured.packets, self._dialect, self._ports)
            self._keeper.add(name, pcap_of(kept), about.say())
            if captured.missed:
                self._keeper.note(NOT_ALL.say(interface=end, count=captured.missed))

    def sent_again(self) -> int:
        """Segments that their sender sent again so far: seen where they come in."""
        up = self._repeats(AT_TERMINAL, up=True)
        return up + self._repeats(AT_HOST, up=False)

    def _repeats(self, end: str, *, up: bool) -> int:
        packets: tuple[RawPacket, ...] = (
            self._sniffers[end].so_far() if end in self._sniffers else ())
        found = connections_of(
            (each for packet in packets if (each := segment_of(packet))), self._ports.all)
        return sum(len((one.up if up else one.down).repeats) + (one.asked_again if up else 0)
                   for one in found)
