"""TCP segments out of captured packets, and packets with another payload of the same length.

Pure functions over bytes: Ethernet (VLAN tags passed over), bare IP, IPv4 and IPv6.  What is no TCP
segment that is whole gives None; nothing here is known of the messages inside.
"""

from __future__ import annotations

import ipaddress
import struct

import msgspec

ETHERNET, BARE_IP = 1, 101  # link types, as a pcap names them
_ETHER_HEAD, _VLAN_TAG = 14, 4
_VLAN = frozenset((0x8100, 0x88A8))
_IPV4, _IPV6, _TCP = 0x0800, 0x86DD, 6
_IPV6_HEAD = 40
_EXTENSIONS = frozenset((0, 43, 60))  # hop by hop, routing, destination: of IPv6
_FLAGS = ("F", "S", "R", "P", "A", "U")


class RawPacket(msgspec.Struct, frozen=True, gc=False):
    """A packet as an interface gave it, and when, in nanoseconds since 1970."""

    at_ns: int
    data: bytes
    link: int = ETHERNET


class Segment(msgspec.Struct, frozen=True, gc=False):
    """One TCP segment; addresses are ``HOST:PORT``, flags of ``FSRPAU``."""

    at_ns: int
    sender: str
    receiver: str
    sequence: int
    acknowledged: int
    flags: str
    payload: bytes = b""

    @property
    def opens(self) -> bool:
        """Whether it asks for a connection."""
        return "S" in self.flags and "A" not in self.flags

    @property
    def ends(self) -> bool:
        """Whether it ends one way, or the connection."""
        return "F" in self.flags or "R" in self.flags


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
    sport, dport, sequence, acknowledged, _, bits = struct.unpack_from(
        "!HHIIBB", data, found.tcp)
    source, target = _addresses(data, found)
    return Segment(
        packet.at_ns, _named(source, sport), _named(target, dport), sequence, acknowledged,
        "".join(flag for n, flag in enumerate(_FLAGS) if bits >> n & 1),
        data[found.begin:found.end])


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


def _find(packet: RawPacket) -> _Found | None:
    data = packet.data
    try:
        network = _network_at(packet)
        return None if network is None else _in_ip(data, network)
    except (IndexError, struct.error):
        return None


def _network_at(packet: RawPacket) -> int | None:
    if packet.link == BARE_IP:
        return 0
    at = _ETHER_HEAD
    kind = int.from_bytes(packet.data[at - 2:at], "big")
    while kind in _VLAN:
        at += _VLAN_TAG
        kind = int.from_bytes(packet.data[at - 2:at], "big")
    return at if kind in {_IPV4, _IPV6} else None


def _in_ip(data: bytes, at: int) -> _Found | None:
    version = data[at] >> 4
    if version == 4:
        total = int.from_bytes(data[at + 2:at + 4], "big") or len(data) - at  # 0: cut up later
        is_part = int.from_bytes(data[at + 6:at + 8], "big") & 0x3FFF
        if data[at + 9] != _TCP or is_part:
            return None
        tcp, end = at + (data[at] & 15) * 4, at + total
    elif version == 6:
        end = at + _IPV6_HEAD + int.from_bytes(data[at + 4:at + 6], "big")
        following, tcp = data[at + 6], at + _IPV6_HEAD
        while following in _EXTENSIONS:
            following, tcp = data[tcp], tcp + (data[tcp + 1] + 1) * 8
        if following != _TCP:
            return None
    else:
        return None
    begin = tcp + (data[tcp + 12] >> 4) * 4
    return _Found(version, at, tcp, begin, end) if tcp + 20 <= begin <= end <= len(data) else None


def _addresses(data: bytes, found: _Found) -> tuple[bytes, bytes]:
    at, size = (found.network + 12, 4) if found.version == 4 else (found.network + 8, 16)
    return data[at:at + size], data[at + size:at + 2 * size]


def _named(address: bytes, port: int) -> str:
    host = str(ipaddress.ip_address(address))
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _checksum(data: bytearray, found: _Found) -> int:
    """The Internet checksum of a segment and its pseudo header; 0 where the one in it is right."""
    source, target = _addresses(bytes(data), found)
    size = found.end - found.tcp
    summed = source + target + size.to_bytes(4, "big") + b"\0\0\0\x06" + data[found.tcp:found.end]
    if len(summed) & 1:
        summed += b"\0"
    total: int = sum(struct.unpack(f"!{len(summed) // 2}H", summed))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
