"""Segments out of packets, datagrams that came in fragments put together; counts what was passed over.

What it keeps is bounded: of datagrams that never become whole the oldest are given up, and counted.
"""

from __future__ import annotations

from collections import Counter

import msgspec

from simulator.capture.links import CUT_HEAD
from simulator.capture.packets import RawPacket
from simulator.capture.segments import (
    FRAGMENT,
    MALFORMED,
    NO_TCP,
    OTHERS,
    Datagram,
    Segment,
    addresses_in,
    datagram_in,
    is_tcp,
    segment_in,
)

_MOST_OPEN = 256  # datagrams that are not whole yet
_Key = tuple[bytes, bytes, int, int]  # source, target, protocol, identity


class _Open(msgspec.Struct):
    """A datagram of which some fragments came."""

    at_ns: int
    parts: dict[int, bytes] = {}  # by offset; of two at the same place the longer
    length: int = -1  # of the whole; -1 while the last fragment is missing


class SegmentReader:
    """The TCP segments of packets, one packet after another."""

    def __init__(self) -> None:
        self.passed_over: Counter[str] = Counter()  # packets that are no segment, by what they are
        self.cut = 0  # packets of which the capture kept the beginning only
        self._open: dict[_Key, _Open] = {}

    def take(self, packet: RawPacket) -> Segment | None:
        """The segment that this packet is, or makes whole; None where there is none."""
        self.cut += packet.cut > 0
        found = datagram_in(packet)
        if isinstance(found, str):
            self.passed_over[found] += 1
            return None
        if not is_tcp(found.protocol):
            self.passed_over[OTHERS.get(found.protocol, NO_TCP)] += 1
            return None
        carried = packet.data[found.begin:found.end]
        cut = max(0, found.end - len(packet.data))
        ends = addresses_in(packet.data, found.network)
        if found.is_fragment:
            if cut:
                self.passed_over[FRAGMENT] += 1
                return None
            whole = self._whole(found, (*ends, found.protocol, found.identity), packet.at_ns, carried)
            if whole is None:
                return None
            carried = whole
        segment = segment_in(packet.at_ns, ends, carried, cut)
        if segment is None:
            self.passed_over[CUT_HEAD if cut else MALFORMED] += 1
        return segment

    def end(self) -> None:
        """No packet comes any more: counts the datagrams that did not become whole."""
        for each in self._open.values():
            self.passed_over[FRAGMENT] += len(each.parts)
        self._open.clear()

    def _whole(self, found: Datagram, key: _Key, at_ns: int, carried: bytes) -> bytes | None:
        kept = self._open.get(key)
        if kept is None:
            if len(self._open) >= _MOST_OPEN:
                self.passed_over[FRAGMENT] += len(self._open.pop(next(iter(self._open))).parts)
            kept = self._open[key] = _Open(at_ns, {})
        if len(carried) > len(kept.parts.get(found.offset, b"")):
            kept.parts[found.offset] = carried
        if not found.more:
            kept.length = found.offset + len(carried)
        whole = _joined(kept)
        if whole is not None:
            del self._open[key]
        return whole


def _joined(kept: _Open) -> bytes | None:
    """What the datagram carries; None while a part is missing."""
    if kept.length < 0:
        return None
    whole = bytearray()
    for offset in sorted(kept.parts):
        if offset > len(whole):
            return None
        whole += kept.parts[offset][len(whole) - offset:]
    return bytes(whole[:kept.length]) if len(whole) >= kept.length else None
