"""TCP segments out of captured packets, and packets with another payload of the same length.

Pure functions over bytes: whatever carries IP, IPv4 and IPv6 with its extension headers.  What is no
TCP segment gives a word for what it is; nothing here is known of the messages inside.
"""

from __future__ import annotations

import ipaddress
import struct
from functools import lru_cache

import msgspec

from simulator.capture.links import CUT_HEAD, NO_IP, ip_at
from simulator.capture.packets import RawPacket

_TCP, _UDP, _ICMP = 6, 17, frozenset((1, 58))
_IPV4_HEAD, _IPV6_HEAD, _TCP_HEAD = 20, 40, 20
_EXTENSIONS = frozenset((0, 43, 60, 135, 139, 140, 253, 254))  # of IPv6, in units of eight bytes
_AUTHENTICATION, _FRAGMENT = 51, 44
_FLAGS = ("F", "S", "R", "P", "A", "U")

FRAGMENT = "IP fragment"
MALFORMED = "malformed"
NO_TCP = "no TCP"
OTHERS = {_UDP: "UDP", **dict.fromkeys(_ICMP, "ICMP")}


def is_tcp(protocol: int) -> bool:
    """Whether a datagram of this protocol carries TCP."""
    return protocol == _TCP


class Segment(msgspec.Struct, frozen=True, gc=False):
    """One TCP segment; addresses are ``HOST:PORT``, flags of ``FSRPAU``."""

    at_ns: int
    sender: str
    receiver: str
    sequence: int
    acknowledged: int
    flags: str
    payload: bytes = b""
    cut: int = 0  # bytes behind the payload that were sent and not captured

    @property
    def opens(self) -> bool:
        """Whether it asks for a connection."""
        return "S" in self.flags and "A" not in self.flags

    @property
    def ends(self) -> bool:
        """Whether it ends one way, or the connection."""
        return "F" in self.flags or "R" in self.flags


class Datagram(msgspec.Struct, frozen=True, gc=False):
    """Where the parts of an IP datagram are, and which part of one it is."""

    version: int
    network: int  # where the IP header begins
    protocol: int
    begin: int  # of what it carries
    end: int  # may lie behind the packet's end: what was not captured
    offset: int = 0  # of a fragment, in bytes of what the whole carries
    more: bool = False  # fragments follow
    identity: int = 0  # of the whole

    @property
    def is_fragment(self) -> bool:
        """Whether it is not the whole."""
        return self.more or self.offset > 0


class _Found(msgspec.Struct, frozen=True, gc=False):
    """Where the parts of a packet are."""

    version: int
    network: int  # where the IP header begins
    tcp: int
    begin: int  # of the payload
    end: int


def port_of(address: str) -> int:
    """The port of ``HOST:PORT``.

    >>> port_of("127.0.0.1:8583"), port_of("[::1]:8583")
    (8583, 8583)
    """
    return int(address.rpartition(":")[2])


def segment_of(packet: RawPacket) -> Segment | None:
    """The TCP segment in a packet; None where there is none, or it was not captured whole."""
    found = _find(packet)
    if found is None:
        return None
    data = packet.data
    return segment_in(packet.at_ns, addresses_in(data, found.network), data[found.tcp:found.end])


def segment_in(
    at_ns: int, ends: tuple[bytes, bytes], carried: bytes, cut: int = 0,
) -> Segment | None:
    """The segment in what a datagram between two addresses carries; None where its head is none.

    ``cut``: bytes at its end that were not captured.
    """
    if len(carried) < _TCP_HEAD:
        return None
    sport, dport, sequence, acknowledged, size, bits = struct.unpack_from("!HHIIBB", carried)
    begin = (size >> 4) * 4
    if not _TCP_HEAD <= begin <= len(carried) + cut:
        return None
    missing = max(0, begin - len(carried))  # of the options
    return Segment(
        at_ns, _named(ends[0], sport), _named(ends[1], dport), sequence, acknowledged,
        "".join(flag for n, flag in enumerate(_FLAGS) if bits >> n & 1),
        carried[begin:], cut - missing)


