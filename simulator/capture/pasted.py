"""A packet out of bytes of which nobody says that they are one: by the checksum of its IP header.

For dumps of packets in texts, where no file says which link they were captured on.
"""

from __future__ import annotations

import struct

from msgspec.structs import replace

from simulator.capture.packets import BARE_IP, ETHERNET, RawPacket
from simulator.capture.segments import Datagram, datagram_in

_LINKS = (ETHERNET, BARE_IP, 113, 276, 0)  # as people capture: also Linux cooked, loopback
_FEWEST = 20
_BEHIND = 46  # bytes at most behind an IP packet: padding of a short frame, and its checksum
_PLAIN = frozenset((1, 6, 17, 58))  # what IPv6, which has no checksum, must carry, and fill to its last byte


def packet_in(octets: bytes) -> RawPacket | None:
    """The packet that bytes are, ``cut`` by what its IP header announces and is not there; else None."""
    if len(octets) < _FEWEST:
        return None
    for link in _LINKS:
        packet = RawPacket(0, octets, link)
        found = datagram_in(packet)
        if isinstance(found, Datagram) and len(octets) - found.end <= _BEHIND and _is_sound(octets, found):
            return replace(packet, cut=max(0, found.end - len(octets)))
    return None


def _is_sound(octets: bytes, found: Datagram) -> bool:
    if found.version == 6:
        return found.protocol in _PLAIN and len(octets) == found.end and found.end > found.begin
    head = octets[found.network:found.begin]
    if len(head) % 2 or len(head) < _FEWEST:
        return False
    total: int = sum(struct.unpack(f"!{len(head) // 2}H", head))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total == 0xFFFF
