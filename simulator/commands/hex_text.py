"""Messages in texts: one a line, or over many lines, or in dumps, several in one text.

What belongs together is told by the messages: a line that is a whole message is one, others are put
together until they are.  Words, and empty lines before what begins a message, end what came before.
What is kept is bounded: what grows longer than a message is cut as a stream.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TextIO

from simulator.commands import sayings as say
from simulator.commands.found import Event, Unread, events_of
from simulator.commands.hex_lines import (
    BadLine,
    DumpRow,
    Encoded,
    HexLine,
    decoded_base64,
    line_of,
)
from simulator.wire.cutting import StreamCutter, reads_whole
from simulator.wire.dialect import Dialect
from simulator.wire.fields import MTI_LENGTH
from simulator.wire.framing import Framing
from simulator.wire.recognition import heads_fit

_LONGEST_LINE = 1 << 18  # characters that are read at once
_LONGEST_BLOCK = 1 << 13  # bytes that are put together before they are cut as a stream
_BASES = (16, 8, 10)  # in which dumps count
_BEFORE_MTI = 5  # bytes that must stand before a message type for it to be known as one
_REMARKS = re.compile(r"/\*.*?\*/")
_AT_END = re.compile(r"(?:[0-9A-Fa-f]{2})*")


class _Block:
    """Bytes of lines that belong together."""

    def __init__(self, name: str, dialect: Dialect, framings: Sequence[Framing]) -> None:
        self._name = name
        self._dialect = dialect
        self._framings = framings
        self._cutter: StreamCutter | None = None
        self.octets = b""
        self.first = self.last = 0  # lines

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return not self.octets and self._cutter is None

    def add(self, octets: bytes, line: int) -> Iterator[Event]:
        """Bytes of one more line."""
        if not octets:
            return
        self.first = line if self.is_empty else self.first
        self.last = line
        self.octets += octets
        if len(self.octets) > _LONGEST_BLOCK:
            self._cutter = self._cutter or StreamCutter(self._dialect, self._framings)
            octets, self.octets = self.octets, b""
            yield from events_of(self._cutter.feed(octets), self._where)

    def end(self) -> Iterator[Event]:
        """All that waits, as far as it can be read."""
        if self.is_empty:
            return
        cutter = self._cutter or StreamCutter(self._dialect, self._framings)
        cuts = cutter.feed(self.octets) + cutter.end()
        where = self._where
        self._cutter, self.octets = None, b""
        yield from events_of(cuts, where)

    @property
    def _where(self) -> str:
        lines = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        row = say.AT_LINE if self.first == self.last else say.AT_LINES
        return row.say(name=self._name, line=lines)


class TextSource:
    """One text, read from where it stands."""

    def __init__(
        self, text: TextIO, name: str, dialect: Dialect, framings: Sequence[Framing],
    ) -> None:
        self._text = text
        self._name = name
        self._dialect = dialect
        self._framings = framings
        self._block = _Block(name, dialect, framings)
        self._dump = _Dump()
        self._base64: list[tuple[int, Encoded]] = []  # with their lines
        self._is_apart = False  # an empty line came
        self._in_remark = False
        self._number = 0

    def events(self) -> Iterator[Event]:
        """Messages in the order of their lines, and what could not be read."""
        while text := self._text.readline(_LONGEST_LINE):
            if len(text) == _LONGEST_LINE and not text.endswith("\n"):
                yield from self._long(text)
                continue
            self._number += 1
            yield from self._line(text)
        yield from self._ended()

    def _line(self, text: str) -> Iterator[Event]:
        stripped = self._without_remarks(text)
        if stripped.strip() == "*" and self._dump.is_open:
            self._dump.repeats = True
            return
        if not stripped.strip():
            self._is_apart = self._is_apart or not text.strip()
            return
        found = line_of(stripped, in_dump=self._dump.is_open, in_base64=bool(self._base64))
        if isinstance(found, Encoded):
            self._base64.append((self._number, found))
            return
        if self._base64:
            yield from self._end_of_base64()
        if isinstance(found, DumpRow):
            yield from self._row(found)
            return
        if self._dump.is_open:
            yield from self._ended()
        if isinstance(found, HexLine):
            yield from self._hex(found)
        elif isinstance(found, BadLine):
            yield from self._block.end()
            yield self._bad(found.why.say())
        elif not _is_remark(text):
            yield from self._block.end()  # words
        self._is_apart = False

    def _without_remarks(self, text: str) -> str:
        """A line without what stands between ``/*`` and ``*/``, begun in it or before."""
        if self._in_remark:
            _, ends, text = text.partition("*/")
            self._in_remark = not ends
        if "/*" in text:
            text = _REMARKS.sub(" ", text)
            text, begins, _ = text.partition("/*")
            self._in_remark = bool(begins)
        return text.rstrip("\r\n")

    def _bad(self, why: str, number: int = 0) -> Unread:
        line = number or self._number
        where = say.AT_LINE.say(name=self._name, line=line)
        return Unread("lines", say.BAD_LINE.say(where=where, why=why), {"line": line, "reason": why})

    def _ended(self) -> Iterator[Event]:
        if self._base64:
            yield from self._end_of_base64()
        yield from self._block.add(self._dump.rest(), self._number)
        self._dump = _Dump()
        yield from self._block.end()

    # ---- lines of digits -----------------------------------------------------------------------

    def _hex(self, found: HexLine) -> Iterator[Event]:
        octets, block = found.octets, self._block
        if not block.is_empty and (
                found.begins or self._begins(octets) or (self._is_apart and self._may_begin(octets))
                or (self._is_whole(octets) and not self._is_whole(block.octets + octets))):
            yield from block.end()
        yield from block.add(octets, self._number)
        if block.octets and self._is_whole(block.octets):
            yield from block.end()

    def _is_whole(self, octets: bytes) -> bool:
        return any(
            reads_whole(octets, strictness, framing, is_all=True)
            for strictness in (self._dialect.without_unnamed, self._dialect)
            for framing in self._framings)

    def _begins(self, octets: bytes) -> bool:
        """Whether a line begins a message beyond doubt: heads stand before its type."""
        return any(
            len(octets) >= framing.before_mti + MTI_LENGTH and framing.before_mti >= _BEFORE_MTI
            and heads_fit(octets, framing, self._dialect.of_any_length)
            for framing in self._framings if framing.tpdu_length or framing.length_prefix)

    def _may_begin(self, octets: bytes) -> bool:
        return any(
            len(octets) >= framing.before_mti + MTI_LENGTH
            and heads_fit(octets, framing, self._dialect.of_any_length)
            for framing in self._framings)

    def _long(self, text: str) -> Iterator[Event]:
        """A line that is read in pieces: bare digits, as nobody writes anything else so long."""
        rest = ""
        self._number += 1
        while text:
            digits = rest + re.sub(r"[\s:,\-]+", "", text)
            found = _AT_END.match(digits)
            whole = found[0] if found else ""
            rest = digits[len(whole):]
            if len(rest) > 1:
                yield from self._block.end()
                yield self._bad(say.NO_HEX_DIGITS.say())
                rest = ""
            yield from self._block.add(bytes.fromhex(whole), self._number)
            if text.endswith("\n"):
                break
            text = self._text.readline(_LONGEST_LINE)
        yield from self._block.end()

    def _end_of_base64(self) -> Iterator[Event]:
        """What may be base64, all of it one message or each line one; else words."""
        lines, self._base64 = self._base64, []
        octets = decoded_base64("".join(each.text for _, each in lines))
        if self._is_whole(octets):
            yield from self._block.end()
            yield from self._block.add(octets, lines[0][0])
            yield from self._block.end()
            return
        for number, each in lines:
            octets = decoded_base64(each.text)
            if self._is_whole(octets):
                yield from self._block.end()
                yield from self._block.add(octets, number)
                yield from self._block.end()
            elif each.otherwise is not None:
                yield from self._block.end()
                yield self._bad(each.otherwise.why.say(), number)

    # ---- dumps ---------------------------------------------------------------------------------

    def _row(self, row: DumpRow) -> Iterator[Event]:
        dump = self._dump
        if dump.is_open and dump.begins_again(row):
            yield from self._ended()
            dump = self._dump
        elif not dump.is_open:
            yield from self._block.end()
        missing = dump.missing_before(row)
        if missing:
            yield from self._block.end()
            yield self._bad(say.ROWS_MISSING.say(offset=row.offset, count=missing))
        yield from self._block.add(dump.octets_of(row), self._number)


class _Dump:
    """What is known of a dump by the rows that came: in which base it counts, and up to where."""

    def __init__(self) -> None:
        self.repeats = False  # a line of a star came
        self._rows = 0
        self._base = 16
        self._is_sure = False
        self._first = self._last = ""
        self._octets = b""  # of the last row
        self._count = 0  # bytes since the first offset
        self._waiting = b""  # the last byte of words, which may be none

    @property
    def is_open(self) -> bool:
        """Whether a row came."""
        return self._rows > 0

    def begins_again(self, row: DumpRow) -> bool:
        """Whether a row is the first of another dump."""
        return bool(row.octets) and not int(row.offset, 16) and self._count > 0

    def missing_before(self, row: DumpRow) -> int:
        """Bytes whose rows are missing; a dump that goes back or is numbered otherwise has none."""
        place = self._place_of(row)
        if place is None or self.repeats or not row.octets:
            return 0
        missing = place - self._count
        if missing:
            self._count = place
        return max(0, missing)

    def octets_of(self, row: DumpRow) -> bytes:
        """The bytes that a row adds, those of rows that were left out as repeated too."""
        if not self._rows:
            self._first = row.offset
        place = self._place_of(row)
        repeated = b""
        if self.repeats and place is not None and self._octets and place > self._count:
            times = (place - self._count) // len(self._octets)
            repeated = self._octets * min(times, _MOST_REPEATED)
        octets, waiting = row.octets, self._waiting
        self._waiting = b""
        if row.is_words:
            octets, self._waiting = octets[:-1], octets[-1:]
        elif not row.octets and waiting and place == self._count - 1:
            waiting = b""  # an odd number of bytes was filled up
        self._count += len(repeated) + len(row.octets)
        self._rows += 1
        self.repeats = False
        self._octets = row.octets or self._octets
        return waiting + repeated + octets

    def rest(self) -> bytes:
        """The last byte, where no offset came that ends the dump."""
        waiting, self._waiting = self._waiting, b""
        return waiting

    def _place_of(self, row: DumpRow) -> int | None:
        """Where a row stands by its offset, from the first row on; None where that is not known."""
        if not self._rows:
            return None
        if not self._is_sure:
            for base in self._bases(row.offset):
                place = int(row.offset, base) - int(self._first, base)
                if place == self._count or (self.repeats and place > self._count and (
                        place - self._count) % len(self._octets or b"-") == 0) or (
                        not row.octets and place == self._count - 1):
                    self._base, self._is_sure = base, True
                    return place
            return None
        try:
            return int(row.offset, self._base) - int(self._first, self._base)
        except ValueError:
            return None

    def _bases(self, offset: str) -> list[int]:
        digits = set(offset + self._first)
        return [base for base in (_BASES if len(offset) != 7 else (8, 16, 10))
                if all(int(digit, 16) < base for digit in digits)]


_MOST_REPEATED = 1 << 16  # rows


def _is_remark(text: str) -> bool:
    return text.lstrip()[:1] in {"#", ";"} or text.lstrip()[:2] in {"//", "/*"}
