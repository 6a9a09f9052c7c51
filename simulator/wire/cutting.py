"""Messages out of a stream of other people's bytes, damaged ones too, however it is sliced; raises nothing.

All of a stream is one framing: the first in which each message at its beginning is whole, else the one
that its first bytes speak for, else that of the first whole message in it.  What is damaged is read as
far as it goes and costs no other message: the cutter goes on behind it, by its length where a message
or the end stands there, else at the next place where a whole message stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from simulator.wire.dialect import LONGEST_FRAME, Dialect
from simulator.wire.errors import WireError
from simulator.wire.frame import least_length
from simulator.wire.framing import PREFIX_LENGTH, Framing
from simulator.wire.generic import Decoded, decode_generic, decode_recovering
from simulator.wire.layout import length_of
from simulator.wire.recognition import KEEP_ALIVE, heads_fit, likely_framing
from simulator.wire.recovering import Damage

_AROUND = 16  # bytes that an envelope puts around a message, and some
_LOOKED_AT = 1 << 16  # bytes of a stream by which its framing is chosen
_TYPE = re.compile(rb"[\x01-\x09][\x00-\x09\x10-\x19\x20-\x29\x30-\x39\x40-\x49\x50-\x59\x60-\x69"
                   rb"\x70-\x79\x80-\x89\x90-\x99]")


class CutMessage(msgspec.Struct, frozen=True, gc=False):
    """One message and its place in the stream; of damages the places count from the stream's start."""

    place: int
    frame: bytes
    decoded: Decoded
    damages: tuple[Damage, ...] = ()

    @property
    def end(self) -> int:
        """The place behind its last byte."""
        return self.place + len(self.frame)


class NoMessage(msgspec.Struct, frozen=True, gc=False):
    """Bytes that are no message, and what is wrong with them as one; they are not kept."""

    place: int
    count: int
    error: WireError
    is_blank: bool = False  # line ends and spaces, as an editor leaves them


Cut = CutMessage | NoMessage


