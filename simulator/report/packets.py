"""Bytes of packets (Ethernet, IPv4, TCP), and a capture of them; knows nothing of payments.

Written by hand: a run of a hundred thousand messages is a million packets, which must cost
microseconds each.
"""

from __future__ import annotations

import struct
from heapq import heappop, heappush
from typing import IO

import msgspec

LARGEST_SEGMENT = 1_400
SEQUENCE = 1 << 32
ETHERNET = 1
_US = 1_000_000
_FILE_HEADER = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, ETHERNET)
_RECORD = struct.Struct("<IIII")
_IP = struct.Struct("!BBHHHBBH")
_PSEUDO = struct.Struct("!HH")
_TCP = struct.Struct("!HHIIBBHHH")
_TCP_LENGTH, _IP_LENGTH = 20, 20
_PROTOCOL, _TIME_TO_LIVE, _DO_NOT_FRAGMENT, _WINDOW = 6, 64, 0x4000, 65_535
_OF_SYN = struct.pack("!BBH", 2, 4, LARGEST_SEGMENT)  # the option: maximum segment size


FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10  # what a segment says beside its bytes


class Peer(msgspec.Struct):
    """One end of a connection: where it is, the next byte that it sends, the next that it expects."""

    address: bytes
    mac: bytes
    port: int
    sequence: int
    expected: int = 0


def _checksum(data: bytes) -> int:
    """The Internet checksum: the complement of the sum of all words, carries added.

    65536 is 1 modulo 65535: the bytes as one number have the remainder of that sum.

    >>> hex(_checksum(bytes.fromhex("45000073000040004011 0000 c0a80001c0a800c7")))
    '0xb861'
    """
    if len(data) % 2:
        data += b"\0"
    rest = int.from_bytes(data, "big") % 0xFFFF
    return 0xFFFF - rest if rest else 0


def packet(
    sender: Peer, receiver: Peer, flags: int, payload: bytes = b"", sequence: int | None = None,
) -> bytes:
    """One packet.  ``sequence``: of its first byte, where it is not the next."""
    options = _OF_SYN if flags & SYN else b""
    first = (sender.sequence if sequence is None else sequence) % SEQUENCE
    expected = sender.expected % SEQUENCE if flags & ACK else 0
    length = _TCP_LENGTH + len(options) + len(payload)
    offset, window = (_TCP_LENGTH + len(options)) // 4 << 4, 0 if flags & RST else _WINDOW
    ends = sender.address + receiver.address
    tcp = _TCP.pack(
        sender.port, receiver.port, first, expected, offset, flags, window, 0, 0) + options + payload
    check = _checksum(ends + _PSEUDO.pack(_PROTOCOL, length) + tcp)
    ip = _IP.pack(0x45, 0, _IP_LENGTH + length, 0, _DO_NOT_FRAGMENT, _TIME_TO_LIVE, _PROTOCOL, 0)
    of_ip = _checksum(ip + ends)
    return b"".join((
        receiver.mac, sender.mac, b"\x08\x00", ip[:10], of_ip.to_bytes(2, "big"), ends,
        tcp[:16], check.to_bytes(2, "big"), tcp[18:],
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
