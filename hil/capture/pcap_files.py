"""Packet captures in files, read and written by scapy; holds whatever packets it is given."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterable
from typing import Any

from scapy.error import Scapy_Exception
from scapy.utils import RawPcapNgReader, RawPcapReader, RawPcapWriter

from hil.capture.segments import BARE_IP, ETHERNET, RawPacket
from simulator.catalogue.language import Message

logging.getLogger("scapy").setLevel(logging.CRITICAL)  # what is odd is said by an error of ours
_NS = 1_000_000_000
_LINKS = {ETHERNET: ETHERNET, BARE_IP: BARE_IP, 12: BARE_IP, 14: BARE_IP, 228: BARE_IP, 229: BARE_IP}
US_RESOLUTION_NS, NS_RESOLUTION_NS = 1_000, 1
UNREADABLE = Message(
    "capture_unreadable", "{name}: the capture cannot be read: {error}", "{name}：无法读取该抓包文件：{error}")
OTHER_LINK = Message(
    "capture_other_link", "{name}: link type {kind} is not read; Ethernet and bare IP are",
    "{name}：不支持链路类型 {kind}；支持以太网和裸 IP")


class CaptureError(Exception):
    """A capture that cannot be made or read; the text is for people."""


def read_pcap(content: bytes, name: str) -> tuple[list[RawPacket], int]:
    """The packets of a pcap or pcapng, and the resolution of its clock in nanoseconds."""
    try:
        stream: Any = io.BytesIO(content)  # as good as the name of a file
        reader: Any = RawPcapReader(stream)
        if isinstance(reader, RawPcapNgReader):
            return _of_pcapng(reader, name), US_RESOLUTION_NS
        resolution = NS_RESOLUTION_NS if reader.nano else US_RESOLUTION_NS
        link = _link(reader.linktype, name)
        return [
            RawPacket(meta.sec * _NS + meta.usec * resolution, data, link)
            for data, meta in reader], resolution
    except (Scapy_Exception, EOFError, ValueError, OverflowError) as error:
        raise CaptureError(UNREADABLE.say(name=name, error=error)) from None


def _of_pcapng(reader: Any, name: str) -> list[RawPacket]:
    return [
        RawPacket(
            ((meta.tshigh << 32) + meta.tslow) * _NS // int(meta.tsresol), data,
            _link(meta.linktype, name))
        for data, meta in reader]


def _link(kind: int, name: str) -> int:
    if kind not in _LINKS:
        raise CaptureError(OTHER_LINK.say(name=name, kind=kind))
    return _LINKS[kind]


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
