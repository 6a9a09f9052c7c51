"""The bytes of a terminal's journal: one line a record, each with its own checksum.

A line is eight hexadecimal digits of CRC-32, a blank, the record as JSON, a line feed.  A torn last
line is cut off and reported; a damaged line in the middle is skipped and reported.  It repairs
nothing and guesses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from zlib import crc32

import msgspec

from simulator.catalogue.terminal_reasons import Damage
from simulator.json_reading import decoded
from simulator.machines.terminal.events import NvmRecord
from simulator.machines.terminal.memory import TerminalMemory
from simulator.machines.terminal.records import AnyNvmRecord

_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[AnyNvmRecord] = msgspec.json.Decoder(AnyNvmRecord)
_CRC_DIGITS = 8


class JournalDamage(msgspec.Struct, frozen=True, gc=False):
    """A place that could not be read."""

    line: int  # counted from 1
    offset: int  # in bytes
    reason: Damage

    def text(self) -> str:
        """For the operator."""
        return f"line {self.line} at byte {self.offset}: {self.reason}"


class JournalReading(msgspec.Struct, frozen=True, gc=False):
    """What a journal held: all records that are whole, and what is wrong with the rest."""

    records: tuple[NvmRecord, ...]
    damage: tuple[JournalDamage, ...] = ()
    whole_bytes: int = 0  # up to where the bytes end with a whole line: append from here

    @property
    def torn_only(self) -> bool:
        """Whether nothing but the last record was cut off, as a power cut does."""
        return len(self.damage) == 1 and self.damage[0].reason is Damage.TORN


def encode_record(record: NvmRecord) -> bytes:
    r"""One line with checksum and line feed.

    >>> from simulator.machines.terminal.records import StanTaken
    >>> encode_record(StanTaken(7))
    b'b2752d26 {"record":"stantaken","stan":7}\n'
    """
    body = body_of(record)
    return b"%08x %s\n" % (crc32(body), body)


def body_of(record: NvmRecord) -> bytes:
    """The record alone, as JSON."""
    return _ENCODER.encode(record)


def record_in(body: bytes) -> NvmRecord | None:
    """The record of a body; None where it is none of this version."""
    try:
        return decoded(_DECODER, body, None)
    except msgspec.DecodeError:
        return None


def read_journal(data: bytes) -> JournalReading:
    """All records of a journal and every place that is damaged."""
    records: list[NvmRecord] = []
    damage: list[JournalDamage] = []
    offset = 0
    lines = data.split(b"\n")
    torn = lines.pop()
    for number, line in enumerate(lines, 1):
        record = _record_of(line)
        if isinstance(record, Damage):
            damage.append(JournalDamage(number, offset, record))
        else:
            records.append(record)
        offset += len(line) + 1
    if torn:
        damage.append(JournalDamage(len(lines) + 1, offset, Damage.TORN))
    return JournalReading(tuple(records), tuple(damage), offset)


def _record_of(line: bytes) -> NvmRecord | Damage:
    checksum, blank, body = line[:_CRC_DIGITS], line[_CRC_DIGITS:_CRC_DIGITS + 1], line[9:]
    if blank != b" " or checksum != b"%08x" % crc32(body):
        return Damage.CHECKSUM
    return record_in(body) or Damage.UNREADABLE


def compact(records: Iterable[NvmRecord]) -> list[NvmRecord]:
    """The shortest journal that folds to the same state; settled batches are gone from it."""
    return [TerminalMemory(records).snapshot()]