class StreamCutter:
    """Cuts one stream.  ``known``: the framing that it has; ``is_start``: not so behind a gap."""

    def __init__(
        self, dialect: Dialect, framings: Sequence[Framing], known: Framing | None = None, *,
        is_start: bool = True,
    ) -> None:
        self._dialect = dialect
        self._framings = framings
        self._is_start = is_start
        self._buffer = b""
        self._base = 0  # place of the buffer's first byte in the stream
        self.framing = known if is_start else None
        self._known = known

    def feed(self, data: bytes) -> list[Cut]:
        """What is known to be whole now."""
        self._buffer += data
        if self.framing is None and len(self._buffer) < _LOOKED_AT:
            return []
        return list(self._taken(final=False))

    def end(self) -> list[Cut]:
        """What is left: no byte comes any more."""
        return list(self._taken(final=True))

    def _taken(self, *, final: bool) -> Iterator[Cut]:
        content, at = self._buffer, 0
        if content and self.framing is None:
            at, self.framing = self._begin(content, final=final)
            if at:
                yield self._none(content, 0, at)
        framing = self.framing
        while framing is not None and at < len(content):
            if framing.length_prefix and content[at:at + PREFIX_LENGTH] == KEEP_ALIVE:
                at += PREFIX_LENGTH
                continue
            found = self._next(content, at, framing, final=final)
            if found is None:
                break
            yield found
            at = (found.end if isinstance(found, CutMessage) else found.place + found.count) - self._base
        self._buffer = content[at:]
        self._base += at

    # ---- one message ---------------------------------------------------------------------------

    def _next(self, content: bytes, at: int, framing: Framing, *, final: bool) -> Cut | None:
        """What stands at a place; None while more bytes are needed to tell."""
        ahead = content[at:at + LONGEST_FRAME + _AROUND]
        size = _size(ahead, framing, self._dialect)
        if size is None and not final and len(ahead) <= LONGEST_FRAME:
            return None
        is_there = size is not None and len(ahead) >= size
        if not is_there and not final and size is not None and heads_fit(
                ahead, framing, self._dialect.of_any_length):
            return None
        told = ahead[:size] if is_there else ahead
        decoded, damages = decode_recovering(told, self._dialect, framing)
        if decoded is not None and not damages:
            return CutMessage(self._base + at, told, decoded)
        return self._damaged(content, at, framing, told if is_there else b"", final=final)

    def _damaged(
        self, content: bytes, at: int, framing: Framing, told: bytes, *, final: bool,
    ) -> Cut | None:
        """A message of which something is wrong; ``told``: the bytes of it as its length has them."""
        ahead = content[at:at + LONGEST_FRAME + _AROUND]
        is_patient = not final and len(content) - at <= 2 * LONGEST_FRAME
        by_fields = _size_by_fields(ahead, framing, self._dialect)
        for size in (by_fields or 0, len(told)):
            if not size:
                continue
            if is_patient and self._is_open(content, at + size, framing):
                return None
            if self._follows(content, at + size, framing):
                return self._as_far(ahead[:size], at, framing)
        following = self._whole_from(content, at + 1, (framing,), is_patient=is_patient)
        if following is None and not final:
            return None if is_patient else self._none(content, at, at + LONGEST_FRAME)
        end = len(content) if following is None else following[0]
        return self._as_far(told if told and at + len(told) <= end else content[at:end], at, framing)

    def _as_far(self, octets: bytes, at: int, framing: Framing) -> Cut:
        """What can be read of bytes that are damaged."""
        place = self._base + at
        decoded, damages = decode_recovering(octets, self._dialect, framing)
        if decoded is not None and _is_worth_showing(decoded):
            return CutMessage(place, octets, decoded, tuple(one.moved(place) for one in damages))
        return self._none_of(octets, place, damages[0].error)

    def _none(self, content: bytes, begin: int, end: int) -> NoMessage:
        framing = self.framing or self._framings[0]
        octets = content[begin:end]
        _, damages = decode_recovering(octets[:LONGEST_FRAME], self._dialect, framing)
        error = damages[0].error if damages else WireError("framing", 0, "no framing of the dialect begins so")
        return self._none_of(octets, self._base + begin, error)

    def _none_of(self, octets: bytes, place: int, error: WireError) -> NoMessage:
        return NoMessage(
            place, len(octets), WireError(error.field, place + error.offset, error.reason),
            not octets.strip())

    def _follows(self, content: bytes, at: int, framing: Framing) -> bool:
        """Whether at a place a message may begin, or nothing more stands there."""
        while framing.length_prefix and content[at:at + PREFIX_LENGTH] == KEEP_ALIVE:
            at += PREFIX_LENGTH
        ahead = content[at:at + _AROUND + framing.before_mti]
        return at <= len(content) and (
            not ahead.strip() or (len(ahead) > framing.before_mti + 1
                                  and heads_fit(ahead, framing, self._dialect.of_any_length)))

    def _is_open(self, content: bytes, at: int, framing: Framing) -> bool:
        """Whether more bytes are needed to tell what stands at a place."""
        while framing.length_prefix and content[at:at + PREFIX_LENGTH] == KEEP_ALIVE:
            at += PREFIX_LENGTH
        return len(content) < at + _AROUND + framing.before_mti

    # ---- where it begins -----------------------------------------------------------------------

    def _begin(self, content: bytes, *, final: bool) -> tuple[int, Framing]:
        """Where the first message begins, and the framing of all."""
        first = ((self._known,) if self._known else ()) + tuple(self._framings)
        if not self._is_start:
            return self._whole_from(content, 0, first) or (len(content), first[0])
        start = content[:_LOOKED_AT]
        is_all = final and len(content) <= _LOOKED_AT
        for strictness in (self._dialect.without_unnamed, self._dialect):
            for framing in self._framings:
                if reads_whole(start, strictness, framing, is_all=is_all):
                    return 0, framing
        likely = likely_framing(start, self._dialect)
        likely = likely if likely in self._framings else self._framings[0]
        at = 0
        while likely.length_prefix and content[at:at + PREFIX_LENGTH] == KEEP_ALIVE:
            at += PREFIX_LENGTH
        if heads_fit(content[at:at + _AROUND + likely.before_mti], likely, self._dialect.of_any_length):
            return 0, likely
        return self._whole_from(content, 0, first) or (0, likely)

    def _whole_from(
        self, content: bytes, start: int, framings: Sequence[Framing], *, is_patient: bool = False,
    ) -> tuple[int, Framing] | None:
        """The first place from ``start`` on where a whole message stands, and in which framing.

        ``is_patient``: none where one may stand at an earlier place as soon as more bytes have come.
        """
        strict, least = self._dialect.without_unnamed, min(each.before_mti for each in framings)
        for type_at in _places(content, start + least):
            for framing in framings:
                at = type_at - framing.before_mti
                if at < start:
                    continue
                if self._is_whole(content, at, framing, strict):
                    return at, framing
                if is_patient and self._may_become_whole(content, at, framing, strict):
                    return None
        return None

    def _may_become_whole(self, content: bytes, at: int, framing: Framing, strict: Dialect) -> bool:
        ahead = content[at:at + LONGEST_FRAME + _AROUND]
        if not heads_fit(ahead[:_AROUND + framing.before_mti], framing, strict):
            return False
        size = _size(ahead, framing, strict)
        return (size is None and _is_cut(ahead, framing, strict)) or (size is not None and size > len(ahead)) or (
            size is not None and not framing.prefix_length and self._is_open(content, at + size, framing))

    def _is_whole(self, content: bytes, at: int, framing: Framing, strict: Dialect) -> bool:
        if not heads_fit(content[at:at + _AROUND + framing.before_mti], framing, strict.of_any_length):
            return False
        ahead = content[at:at + LONGEST_FRAME + _AROUND]
        size = _size(ahead, framing, strict)
        if size is None or size > len(ahead):
            return False
        try:
            decode_generic(ahead[:size], strict, framing)
        except WireError:
            return False
        return framing.prefix_length > 0 or self._follows(content, at + size, framing)


