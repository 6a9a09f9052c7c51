"""The messages on a wire: frames of a dialect cut out of the streams of captured connections.

Pure functions.  What is no frame is told as bytes that were not read, never shown; a frame is kept as
it was, so whoever shows or stores one masks it first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

import msgspec
from msgspec.structs import replace

from simulator.capture.streams import Connection, Run, Way
from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError
from simulator.wire.frame import FrameReader
from simulator.wire.framing import PREFIX_LENGTH, Framing
from simulator.wire.generic import Decoded, decode_partly
from simulator.wire.recognition import KEEP_ALIVE, framing_of

TLS_RECORD = frozenset((0x14, 0x15, 0x16, 0x17))  # the first bytes of what TLS sends
_AROUND = 64  # bytes that stand around a message at most


class WireMessage(msgspec.Struct, frozen=True, gc=False):
    """One frame of a connection, and when its first byte and all of it were seen."""

    connection: int
    is_up: bool  # from who opened the connection
    began_ns: int
    ended_ns: int
    frame: bytes
    framing: Framing
    decoded: Decoded | None = None  # what could be read of it
    damage: WireError | None = None

    @property
    def mti(self) -> str:
        """The message type; "" where it could not be read."""
        return self.decoded.mti if self.decoded else ""

    def field(self, number: int) -> str:
        """The text of a field; "" where it is not there."""
        return self.decoded.fields.get(str(number), "") if self.decoded else ""


class Part(msgspec.Struct, frozen=True, gc=False):
    """A part of a run: a frame, a keep-alive, or what could not be read."""

    begin: int
    end: int
    framing: Framing | None = None  # of a frame
    is_keep_alive: bool = False


def parts_of(
    content: bytes, dialect: Dialect, known: Framing | None = None, *, is_start: bool = True,
) -> Iterator[Part]:
    """The parts of a stream, in order and without a gap.

    ``known``: the framing that the other way, or what came before, has shown.  Where it is not the
    start of a stream, the first message is one that is whole and in order, and has a length.
    """
    framing = known
    at = 0
    if not is_start:
        at, framing = _first_whole(content, dialect, known)
        if at:
            yield Part(0, at)
    while at < len(content):
        if content[at:at + PREFIX_LENGTH] == KEEP_ALIVE and (
                framing is None or framing.length_prefix):
            yield Part(at, at + PREFIX_LENGTH, is_keep_alive=True)
            at += PREFIX_LENGTH
            continue
        ahead = content[at:at + dialect.size_limit + _AROUND]
        framing = framing or _shown_by(ahead, dialect)
        size = _size(ahead, dialect, framing) if framing else 0
        if not framing or not size:
            yield Part(at, len(content))
            return
        yield Part(at, at + size, framing)
        at += size


def _first_whole(
    content: bytes, dialect: Dialect, known: Framing | None,
) -> tuple[int, Framing | None]:
    """Where the first message in order begins, and in which framing; the end where none does."""
    framings = [
        each for each in ((known,) if known else dialect.framings.values())
        if each.length_prefix or each.envelope]
    strict = dialect.without_unnamed
    for at in range(len(content)):
        ahead = content[at:at + dialect.size_limit + _AROUND]
        for framing in framings:
            if (size := _size(ahead, dialect, framing)) and (
                    decode_partly(ahead[:size], strict, framing)[1] is None):
                return at, framing
    return len(content), known


def _shown_by(start: bytes, dialect: Dialect) -> Framing | None:
    with suppress(WireError):
        return framing_of(start, dialect, whole=True)
    return None


def _size(start: bytes, dialect: Dialect, framing: Framing) -> int:
    """Bytes of the frame at a start; 0 where there is none that is whole."""
    with suppress(WireError):
        frames = FrameReader(replace(dialect, framing=framing)).feed(start)
        return len(frames[0]) if frames else 0
    return 0


def messages_of(
    connections: Iterable[Connection], dialect: Dialect,
) -> tuple[WireMessage, ...]:
    """All messages of connections, by the moment at which each was whole."""
    found: list[WireMessage] = []
    for connection in connections:
        framing: Framing | None = None
        for way in (connection.up, connection.down):
            for run in way.runs():
                for message in _in_run(connection, way, run, dialect, framing):
                    framing = message.framing
                    found.append(message)
    return tuple(sorted(found, key=lambda each: each.ended_ns))


def _in_run(
    connection: Connection, way: Way, run: Run, dialect: Dialect, known: Framing | None,
) -> Iterator[WireMessage]:
    is_start = way.began and not run.place
    for part in parts_of(run.content, dialect, known, is_start=is_start):
        if part.framing is None:
            continue
        frame = run.content[part.begin:part.end]
        decoded, damage = decode_partly(frame, dialect, part.framing)
        began_ns, ended_ns = run.seen_ns(part.begin, part.end)
        yield WireMessage(
            connection.number, way is connection.up, began_ns, ended_ns, frame, part.framing,
            decoded, damage)
