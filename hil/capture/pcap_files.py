"""Packet captures in files, read and written; holds whatever packets it is given."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable

from scapy.utils import RawPcapWriter

from simulator.capture.links import is_read
from simulator.capture.packets import ETHERNET, RawPacket
from simulator.capture.pcap_reader import CaptureError, PcapReader
from simulator.catalogue.language import Message

logging.getLogger("scapy").setLevel(logging.CRITICAL)  # what is odd is said by an error of ours
_NS = 1_000_000_000
US_RESOLUTION_NS = 1_000
OTHER_LINK = Message(
    "capture_other_link", "{name}: link type {kind} is not read", "{name}：不支持链路类型 {kind}")


def read_pcap(content: bytes, name: str) -> tuple[list[RawPacket], int]:
    """The packets of a pcap or pcapng, and the resolution of its clock in nanoseconds.

    ``CaptureError`` where it is none, is damaged, or has a link type that is not read.
    """
    reader = PcapReader(io.BytesIO(content), name)
    packets = list(reader.packets())
    if reader.ended:
        raise CaptureError(reader.ended)
    for packet in packets:
        if not is_read(packet.link):
            raise CaptureError(OTHER_LINK.say(name=name, kind=packet.link))
    return packets, reader.resolution_ns


def pcap_of(packets: Iterable[RawPacket]) -> bytes:
    """The packets as a pcap in microseconds; all of one link type."""
    packets = list(packets)
    kept = io.BytesIO()
    writer = RawPcapWriter(kept, linktype=packets[0].link if packets else ETHERNET, endianness="<")
    writer.write_header(None)
    for packet in packets:
        writer.write_packet(packet.data, sec=packet.at_ns // _NS, usec=packet.at_ns % _NS // 1_000)
    writer.flush()
    return kept.getvalue()