def _places(content: bytes, start: int) -> Iterator[int]:
    """Where from ``start`` on two bytes stand that could be a message type."""
    while found := _TYPE.search(content, start):
        yield found.start()
        start = found.start() + 1


def _size(ahead: bytes, framing: Framing, dialect: Dialect) -> int | None:
    """Bytes of the frame at a start, as its length tells or its fields; None where that is not known."""
    if framing.envelope:
        if len(ahead) < framing.prefix_length:
            return None
        digits = ahead[1:framing.prefix_length].hex()
        if framing.envelope == "bcd" and not digits.isdigit():
            return None
        length = int(digits, 10 if framing.envelope == "bcd" else 16)
        return framing.prefix_length + length + framing.suffix_length
    if framing.length_prefix:
        if len(ahead) < PREFIX_LENGTH:
            return None
        length = int.from_bytes(ahead[:PREFIX_LENGTH], "big")
        return PREFIX_LENGTH + length if length >= least_length(framing) else None
    return _size_by_fields(ahead, framing, dialect)


def _is_cut(ahead: bytes, framing: Framing, dialect: Dialect) -> bool:
    """Whether the fields of a frame go on behind the bytes that are there."""
    try:
        return length_of(ahead, framing.before_mti, dialect) is None
    except WireError:
        return False


def _size_by_fields(ahead: bytes, framing: Framing, dialect: Dialect) -> int | None:
    try:
        size = length_of(ahead, framing.before_mti, dialect)
    except WireError:
        return None
    return size + framing.suffix_length if size is not None else None


def reads_whole(content: bytes, dialect: Dialect, framing: Framing, *, is_all: bool) -> bool:
    """Whether a stream is whole messages in one framing; the last may be cut where it is not all."""
    came = _read_on(content, dialect, framing, _NOTHING_READ)
    if came is None or not came.messages:
        return False
    return came.at >= len(content) or not is_all


class _Came(msgspec.Struct, frozen=True, gc=False):
    """How far a stream was read in one framing: whole messages end there."""

    at: int = 0
    messages: int = 0


_NOTHING_READ = _Came()


def _read_on(content: bytes, dialect: Dialect, framing: Framing, came: _Came) -> _Came | None:
    """The same further on; None where what follows is no message."""
    at, messages = came.at, came.messages
    while at < len(content):
        if framing.length_prefix and content[at:at + PREFIX_LENGTH] == KEEP_ALIVE:
            at += PREFIX_LENGTH
            continue
        ahead = content[at:at + LONGEST_FRAME + _AROUND]
        if not heads_fit(ahead[:framing.before_mti + _AROUND], framing, dialect.of_any_length):
            return None
        size = _size(ahead, framing, dialect)
        if size is None or size > len(ahead):
            break
        try:
            decode_generic(ahead[:size], dialect, framing)
        except WireError:
            return None
        at += size
        messages += 1
    return _Came(at, messages)


class GrowingStream:
    """Whether a stream to which more is added is whole messages; what was read once is not read again."""

    def __init__(self, dialect: Dialect, framings: Sequence[Framing]) -> None:
        self._dialect = dialect
        self._came = dict.fromkeys(framings, _NOTHING_READ)

    def is_whole(self, content: bytes) -> bool:
        """Whether all of it is; ``content`` begins with what was asked for before."""
        for framing, came in tuple(self._came.items()):
            further = _read_on(content, self._dialect, framing, came)
            if further is None:
                del self._came[framing]
                continue
            self._came[framing] = further
            if further.messages and further.at >= len(content):
                return True
        return False


def _is_worth_showing(decoded: Decoded) -> bool:
    """Whether what was read up to a damage is likely to be of a message, and no chance."""
    return bool(decoded.fields) and decoded.mti.isdigit() and decoded.mti[0] == "0"
