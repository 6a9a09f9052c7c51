"""Captured packets with card data, PIN blocks and keys set to zero and their checksums right.

A capture is kept in this form only.  It fails closed: what is no whole frame of the dialect, on a port
of the acquirer's line, is zero, and so is a segment sent again with other bytes than the first time.
TLS stays as it is: it shows nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from hil.capture.line_mask import text_masked
from hil.capture.messages import TLS_RECORD, parts_of
from simulator.capture.packets import RawPacket
from simulator.capture.segments import port_of, segment_of, with_payload
from simulator.capture.streams import Run, Tracker, Way
from simulator.wire.dialect import Dialect
from simulator.wire.framing import Framing
from simulator.wire.masked_frames import masked_frame


class LinePorts(msgspec.Struct, frozen=True):
    """Which ports carry what."""

    frames: frozenset[int] = frozenset()  # of the acquirer's line: host, relay
    texts: frozenset[int] = frozenset()  # ECR links: texts, masked as such

    @property
    def all(self) -> frozenset[int]:
        """All of them."""
        return self.frames | self.texts


def masked_packets(
    packets: Iterable[RawPacket], dialect: Dialect, ports: LinePorts,
) -> list[RawPacket]:
    """The TCP segments of these packets, masked; what is no segment is left out."""
    tracker = Tracker(ports.all)
    taken = [
        (packet, segment, tracker.add(segment))
        for packet in packets if (segment := segment_of(packet))]
    shown: dict[int, _Shown] = {}
    for connection in tracker.connections:
        framing: Framing | None = None
        is_text = bool({port_of(connection.client), port_of(connection.server)} & ports.texts)
        for way in (connection.up, connection.down):
            shown[id(way)], framing = _masked_way(way, dialect, framing, is_text=is_text)
    return [
        with_payload(packet, shown[id(way)].at(way.place_of(segment.sequence), segment.payload)
                     if segment.payload else b"")
        for packet, segment, way in taken]


class _Shown(msgspec.Struct, frozen=True):
    """The runs of one way as they may be shown, and as they were, by place."""

    runs: tuple[tuple[int, bytes, bytes], ...] = ()  # place, as it was, as it may be shown

    def at(self, place: int, payload: bytes) -> bytes:
        """A payload as it may be shown; zero where it is not what stood there."""
        for begin, content, masked in self.runs:
            if begin <= place and place + len(payload) <= begin + len(content):
                at = place - begin
                if content[at:at + len(payload)] == payload:
                    return masked[at:at + len(payload)]
        return bytes(len(payload))


def _masked_way(
    way: Way, dialect: Dialect, framing: Framing | None, *, is_text: bool,
) -> tuple[_Shown, Framing | None]:
    shown = []
    for run in way.runs():
        if is_text:
            masked = text_masked(run.content)
        else:
            masked, framing = _masked_run(
                run, dialect, framing, is_start=way.began and not run.place)
        shown.append((run.place, run.content, masked))
    return _Shown(tuple(shown)), framing


def _masked_run(
    run: Run, dialect: Dialect, known: Framing | None, *, is_start: bool,
) -> tuple[bytes, Framing | None]:
    content = run.content
    if known is None and is_start and content[:1] and content[0] in TLS_RECORD and content[1:2] == b"\x03":
        return content, None
    masked = []
    for part in parts_of(content, dialect, known, is_start=is_start):
        octets = content[part.begin:part.end]
        if part.is_keep_alive:
            masked.append(octets)
        elif part.framing is None:
            masked.append(bytes(len(octets)))
        else:
            known = part.framing
            masked.append(masked_frame(octets, dialect, known))
    return b"".join(masked), known
