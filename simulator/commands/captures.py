"""Messages in packet captures: each way of each connection cut into messages, in order of time.

Nothing is sent or captured here.  What is kept is bounded, however large a capture: a way is read as
soon as its framing is known, and connections that have been silent longest are read to their end first.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from simulator.capture.fragments import SegmentReader
from simulator.capture.links import CUT_HEAD, OTHER_LINK
from simulator.capture.packets import RawPacket
from simulator.capture.pcap_reader import CaptureError, PcapReader
from simulator.capture.segments import FRAGMENT, MALFORMED
from simulator.capture.streams import Connection, Tracker, Way
from simulator.commands import sayings as say
from simulator.commands.found import Event, Unread, found_of, unread_of
from simulator.commands.inputs import InputError
from simulator.wire.cutting import CutMessage, NoMessage, StreamCutter
from simulator.wire.dialect import Dialect
from simulator.wire.framing import Framing

_NS_OF_MS = 1_000_000
_MOST_OPEN = 2_048  # connections
_MOST_WAITING = 1 << 17  # bytes of a way whose framing is not known, or behind a gap
_MOST_HELD = 1 << 22  # bytes of all ways together that wait so
_MOST_SORTED = 2_048  # messages that wait for earlier ones
_LOSSES = frozenset((CUT_HEAD, OTHER_LINK, FRAGMENT, MALFORMED))
_TLS = frozenset((0x14, 0x15, 0x16, 0x17))


class _Dated(msgspec.Struct):
    """An event, in order of time and then as it was found."""

    at_ns: int
    number: int
    event: Event

    def __lt__(self, other: _Dated) -> bool:
        return (self.at_ns, self.number) < (other.at_ns, other.number)


class _Reading:
    """One way of a connection, as far as it was cut into messages."""

    def __init__(self, way: Way, dialect: Dialect, framings: Sequence[Framing]) -> None:
        self.way = way
        self.name = f"{way.sender} > {way.receiver}"
        self.waiting = 0  # bytes that were not given to the cutter
        self._dialect = dialect
        self._framings = framings
        self._cutter = StreamCutter(dialect, framings)
        self._base = 0  # place in the way at which the cutter began
        self._at: int | None = None  # place up to which it was fed
        self._marks: list[tuple[int, int]] = []  # place, moment when the bytes before it were seen
        self._has_messages = False
        self._no_messages: NoMessage | None = None  # what came before any message
        self._first = b""
        self._last_ns = 0  # of the last event
        self._seen_ns = 0  # when all that was fed was seen

    @property
    def is_ready(self) -> bool:
        """Whether what waits should be read now."""
        return self._cutter.framing is not None or self.waiting >= _MOST_WAITING

    def read(self, known: Framing | None, *, final: bool) -> Iterator[tuple[int, Event]]:
        """What can be told now, each with its moment; all that is left where nothing more comes."""
        patient = not final and self.waiting < _MOST_WAITING
        if patient and self._missing_before(self.way.pieces[0].place):
            return
        for run in self.way.runs():
            missing = self._missing_before(run.place)
            if missing and patient:
                break
            if missing:
                yield from self._gap(missing, run.place, known)
            elif self._at is None:
                self._base = run.place
            for piece in run.pieces:
                self._seen_ns = max(self._seen_ns, piece.at_ns)
                self._marks.append((piece.end, self._seen_ns))
            self._first = self._first or run.content[:2]
            self._at = run.place + len(run.content)
            yield from self._events(self._cutter.feed(run.content))
            self.way.give_up_to(self._at)
            self.waiting = 0
        if final:
            yield from self._events(self._cutter.end())
            yield from self._last_words()

    def _missing_before(self, place: int) -> int:
        """Bytes before a place that were sent and not captured."""
        return place - (self._at or 0) if self._at is not None or self.way.began else 0

    def _gap(self, missing: int, place: int, known: Framing | None) -> Iterator[tuple[int, Event]]:
        yield from self._events(self._cutter.end())
        yield self._last_ns, Unread("gaps", say.GAP.say(
            name=self.name, count=missing, place=self._at or 0), {"offset": self._at or 0, "missing": missing})
        self._cutter = StreamCutter(
            self._dialect, self._framings, self._cutter.framing or known, is_start=False)
        self._base = place

    def _last_words(self) -> Iterator[tuple[int, Event]]:
        found, missing = self._no_messages, self.way.seen - (self._at or 0)
        if not self._has_messages and found is not None:
            is_tls = self._first[1:] == b"\3" and self._first[0] in _TLS
            row = say.TLS_STREAM if is_tls else say.OTHER_STREAM
            yield self._last_ns, Unread(
                "streams", row.say(name=self.name, count=found.count, why=found.error),
                {"bytes": found.count}, is_loss=False)
        elif missing > 0:
            yield self._last_ns, Unread("gaps", say.CUT_END.say(name=self.name, count=missing), {
                "offset": self._at or 0, "missing": missing})

    def _events(self, cuts: Iterable[CutMessage | NoMessage]) -> Iterator[tuple[int, Event]]:
        for cut in cuts:
            if isinstance(cut, NoMessage):
                moved = replace(cut, place=cut.place + self._base)
                if not self._has_messages:
                    before = self._no_messages
                    self._no_messages = moved if before is None else replace(
                        before, count=before.count + cut.count, is_blank=before.is_blank and cut.is_blank)
                else:
                    yield self._last_ns, unread_of(moved, self.name)
                continue
            self._last_ns = self._moment(cut.end + self._base)
            if not self._has_messages and self._no_messages is not None:
                yield self._last_ns, unread_of(self._no_messages, self.name)
                self._no_messages = None
            self._has_messages = True
            found = found_of(cut, self.name)
            yield self._last_ns, replace(
                found, sender=self.way.sender, receiver=self.way.receiver,
                place=found.place + self._base, damages=tuple(one.moved(self._base) for one in found.damages),
                at_ms=self._last_ns // _NS_OF_MS)

    def _moment(self, end: int) -> int:
        """When the byte before a place was seen; what is earlier is needed no longer."""
        n = next((n for n, (place, _) in enumerate(self._marks) if place >= end), len(self._marks) - 1)
        del self._marks[:n]
        return self._marks[0][1]

    @property
    def framing(self) -> Framing | None:
        """The framing of its messages."""
        return self._cutter.framing if self._has_messages else None


class _Conversation:
    """Both ways of a connection."""

    def __init__(
        self, connection: Connection, dialect: Dialect, framings: Sequence[Framing],
    ) -> None:
        self.connection = connection
        self.up = _Reading(connection.up, dialect, framings)
        self.down = _Reading(connection.down, dialect, framings)

    @property
    def waiting(self) -> int:
        """Bytes that were not given to a cutter."""
        return self.up.waiting + self.down.waiting

    @property
    def known(self) -> Framing | None:
        """The framing that one way has shown."""
        return self.up.framing or self.down.framing

    def heard(self, way: Way, count: int) -> Iterator[tuple[int, Event]]:
        """Bytes were taken in by a way."""
        reading = self.up if way is self.connection.up else self.down
        reading.waiting += count
        if reading.is_ready and way.pieces:
            yield from reading.read(self.known, final=False)

    def ended(self) -> list[Iterator[tuple[int, Event]]]:
        """All that is left, each way in order of time."""
        return [reading.read(self.known, final=True) for reading in (self.up, self.down)]


class StreamsRead:
    """Messages of the streams in packets that are given one by one."""

    def __init__(self, name: str, dialect: Dialect, framings: Sequence[Framing]) -> None:
        self._name = name
        self._dialect = dialect
        self._framings = framings
        self._segments = SegmentReader()
        self._tracker = Tracker()
        self._open: dict[int, _Conversation] = {}  # by number, silent ones first
        self._waiting: list[_Dated] = []
        self._held = 0  # bytes that wait in open ones
        self._number = 0

    def take(self, packet: RawPacket) -> Iterator[Event]:
        """One packet more: what is known to be whole now."""
        segment = self._segments.take(packet)
        if segment is None:
            return
        connection = self._tracker.connection_of(segment)
        way = self._tracker.add(segment)
        yield from self._sorted(self._heard(connection, way, len(segment.payload) + segment.cut))

    def end(self) -> Iterator[Event]:
        """No packet comes any more: all that is left, and what was passed over."""
        self._segments.end()
        rest = [self._dated(events) for each in self._open.values() for events in each.ended()]
        for dated in heapq.merge(sorted(self._waiting), *rest):
            yield dated.event
        yield from self._passed_over()

    def _heard(self, connection: Connection, way: Way, count: int) -> Iterator[tuple[int, Event]]:
        conversation = self._open.pop(connection.number, None)
        if conversation is None:
            if len(self._open) >= _MOST_OPEN:
                yield from self._silent_longest()
            conversation = _Conversation(connection, self._dialect, self._framings)
        self._open[connection.number] = conversation
        if count:
            before = conversation.waiting
            yield from conversation.heard(way, count)
            self._held += conversation.waiting - before
            while self._held > _MOST_HELD and len(self._open) > 1:
                yield from self._silent_longest()

    def _silent_longest(self) -> Iterator[tuple[int, Event]]:
        """The connection that was silent longest, read to its end."""
        silent = self._open.pop(next(iter(self._open)))
        self._held -= silent.waiting
        for events in silent.ended():
            yield from events
        self._tracker.forget(silent.connection)

    def _dated(self, events: Iterable[tuple[int, Event]]) -> Iterator[_Dated]:
        for at_ns, event in events:
            self._number += 1
            yield _Dated(at_ns, self._number, event)

    def _sorted(self, events: Iterable[tuple[int, Event]]) -> Iterator[Event]:
        for each in self._dated(events):
            heapq.heappush(self._waiting, each)
            if len(self._waiting) > _MOST_SORTED:
                yield heapq.heappop(self._waiting).event

    def _passed_over(self) -> Iterator[Event]:
        if self._segments.cut:
            yield Unread("cut packets", say.CUT_PACKETS.say(name=self._name, count=self._segments.cut),
                         {"packets": self._segments.cut}, is_loss=False)
        counted = self._segments.passed_over
        for is_loss in (True, False):
            kinds = {kind: count for kind, count in counted.items() if (kind in _LOSSES) == is_loss}
            if kinds:
                told = ", ".join(f"{count} {say.PACKETS[kind].say()}" for kind, count in sorted(kinds.items()))
                row = say.UNREAD_PACKETS if is_loss else say.OTHER_PACKETS
                yield Unread("packets", row.say(name=self._name, kinds=told), dict(kinds), is_loss=is_loss)


class CaptureSource:
    """One capture, read from where its file stands."""

    def __init__(
        self, file: BinaryIO, name: str, dialect: Dialect, framings: Sequence[Framing],
    ) -> None:
        self._reader = PcapReader(file, name)
        self._streams = StreamsRead(name, dialect, framings)

    def events(self) -> Iterator[Event]:
        """Messages in the order in which they were whole, and what could not be read."""
        try:
            for packet in self._reader.packets():
                yield from self._streams.take(packet)
        except CaptureError as error:
            raise InputError(str(error)) from None
        yield from self._streams.end()
        if self._reader.ended:
            yield Unread("end", self._reader.ended)
