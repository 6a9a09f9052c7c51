"""Messages in texts: one a line, or over many lines, or in dumps, several in one text.

What belongs together is told by the messages: a line that is a whole message is one, others are put
together until they are.  Words, and empty lines before what begins a message, end what came before.
Rows behind the same words are one dump.  Dumps of packets are read as a capture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TextIO

from simulator.commands import sayings as say
from simulator.commands.captures import StreamsRead
from simulator.commands.found import Event, Unread
from simulator.commands.text_blocks import Beginnings, Block
from simulator.dumps import strangers
from simulator.dumps.arrays import ArrayJoiner
from simulator.dumps.cleaning import is_remark
from simulator.dumps.languages import decoded_base64
from simulator.dumps.line import BadLine, DumpRow, Encoded, HexLine
from simulator.dumps.lines import line_of
from simulator.dumps.places import Dump
from simulator.wire.dialect import Dialect
from simulator.wire.framing import Framing

_MOST_PARTS = 4_096
_MOST_OF_ONE = 64  # lines of one message among several that nothing parts
_LONGEST_LINE = 1 << 18  # characters that are read at once
_REMARKS = re.compile(r"/\*.*?\*/")
_AT_END = re.compile(r"(?:[0-9A-Fa-f]{2})*")


class TextSource:
    """One text, read from where it stands."""

    def __init__(
        self, text: TextIO, name: str, dialect: Dialect, framings: Sequence[Framing],
    ) -> None:
        self._text = text
        self._name = name
        self._streams = StreamsRead(name, dialect, framings)
        self._block = Block(name, dialect, framings, self._streams)
        self._whether = Beginnings(dialect, framings)
        self._array = ArrayJoiner()
        self._dump = Dump()
        self._parts = _Parts()
        self._strangers: set[str] = set()  # that were told
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
            yield from self._line(self._number, self._without_remarks(text), is_empty=not text.strip())
        yield from self._given_back()
        yield from self._ended()
        yield from self._streams.end()

    def _line(self, number: int, text: str, *, is_empty: bool = False) -> Iterator[Event]:
        if self._array.is_open:
            octets = self._array.take(number, text)
            if octets:
                self._array.give_back()
                yield from self._alone(octets, number)
            elif octets is not None:
                yield from self._given_back()
        elif is_empty or not text.strip():
            self._is_apart = self._is_apart or is_empty
        elif text.strip() == "*" and self._dump.is_open:
            self._dump.repeats = True
        elif self._parts.lines or self._dump.is_open or not self._array.opens(number, text):
            yield from self._read(number, text)

    def _given_back(self) -> Iterator[Event]:
        """The lines of what looked like an array, each for itself."""
        for number, text in self._array.give_back():
            yield from self._read(number, text)

    def _read(self, number: int, text: str) -> Iterator[Event]:
        found = line_of(text, in_dump=self._dump.is_open, before=self._parts.last, lead=self._block.lead)
        if self._parts.lines and not self._parts.goes_on_with(found):
            yield from self._end_of_parts()
            found = line_of(text, in_dump=self._dump.is_open, lead=self._block.lead)
        if isinstance(found, Encoded) and not found.alone:
            self._parts.lines.append((number, text, found))
            return
        if isinstance(found, DumpRow):
            yield from self._row(number, found)
            return
        if self._dump.is_open:
            yield from self._ended()
        if isinstance(found, HexLine):
            yield from self._hex(number, found)
        elif isinstance(found, BadLine):
            yield from self._block.end()
            yield from self._bad_or_stranger(found.why.say(), number, text)
        elif not is_remark(text):
            yield from self._words(number, text, found)
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

    def _bad(self, why: str, line: int) -> Unread:
        where = say.AT_LINE.say(name=self._name, line=line)
        return Unread("lines", say.BAD_LINE.say(where=where, why=why), {"line": line, "reason": why})

    def _bad_or_stranger(self, why: str, number: int, text: str) -> Iterator[Event]:
        if strangers.in_line(text) is None:
            yield self._bad(why, number)
        else:
            yield from self._words(number, text, None)

    def _words(self, number: int, text: str, found: Encoded | None) -> Iterator[Event]:
        """A line without hex: it ends what came before; base64 in it may be a message."""
        yield from self._block.end()
        octets = decoded_base64(found.text) if found is not None else b""
        if octets and self._whether.is_whole(octets):
            yield from self._alone(octets, number)
            return
        stranger = strangers.in_line(text)
        if stranger is not None and stranger.name not in self._strangers:
            self._strangers.add(stranger.name)
            where = say.AT_LINE.say(name=self._name, line=number)
            yield Unread("lines", say.STRANGER.say(where=where, what=stranger.what.say()), {
                "line": number, "form": stranger.name})

    def _ended(self) -> Iterator[Event]:
        if self._parts.lines:
            yield from self._end_of_parts()
        yield from self._block.add(self._dump.rest(), self._number)
        self._dump = Dump()
        yield from self._block.end()

    # ---- lines of digits -----------------------------------------------------------------------

    def _hex(self, number: int, found: HexLine) -> Iterator[Event]:
        wholes = [each for each in found.runs if self._whether.is_whole(each)]
        if wholes:
            for each in found.runs:
                if each in wholes or self._whether.begin_surely(each):  # one that is damaged is told
                    yield from self._alone(each, number)
            return
        octets, block = found.octets, self._block
        if not block.is_empty and self._is_another(found):
            yield from block.end()
        yield from block.add(octets, number, found.lead)
        if block.is_whole:
            yield from block.end()

    def _is_another(self, found: HexLine) -> bool:
        """Whether a line is no part of what waits."""
        octets, block, whether = found.octets, self._block, self._whether
        if found.begins and (not found.lead or found.lead != block.lead):
            return True
        if block.lacks_of_packet:
            return False
        if not self._is_apart and whether.lack(block.octets, len(octets)):
            return whether.begin_surely(octets) or whether.is_whole(octets)
        return whether.begin(octets) or (self._is_apart and whether.may_begin(octets)) or (
            whether.is_whole(octets) and not whether.is_whole(block.octets + octets))

    def _alone(self, octets: bytes, number: int) -> Iterator[Event]:
        """Bytes to which no other line belongs."""
        yield from self._block.end()
        yield from self._block.add(octets, number)
        yield from self._block.end()

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
                yield self._bad(say.NO_HEX_DIGITS.say(), self._number)
                rest = ""
            yield from self._block.add(bytes.fromhex(whole), self._number)
            if text.endswith("\n"):
                break
            text = self._text.readline(_LONGEST_LINE)
        yield from self._block.end()

    def _end_of_parts(self) -> Iterator[Event]:
        """What may be parts of one message, all of it that or each line one; else words."""
        parts, self._parts = self._parts, _Parts()
        octets = parts.octets_from(0, len(parts.lines))
        if self._whether.is_whole(octets):
            yield from self._alone(octets, parts.lines[0][0])
            return
        at = 0
        while at < len(parts.lines):
            size = self._message_from(parts, at)
            if size > 1:
                yield from self._alone(parts.octets_from(at, size), parts.lines[at][0])
            else:
                yield from self._part(parts, *parts.lines[at])
            at += size

    def _message_from(self, parts: _Parts, at: int) -> int:
        """How many lines are the message that begins at one: messages may stand one behind the other; else 1."""
        most = min(_MOST_OF_ONE, len(parts.lines) - at)
        if self._whether.is_whole(parts.octets_from(at, 1)) or not self._whether.begin(parts.octets_from(at, most)):
            return 1
        wholes = (size for size in range(2, most + 1) if self._whether.is_whole(parts.octets_from(at, size)))
        return next(wholes, 1)

    def _part(self, parts: _Parts, number: int, text: str, each: Encoded) -> Iterator[Event]:
        """A line for itself."""
        octets = parts.octets_of(each.text)
        if each.otherwise is not None and not self._whether.is_whole(octets):
            yield from self._block.end()
            yield from self._bad_or_stranger(each.otherwise.why.say(), number, text)
        elif each.is_hex:
            yield from self._hex(number, HexLine(octets))
        elif self._whether.is_whole(octets):
            yield from self._alone(octets, number)

    # ---- dumps ---------------------------------------------------------------------------------

    def _row(self, number: int, row: DumpRow) -> Iterator[Event]:
        dump = self._dump
        if dump.is_open and dump.begins_again(row):
            yield from self._ended()
            dump = self._dump
        elif not dump.is_open:
            yield from self._block.end()
        missing = dump.missing_before(row)
        if missing:
            yield from self._block.end()
            yield self._bad(say.ROWS_MISSING.say(offset=row.offset, count=missing), number)
        yield from self._block.add(dump.octets_of(row), number)


class _Parts:
    """Lines that may be parts of one: base64, or digits that are broken inside a byte."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str, Encoded]] = []

    @property
    def last(self) -> Encoded | None:
        """The line before."""
        return self.lines[-1][2] if self.lines else None

    def goes_on_with(self, found: object) -> bool:
        """Whether a line may be the next part: all are of one length, but the last."""
        first, last = self.lines[0][2], self.lines[-1][2]
        if last.text.endswith("="):
            return False  # what fills up base64 is its end
        return isinstance(found, Encoded) and not found.alone and found.is_hex == last.is_hex and (
            len(self.lines) < _MOST_PARTS) and len(first.text) == len(last.text) >= len(found.text)

    def octets_from(self, at: int, size: int) -> bytes:
        """The bytes of so many lines from one on; none where they are none."""
        return self.octets_of("".join(each.text for _, _, each in self.lines[at:at + size]))

    def octets_of(self, text: str) -> bytes:
        """The bytes of parts; none where they are none."""
        if not self.lines[0][2].is_hex:
            return decoded_base64(text)
        return bytes.fromhex(text) if len(text) % 2 == 0 else b""
