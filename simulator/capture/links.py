"""What carries IP in a captured packet: Ethernet with its tags, PPP, loopback, Linux's cooked forms.

Pure functions over bytes.  They find where the IP header begins, and say in a word what else a packet
is; they read no more of it.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.capture.packets import ETHERNET

_IP = frozenset((0x0800, 0x86DD))
_VLAN = frozenset((0x8100, 0x88A8, 0x9100, 0x9200))
_PPPOE, _MPLS, _ARP = 0x8864, frozenset((0x8847, 0x8848)), 0x0806
_SNAP = b"\xaa\xaa\x03\x00\x00\x00"
_PPP_IP = frozenset((0x21, 0x57))
_MOST_TAGS = 16

OTHER_LINK = "other link type"
NO_IP = "no IP"
ARP = "ARP"
CUT_HEAD = "cut in its heads"
PPP_CONTROL = "PPP control"

Place = int | str  # where IP begins, or what the packet is instead


def ip_at(data: bytes, link: int) -> Place:
    """Where the IP header of a packet begins, or why there is none."""
    find = _LINKS.get(link)
    if find is None:
        return OTHER_LINK
    try:
        return find(data)
    except IndexError:
        return CUT_HEAD


def is_read(link: int) -> bool:
    """Whether packets of a link type are looked into."""
    return link in _LINKS


def _number(data: bytes, at: int) -> int:
    return data[at] << 8 | data[at + 1]


def _behind_type(data: bytes, at: int) -> Place:
    """From a type of two bytes on: tags, PPPoE, MPLS, the length of 802.3."""
    kind = _number(data, at)
    at += 2
    for _ in range(_MOST_TAGS):
        if kind in _IP:
            return at
        if kind in _VLAN:
            kind = _number(data, at + 2)
            at += 4
        elif kind == _PPPOE:
            return _ppp(data, at + 6)
        elif kind in _MPLS:
            while not data[at + 2] & 1:  # the bottom of the stack
                at += 4
            return _bare(data, at + 4)
        elif kind <= 1500 and data[at:at + 6] == _SNAP:
            kind = _number(data, at + 6)
            at += 8
        else:
            return ARP if kind == _ARP else NO_IP
    return NO_IP


def _ppp(data: bytes, at: int) -> Place:
    if data[at:at + 2] == b"\xff\x03":  # address and control, left out by some
        at += 2
    if data[at] & 1:
        kind, at = data[at], at + 1  # a protocol in one byte
    else:
        kind, at = _number(data, at), at + 2
    return at if kind in _PPP_IP else PPP_CONTROL


def _bare(data: bytes, at: int = 0) -> Place:
    return at if data[at] >> 4 in {4, 6} else NO_IP


def _cooked_again(data: bytes) -> Place:
    """Linux cooked, the second form: the type stands before the rest of twenty bytes."""
    found = _behind_type(data[:2] + data[20:], 0)
    return found if isinstance(found, str) else found + 18



_LINKS: dict[int, Callable[[bytes], Place]] = {
    ETHERNET: lambda data: _behind_type(data, 12),
    0: lambda data: _bare(data, 4),  # BSD loopback: the address family before it
    108: lambda data: _bare(data, 4),  # OpenBSD's
    9: lambda data: _ppp(data, 0),
    50: lambda data: _ppp(data, 0),
    51: lambda data: _ppp(data, 6),  # PPPoE from its own header on
    104: lambda data: _behind_type(data, 2),  # Cisco HDLC
    113: lambda data: _behind_type(data, 14),  # Linux cooked
    276: _cooked_again,
    **dict.fromkeys((12, 14, 101, 228, 229), _bare),
}
