"""The capture of one case: begun before it, ended after it, kept as masked packets only.

Where nothing can be captured it says why and gives nothing; the case goes on without.
"""

from __future__ import annotations

from hil.capture.masked_packets import LinePorts, masked_packets
from hil.capture.messages import WireMessage, messages_of
from hil.capture.pcap_files import pcap_of
from hil.capture.sniffer import LOOPBACK, NOT_ALL, Sniffer
from simulator.capture.packets import RawPacket
from simulator.capture.pcap_reader import CaptureError
from simulator.capture.segments import segment_of
from simulator.capture.streams import Connection, connections_of
from simulator.wire.dialect import Dialect


class BenchCapture:
    """Captures the lines of a bench, if it may."""

    def __init__(self, ports: LinePorts, dialect: Dialect, interface: str = LOOPBACK) -> None:
        """Begins at once; ``why_not`` tells where it could not."""
        self.ports = ports
        self.why_not = ""
        self._dialect = dialect
        self._sniffer: Sniffer | None = None
        try:
            self._sniffer = Sniffer(ports.all, interface)
        except CaptureError as error:
            self.why_not = str(error)

    @property
    def notes(self) -> tuple[str, ...]:
        """What whoever reads the evidence must know."""
        if self._sniffer is None:
            return (self.why_not,)
        missed = self._sniffer.stop().missed
        told = NOT_ALL.say(interface=self._sniffer.interface, count=missed)
        return (told,) if missed else ()

    def stop(self) -> tuple[RawPacket, ...]:
        """The packets, as they were; for whoever measures.  The same again when called again."""
        return self._sniffer.stop().packets if self._sniffer else ()

    def so_far(self) -> tuple[RawPacket, ...]:
        """What was seen until now."""
        return self._sniffer.so_far() if self._sniffer else ()

    def connections(self) -> list[Connection]:
        """The connections that were seen; ends the capture."""
        return connections_of(
            (segment for packet in self.stop() if (segment := segment_of(packet))), self.ports.all)

    def messages(self) -> tuple[WireMessage, ...]:
        """The messages that were seen; ends the capture."""
        return messages_of(self.connections(), self._dialect)

    def pcap(self) -> bytes | None:
        """The masked capture as a file; None where nothing could be captured."""
        if self._sniffer is None:
            return None
        return pcap_of(masked_packets(self.stop(), self._dialect, self.ports))
