"""Bytes of lines that belong together, cut into messages; where they are a whole packet, into its stream.

What is kept is bounded: what grows longer than a message is cut as a stream.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from simulator.capture.pasted import packet_in
from simulator.commands import sayings as say
from simulator.commands.captures import StreamsRead
from simulator.commands.found import Event, Unread, events_of
from simulator.dumps.strangers import in_bytes
from simulator.wire.cutting import GrowingStream, StreamCutter, reads_whole
from simulator.wire.dialect import Dialect
from simulator.wire.fields import MTI_LENGTH
from simulator.wire.framing import PREFIX_LENGTH, Framing
from simulator.wire.recognition import heads_fit

_LONGEST_BLOCK = 1 << 13  # bytes that are put together before they are cut as a stream
_BEFORE_MTI = 5  # bytes that must stand before a message type for it to be known as one


class Beginnings:
    """Whether bytes are a whole message or packet, or may begin one."""

    def __init__(self, dialect: Dialect, framings: Sequence[Framing]) -> None:
        self._dialect = dialect
        self._framings = framings

    def is_whole(self, octets: bytes) -> bool:
        """Whether they are messages, the last of them whole, or one packet."""
        packet = packet_in(octets)
        if packet is not None:
            return not packet.cut
        return any(reads_whole(octets, self._dialect, framing, is_all=True) for framing in self._framings)

    def begin(self, octets: bytes) -> bool:
        """Whether they begin a message beyond doubt: heads stand before its type."""
        return any(
            len(octets) >= framing.before_mti + MTI_LENGTH and framing.before_mti >= _BEFORE_MTI
            and heads_fit(octets, framing, self._dialect.of_any_length)
            for framing in self._framings if framing.tpdu_length or framing.length_prefix)

    def begin_surely(self, octets: bytes) -> bool:
        """The same where the whole of them is there: a length that fits, and a TPDU."""
        return any(
            len(octets) >= framing.before_mti + MTI_LENGTH and heads_fit(octets, framing, self._dialect)
            for framing in self._framings if framing.tpdu_length and framing.length_prefix)

    def lack(self, octets: bytes, more: int) -> bool:
        """Whether they are the beginning of a message, and so many more bytes go into it."""
        announced = int.from_bytes(octets[:PREFIX_LENGTH], "big") + PREFIX_LENGTH
        return len(octets) + more <= announced and any(
            len(octets) >= framing.prefix_length and heads_fit(octets, framing, self._dialect)
            for framing in self._framings if framing.length_prefix)

    def may_begin(self, octets: bytes) -> bool:
        """Whether they may begin one."""
        return any(
            len(octets) >= framing.before_mti + MTI_LENGTH
            and heads_fit(octets, framing, self._dialect.of_any_length)
            for framing in self._framings)


class Block:
    """Bytes of lines that belong together."""

    def __init__(
        self, name: str, dialect: Dialect, framings: Sequence[Framing], streams: StreamsRead,
    ) -> None:
        self._name = name
        self._dialect = dialect
        self._framings = framings
        self._streams = streams
        self._cutter: StreamCutter | None = None
        self._growing: GrowingStream | None = None
        self.octets = b""
        self.lead = ""  # the words before its first bytes
        self.first = self.last = 0  # lines

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self.octets and self._cutter is None

    @property
    def lacks_of_packet(self) -> bool:
        """Whether it is a packet of which more must follow."""
        packet = packet_in(self.octets)
        return packet is not None and packet.cut > 0

    @property
    def is_whole(self) -> bool:
        """Whether what waits is messages, the last of them whole, or one packet."""
        if not self.octets:
            return False
        packet = packet_in(self.octets)
        if packet is not None:
            return not packet.cut
        self._growing = self._growing or GrowingStream(self._dialect, self._framings)
        return self._growing.is_whole(self.octets)

    def add(self, octets: bytes, line: int, lead: str = "") -> Iterator[Event]:
        """Bytes of one more line."""
        if not octets:
            return
        if self.is_empty:
            self.first, self.lead = line, lead
        self.last = line
        self.octets += octets
        if len(self.octets) > _LONGEST_BLOCK:
            self._cutter = self._cutter or StreamCutter(self._dialect, self._framings)
            octets, self.octets, self._growing = self.octets, b"", None
            yield from events_of(self._cutter.feed(octets), self._where)

    def end(self) -> Iterator[Event]:
        """All that waits, as far as it can be read."""
        if self.is_empty:
            return
        cutter, octets, where = self._cutter, self.octets, self._where
        self._cutter, self.octets, self.lead, self._growing = None, b"", "", None
        packet = packet_in(octets) if cutter is None else None
        if packet is not None:
            yield from self._streams.take(packet)
            return
        events = events_of(
            [*(cutter := cutter or StreamCutter(self._dialect, self._framings)).feed(octets), *cutter.end()], where)
        stranger = in_bytes(octets)
        if stranger is not None and all(isinstance(each, Unread) for each in events):
            events = [Unread("bytes", say.STRANGER.say(where=where, what=stranger.what.say()), {
                "bytes": len(octets), "form": stranger.name})]
        yield from events

    @property
    def _where(self) -> str:
        lines = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        row = say.AT_LINE if self.first == self.last else say.AT_LINES
        return row.say(name=self._name, line=lines)
