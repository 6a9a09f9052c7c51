"""TCP connections out of segments: each way put in order, every byte with the moment it was first seen.

Pure functions.  Whatever the order of segments, what was sent twice counts once; bytes that were never
captured leave a gap, and what follows it is a run of its own.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from simulator.capture.segments import Segment, port_of

_CIRCLE = 1 << 32
_FARTHEST = 1 << 26  # bytes between two segments of one connection: more were never lost at once


class Piece(msgspec.Struct, frozen=True, gc=False):
    """Bytes of one way that one segment brought first, at their place in the stream."""

    place: int
    data: bytes
    at_ns: int

    @property
    def end(self) -> int:
        """The place behind its last byte."""
        return self.place + len(self.data)


def _place_of(piece: Piece) -> int:
    return piece.place


class Run(msgspec.Struct, frozen=True, gc=False):
    """Bytes of one way without a gap; ``missing`` bytes before it were not captured."""

    place: int
    content: bytes
    pieces: tuple[Piece, ...]
    missing: int = 0

    def seen_ns(self, begin: int, end: int) -> tuple[int, int]:
        """When the first byte of a part was seen, and when all of it; places count from the run."""
        first = bisect_right(self.pieces, self.place + begin, key=_place_of) - 1
        behind = bisect_left(self.pieces, self.place + end, key=_place_of)
        times = [piece.at_ns for piece in self.pieces[first:max(behind, first + 1)]]
        return times[0], max(times)


class Way(msgspec.Struct):
    """One way of a connection."""

    sender: str
    receiver: str
    base: int | None = None  # the sequence number of the first byte
    pieces: list[Piece] = []  # by place, none over another
    repeats: list[tuple[int, int, int]] = []  # at_ns, place, length: sent again
    began: bool = False  # its beginning was captured
    ended_ns: int = 0
    was_reset: bool = False
    floor: int | None = None  # what stands before this place was read and given away
    seen: int = 0  # the place behind the last byte that was sent, captured or not

    def place_of(self, sequence: int) -> int:
        """Where a sequence number is in the stream."""
        if self.base is None:
            self.base = sequence
        return (sequence - self.base + _CIRCLE // 2) % _CIRCLE - _CIRCLE // 2

    def add(self, segment: Segment) -> None:
        """Take in the bytes that were not seen before."""
        place = self.place_of(segment.sequence)
        end = place + len(segment.payload)
        self.seen = max(self.seen, end + segment.cut)
        least = place if self.floor is None else max(place, self.floor)
        if self.began:
            least = max(least, 0)  # a keep-alive of TCP repeats the byte before the first
        fresh = _not_covered(self.pieces, least, end)
        if sum(e - b for b, e in fresh) < end - place:
            self.repeats.append((segment.at_ns, place, end - place))
        for begin, until in fresh:
            piece = Piece(begin, segment.payload[begin - place:until - place], segment.at_ns)
            self.pieces.insert(bisect_right(self.pieces, begin, key=_place_of), piece)

    def give_up_to(self, place: int) -> None:
        """Forget the bytes before a place; they are not taken in again."""
        self.floor = place
        self.repeats.clear()
        behind = bisect_right(self.pieces, place, key=_place_of)
        if behind and (last := self.pieces[behind - 1]).end > place:
            behind -= 1
            self.pieces[behind] = Piece(place, last.data[place - last.place:], last.at_ns)
        del self.pieces[:behind]

    def runs(self) -> list[Run]:
        """The bytes in order, in as many runs as there are gaps."""
        runs: list[Run] = []
        group: list[Piece] = []
        end = None
        missing = 0
        for piece in self.pieces:
            if end is not None and piece.place > end:
                runs.append(_run(group, missing))
                missing, group = piece.place - end, []
            group.append(piece)
            end = piece.end
        if group:
            runs.append(_run(group, missing))
        return runs


class Connection(msgspec.Struct):
    """A connection, as far as it was captured."""

    number: int
    up: Way  # from who opened it
    down: Way
    asked_ns: int = 0  # SYN; 0: not captured
    taken_ns: int = 0  # SYN and ACK
    asked_again: int = 0  # SYNs sent again

    @property
    def client(self) -> str:
        """Who opened it."""
        return self.up.sender

    @property
    def server(self) -> str:
        """Who was asked."""
        return self.up.receiver


class Tracker:
    """Takes segments in, in the order in which they were captured, and tells whose each is.

    ``ports`` are those of servers: they tell who opened a connection whose beginning was not seen.
    """

    def __init__(self, ports: Iterable[int] = ()) -> None:
        self._servers = frozenset(ports)
        self._open: dict[frozenset[str], Connection] = {}
        self._all: dict[int, Connection] = {}
        self._number = 0

    @property
    def connections(self) -> list[Connection]:
        """Those that are not forgotten, in the order in which they began."""
        return list(self._all.values())

    def add(self, segment: Segment) -> Way:
        """The way that a segment belongs to, its bytes now in it."""
        connection = self.connection_of(segment)
        return _take(connection, segment)

    def connection_of(self, segment: Segment) -> Connection:
        """The connection that a segment belongs to; begins one where it belongs to none."""
        ends = frozenset((segment.sender, segment.receiver))
        connection = self._open.get(ends)
        if connection is None or _is_over(connection, segment):
            connection = _begun(self._number, segment, self._servers)
            self._number += 1
            self._all[connection.number] = connection
            self._open[ends] = connection
        return connection

    def forget(self, connection: Connection) -> None:
        """Keep it no longer; a segment that still comes of it begins another."""
        self._all.pop(connection.number, None)
        ends = frozenset((connection.client, connection.server))
        if self._open.get(ends) is connection:
            del self._open[ends]


def connections_of(
    segments: Iterable[Segment], ports: Iterable[int] = (),
) -> list[Connection]:
    """The connections of segments in the order in which they began."""
    tracker = Tracker(ports)
    for segment in segments:
        tracker.add(segment)
    return tracker.connections


def _begun(number: int, segment: Segment, servers: frozenset[int]) -> Connection:
    client, server = segment.sender, segment.receiver
    is_answer = {"S", "A"} <= set(segment.flags)
    if is_answer or (not segment.opens and port_of(client) in servers):
        client, server = server, client
    return Connection(number, Way(client, server), Way(server, client))


def _is_over(connection: Connection, segment: Segment) -> bool:
    """Whether a segment between two ends is of another connection: its SYN, or bytes far away."""
    way = connection.up if segment.sender == connection.client else connection.down
    if "S" in segment.flags:
        if segment.opens and way is connection.down and connection.up.base is not None:
            return True
        return way.base is not None and way.base != (segment.sequence + 1) % _CIRCLE
    if way.base is None or not segment.payload:
        return False
    place = way.place_of(segment.sequence)
    return not way.seen - _FARTHEST <= place <= way.seen + _FARTHEST


def _take(connection: Connection, segment: Segment) -> Way:
    way = connection.up if segment.sender == connection.client else connection.down
    if "S" in segment.flags:
        way.base = (segment.sequence + 1) % _CIRCLE
        way.began = True
        if segment.opens and connection.asked_ns:
            connection.asked_again += 1
        elif segment.opens:
            connection.asked_ns = segment.at_ns
        else:
            connection.taken_ns = connection.taken_ns or segment.at_ns
        if segment.payload:
            way.add(replace(segment, sequence=way.base))
        return way
    if segment.payload:
        way.add(segment)
    if segment.ends and not way.ended_ns:
        way.ended_ns = segment.at_ns
    way.was_reset = way.was_reset or "R" in segment.flags
    return way


def _not_covered(pieces: list[Piece], begin: int, end: int) -> list[tuple[int, int]]:
    """The parts from ``begin`` to ``end`` that no piece has."""
    fresh = []
    at = max(0, bisect_right(pieces, begin, key=_place_of) - 1)
    for piece in pieces[at:]:
        if piece.place >= end:
            break
        if piece.end <= begin:
            continue
        if piece.place > begin:
            fresh.append((begin, piece.place))
        begin = piece.end
    if begin < end:
        fresh.append((begin, end))
    return fresh


def _run(group: list[Piece], missing: int) -> Run:
    return Run(
        group[0].place, b"".join(piece.data for piece in group), tuple(group), missing)