def with_payload(packet: RawPacket, payload: bytes) -> RawPacket:
    """The packet with another payload of the same length, its checksum right, padding zero."""
    found = _find(packet)
    if found is None or len(payload) != found.end - found.begin:
        raise ValueError("a payload of the same length is needed, in a TCP segment")
    data = bytearray(packet.data)
    data[found.begin:found.end] = payload
    data[found.end:] = bytes(len(data) - found.end)
    checksum = found.tcp + 16
    data[checksum:checksum + 2] = b"\0\0"
    data[checksum:checksum + 2] = _checksum(data, found).to_bytes(2, "big")
    return msgspec.structs.replace(packet, data=bytes(data))


def is_sealed(packet: RawPacket) -> bool:
    """Whether the checksum of the segment is right."""
    found = _find(packet)
    return found is not None and _checksum(bytearray(packet.data), found) == 0


# ---- places in a packet ----------------------------------------------------------------------


def datagram_in(packet: RawPacket) -> Datagram | str:
    """The IP datagram in a packet, or what the packet is instead."""
    at = ip_at(packet.data, packet.link)
    if isinstance(at, str):
        return at
    try:
        return _in_ip(packet.data, at)
    except (IndexError, struct.error):
        return CUT_HEAD


def _in_ip(data: bytes, at: int) -> Datagram | str:
    version = data[at] >> 4
    if version == 4:
        total = int.from_bytes(data[at + 2:at + 4], "big") or len(data) - at  # 0: cut up by the card
        head, part = (data[at] & 15) * 4, struct.unpack_from("!H", data, at + 6)[0]
        if not _IPV4_HEAD <= head <= total:
            return MALFORMED
        return Datagram(
            4, at, data[at + 9], at + head, at + total, (part & 0x1FFF) * 8, bool(part & 0x2000),
            struct.unpack_from("!H", data, at + 4)[0])
    if version != 6:
        return NO_IP
    size, following = struct.unpack_from("!HB", data, at + 4)
    begin = at + _IPV6_HEAD
    end = begin + size if size else len(data)
    offset, more, identity = 0, False, 0
    while not offset:
        if following in _EXTENSIONS:
            following, begin = data[begin], begin + (data[begin + 1] + 1) * 8
        elif following == _AUTHENTICATION:
            following, begin = data[begin], begin + (data[begin + 1] + 2) * 4
        elif following == _FRAGMENT:
            part, identity = struct.unpack_from("!HI", data, begin + 2)
            following, begin, offset, more = data[begin], begin + 8, part & 0xFFF8, bool(part & 1)
        else:
            break
    if begin > end:
        return MALFORMED
    return Datagram(6, at, following, begin, end, offset, more, identity)


def _find(packet: RawPacket) -> _Found | None:
    data, whole = packet.data, datagram_in(packet)
    if isinstance(whole, str) or whole.is_fragment or whole.protocol != _TCP:
        return None
    tcp, end = whole.begin, whole.end
    if not tcp + _TCP_HEAD <= end <= len(data):
        return None
    begin = tcp + (data[tcp + 12] >> 4) * 4
    return _Found(whole.version, whole.network, tcp, begin, end) if (
        tcp + _TCP_HEAD <= begin <= end) else None


def addresses_in(data: bytes, network: int) -> tuple[bytes, bytes]:
    """Source and target of the IP header that begins at ``network``."""
    at, size = (network + 12, 4) if data[network] >> 4 == 4 else (network + 8, 16)
    return data[at:at + size], data[at + size:at + 2 * size]


@lru_cache(maxsize=4096)
def _named(address: bytes, port: int) -> str:
    host = str(ipaddress.ip_address(address))
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _checksum(data: bytearray, found: _Found) -> int:
    """The Internet checksum of a segment and its pseudo header; 0 where the one in it is right."""
    source, target = addresses_in(bytes(data), found.network)
    size = found.end - found.tcp
    summed = source + target + size.to_bytes(4, "big") + b"\0\0\0\x06" + data[found.tcp:found.end]
    if len(summed) & 1:
        summed += b"\0"
    total: int = sum(struct.unpack(f"!{len(summed) // 2}H", summed))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
