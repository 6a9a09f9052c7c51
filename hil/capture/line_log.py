"""The bytes of a line, both ways, with wall time and direction; card data masked before it is kept.

A tap on any stream of ``hil.ports``: what is read and written goes through unchanged.  Each read and
each write is a line of its own, in the order in which they happened, so a split frame is seen as such.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import IO

import msgspec

from hil.capture.line_mask import LineMask, TextMask
from hil.control.live_process import wall_ms
from hil.ports.pumped_port import Stream, TellsBreak

REST_MS = 500  # whoever pauses for so long has ended a number, or will see the rest of it hidden


class Towards(StrEnum):
    """Which way bytes went, seen from the bench."""

    OUT = "out"
    IN = "in"


class LineBytes(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    """What one read or write brought; ``data`` is upper-case hex, card data zero."""

    at_ms: int
    line: str
    towards: Towards
    data: str = ""
    event: str = ""  # "opened", "closed", or in what the line failed

    def octets(self) -> bytes:
        """The bytes."""
        return bytes.fromhex(self.data)


class _Chunk(msgspec.Struct):
    """Bytes that wait for their mask; in ``shown`` what came out of it."""

    at_ms: int
    towards: Towards
    size: int
    shown: bytes = b""
    event: str = ""

    @property
    def is_sure(self) -> bool:
        return len(self.shown) == self.size


class LineLog:
    """Writes down one line; any thread may tell it of bytes."""

    def __init__(
        self, line: str, keep: Callable[[LineBytes], None], *,
        mask_of: Callable[[], LineMask] = TextMask, now_ms: Callable[[], int] = wall_ms,
    ) -> None:
        """``keep`` is called with each entry, one at a time, in order."""
        self.line = line
        self._keep = keep
        self._now_ms = now_ms
        self._lock = threading.Lock()
        self._masks: dict[Towards, LineMask] = {way: mask_of() for way in Towards}
        self._last_ms: dict[Towards, int] = dict.fromkeys(Towards, 0)
        self._waiting: list[_Chunk] = []

    def sent(self, data: bytes) -> None:
        """These bytes left."""
        self._take(Towards.OUT, data)

    def heard(self, data: bytes) -> None:
        """These bytes came."""
        self._take(Towards.IN, data)

    def note(self, event: str, towards: Towards = Towards.IN) -> None:
        """Something that is no byte: opened, closed, failed, a break."""
        with self._lock:
            self._waiting.append(_Chunk(self._now_ms(), towards, 0, event=event))
            self._give()

    def rest(self) -> None:
        """Show all that waits: the line rests, or has ended."""
        with self._lock:
            for way in Towards:
                self._show(way, self._masks[way].flush())
            self._give()

    def _take(self, way: Towards, data: bytes) -> None:
        if not data:
            return
        with self._lock:
            now_ms = self._now_ms()
            if self._last_ms[way] and now_ms - self._last_ms[way] >= REST_MS:
                self._show(way, self._masks[way].flush())
            self._last_ms[way] = now_ms
            self._waiting.append(_Chunk(now_ms, way, len(data)))
            self._show(way, self._masks[way].feed(data))
            self._give()

    def _show(self, way: Towards, shown: bytes) -> None:
        for chunk in self._waiting:
            if not shown:
                return
            if chunk.towards is way:
                room = chunk.size - len(chunk.shown)
                chunk.shown += shown[:room]
                shown = shown[room:]

    def _give(self) -> None:
        while self._waiting and self._waiting[0].is_sure:
            chunk = self._waiting.pop(0)
            self._keep(LineBytes(
                chunk.at_ms, self.line, chunk.towards, chunk.shown.hex().upper(), chunk.event))


class TappedStream:
    """A stream whose bytes are written down on their way."""

    def __init__(self, stream: Stream, log: LineLog) -> None:
        self._stream = stream
        self._log = log
        log.note("opened")

    def read(self, within_s: float) -> bytes | None:
        """As the stream reads."""
        data = self._stream.read(within_s)
        if data:
            self._log.heard(data)
        elif data is None:
            self._log.note("ended")
        return data

    def write(self, data: memoryview) -> int:
        """As the stream writes: what left is written down, and no more."""
        count = self._stream.write(data)
        self._log.sent(bytes(data[:count]))
        return count

    def is_broken(self) -> bool:
        """As the stream says, if it says so."""
        return isinstance(self._stream, TellsBreak) and self._stream.is_broken()

    def finish(self, within_s: float) -> bool:
        """As the stream does."""
        return self._stream.finish(within_s)

    def shut(self) -> None:
        """As the stream does."""
        self._stream.shut()

    def release(self) -> None:
        """As the stream does; what waits is shown."""
        self._stream.release()
        self._log.note("closed")
        self._log.rest()


class LineFile:
    """Keeps entries in two files: JSON Lines, and a text for people."""

    def __init__(self, lines: IO[bytes], text: IO[bytes]) -> None:
        self._lines = lines
        self._text = text

    def keep(self, entry: LineBytes) -> None:
        """Write one entry; both files hold it when this returns."""
        self._lines.write(msgspec.json.encode(entry) + b"\n")
        self._text.write((readable(entry) + "\n").encode())
        self._lines.flush()
        self._text.flush()


_NAMES = {
    0x02: "STX", 0x03: "ETX", 0x04: "EOT", 0x05: "ENQ", 0x06: "ACK", 0x10: "DLE", 0x15: "NAK",
    0x17: "ETB", 0x1C: "FS",
}


def readable(entry: LineBytes) -> str:
    """One entry as people read it, in UTC: control characters by their names.

    >>> readable(LineBytes(1_769_700_000_123, "ecr", Towards.OUT, "02303130300302"))
    '2026-01-29 15:20:00.123 ecr > <STX>0100<ETX><STX>'
    """
    when = datetime.fromtimestamp(entry.at_ms // 1000, UTC).strftime("%Y-%m-%d %H:%M:%S")
    arrow = ">" if entry.towards is Towards.OUT else "<"
    said = entry.event and f"({entry.event})"
    text = said or "".join(map(_shown, entry.octets()))
    return f"{when}.{entry.at_ms % 1000:03} {entry.line} {arrow} {text}"


def _shown(octet: int) -> str:
    if octet in _NAMES:
        return f"<{_NAMES[octet]}>"
    return chr(octet) if 0x20 <= octet < 0x7F and octet != 0x3C else f"<{octet:02X}>"


def read_line_log(lines: bytes) -> list[LineBytes]:
    """The entries of a log; ``msgspec.ValidationError`` or ``DecodeError`` where a line is none."""
    decoder = msgspec.json.Decoder(LineBytes)
    return [decoder.decode(line) for line in lines.splitlines() if line]
