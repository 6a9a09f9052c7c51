"""A packet as it was captured, and the link types by which captures name what carries it."""

from __future__ import annotations

import msgspec

ETHERNET, BARE_IP = 1, 101  # link types, as a pcap names them


class RawPacket(msgspec.Struct, frozen=True, gc=False):
    """A packet as an interface gave it, and when, in nanoseconds since 1970."""

    at_ns: int
    data: bytes
    link: int = ETHERNET
    cut: int = 0  # bytes at its end that were not kept: the snap length of the capture
