"""Bytes of packets (Ethernet, IPv4, TCP), and a capture of them; knows nothing of payments.

Written by hand: a run of a hundred thousand messages is a million packets, which must cost
microseconds each.
"""

from __future__ import annotations

import struct
from enum import IntFlag
from heapq import heappop, heappush
from typing import IO

import msgspec

LARGEST_SEGMENT = 1_400
SEQUENCE = 1 << 32
ETHERNET = 1
_US = 1_000_000
_FILE_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, ETHERNET)
_RECORD = struct.Struct("<IIII")
_IP = struct.Struct("!BBHHHBBH4s4s")
_TCP = struct.Struct("!HHIIBBHHH")
_TCP_LENGTH, _IP_LENGTH = 20, 20
_PROTOCOL, _TIME_TO_LIVE, _DO_NOT_FRAGMENT, _WINDOW = 6, 64, 0x4000, 65_535
_OF_SYN = struct.pack("!BBH", 2, 4, LARGEST_SEGMENT)  # the option: maximum segment size


class Flag(IntFlag):
    """What a segment says beside its bytes."""

    FIN = 0x01
    SYN = 0x02
    RST = 0x04
    PSH = 0x08
    ACK = 0x10


class Peer(msgspec.Struct):
    """One end of a connection: where it is, the next byte that it sends, the next that it expects."""

    address: bytes
    mac: bytes
    port: int
    sequence: int
    expected: int = 0


def _checksum(data: bytes) -> int:
    """The Internet checksum: the complement of the sum of all words, carries added."""
    if len(data) % 2:
        data += b"\0"
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def packet(
    sender: Peer, receiver: Peer, flags: Flag, payload: bytes = b"", sequence: int | None = None,
) -> bytes:
    """One packet.  ``sequence``: of its first byte, where it is not the next."""
    options = _OF_SYN if flags & Flag.SYN else b""
    first = (sender.sequence if sequence is None else sequence) % SEQUENCE
    expected = sender.expected % SEQUENCE if flags & Flag.ACK else 0
    head = _TCP_LENGTH + len(options)
    pseudo = sender.address + receiver.address + struct.pack("!HH", _PROTOCOL, head + len(payload))

    def tcp(check: int) -> bytes:
        return _TCP.pack(sender.port, receiver.port, first, expected, head // 4 << 4, flags,
                         0 if flags & Flag.RST else _WINDOW, check, 0) + options

    def ip(check: int) -> bytes:
        return _IP.pack(0x45, 0, _IP_LENGTH + head + len(payload), 0, _DO_NOT_FRAGMENT,
                        _TIME_TO_LIVE, _PROTOCOL, check, sender.address, receiver.address)

    return b"".join((
        receiver.mac, sender.mac, b"\x08\x00", ip(_checksum(ip(0))),
        tcp(_checksum(pseudo + tcp(0) + payload)), payload,
    ))


class CaptureStream:
    """A pcap with microseconds; what is put in leaves it in the order of time."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._waiting: list[tuple[int, int, bytes]] = []
        self._last_us = 0  # of what is written: nothing goes back behind it
        self.count = 0
        stream.write(_FILE_HEADER)

    def put(self, at_us: int, content: bytes) -> None:
        """A packet, that came by at this moment."""
        self.count += 1
        heappush(self._waiting, (max(at_us, self._last_us), self.count, content))

    def release(self, before_us: int) -> None:
        """Nothing earlier will be put in any more: write what is."""
        waiting, write = self._waiting, self._stream.write
        while waiting and waiting[0][0] < before_us:
            at_us, _, content = heappop(waiting)
            self._last_us = at_us
            write(_RECORD.pack(at_us // _US, at_us % _US, len(content), len(content)) + content)

    def release_all(self) -> None:
        """Write all that is left."""
        if self._waiting:
            self.release(max(at_us for at_us, _, _ in self._waiting) + 1)
