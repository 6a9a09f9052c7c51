"""A damaged message body read as far as its structure allows: what cannot be read is passed over, in its place.

It goes on behind a field whose end is known though its content is not what its row says, and behind one
whose length is damaged where all that follows fits to the last byte in one way only.  It never guesses
between two.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from simulator.wire.errors import WireError
from simulator.wire.field_codecs import Pads, Take, Values, count_at, octets_of, reader
from simulator.wire.fields import BITMAP_LENGTH, MTI_LENGTH, FieldRow

_FIELDS_AT = MTI_LENGTH + BITMAP_LENGTH
_FARTHEST = 1002  # bytes of the longest field


class Damage(msgspec.Struct, frozen=True, gc=False):
    """What of a message could not be read: why, and from which byte to which."""

    error: WireError
    begin: int
    end: int

    def moved(self, by: int) -> Damage:
        """The same, its places counted from ``by`` bytes earlier."""
        error = self.error
        return Damage(
            WireError(error.field, error.offset + by, error.reason, error.decoded),
            self.begin + by, self.end + by)


class Recovered(msgspec.Struct, frozen=True, gc=False):
    """The fields of a body that could be read, in order, and what could not; offsets count from its type."""

    values: Values
    pads: Pads
    damages: tuple[Damage, ...]


class RecoveringReader:
    """Reads damaged bodies of one dialect, each field in its usual form."""

    def __init__(self, rows: Iterable[FieldRow]) -> None:
        self._rows = {row.number: row for row in rows}
        self._reads = {number: reader(row, _taken(row)) for number, row in self._rows.items()}

    def read(self, body: bytes) -> Recovered:
        """All that can be read."""
        damages: list[Damage] = []
        if not body[:MTI_LENGTH].hex().isdigit():
            damages.append(Damage(WireError("mti", 0, "the message type is no number"), 0, MTI_LENGTH))
        if len(body) < _FIELDS_AT:
            short = WireError("bitmap", len(body), "the frame ends before its fields")
            return Recovered({}, [], (*damages, Damage(short, min(MTI_LENGTH, len(body)), len(body))))
        bits = int.from_bytes(body[MTI_LENGTH:_FIELDS_AT], "big")
        numbers = [number for number in range(1, 65) if bits >> (64 - number) & 1]
        values: Values = {}
        pads: Pads = []
        at = _FIELDS_AT
        for n, number in enumerate(numbers):
            begin = at
            try:
                at = self._field(body, at, number, values, pads)
            except WireError as error:
                ends = self._behind(body, at, number, numbers[n + 1:])
                at = len(body) if ends is None else ends
                damages.append(Damage(error, begin, at))
                if ends is None:
                    return Recovered(values, pads, tuple(damages))
        if at < len(body):
            count = len(body) - at
            over = WireError("length", at, f"bytes left over behind the last field: {count}")
            damages.append(Damage(over, at, len(body)))
        return Recovered(values, pads, tuple(damages))

    def _field(self, body: bytes, at: int, number: int, values: Values, pads: Pads) -> int:
        read = self._reads.get(number)
        if read is None:
            why = ("the dialect has no second bitmap" if number == 1
                   else f"the dialect has no field {number}")
            raise WireError("bitmap", MTI_LENGTH, why)
        return read(body, at, values, pads)

    def _behind(self, body: bytes, at: int, number: int, following: list[int]) -> int | None:
        """Where a field that can't be read ends; None where that is not known."""
        row = self._rows.get(number)
        if row is not None:
            end = _end_by_structure(body, at, row)
            if end is not None:
                return end
        elif self._end_of(body, at, following) == len(body):
            return at  # its bit alone is wrong
        elif number == 1 and self._end_of(body, at + BITMAP_LENGTH, following) is not None:
            return at + BITMAP_LENGTH  # there is one
        farthest = min(len(body), at + (_FARTHEST if row is None else _most(row)))
        least = at + 1 + (row.prefix if row is not None and row.prefix else 0)
        found = [end for end in range(least, farthest + 1)
                 if self._end_of(body, end, following) == len(body)]
        return found[0] if len(found) == 1 and following else None

    def _end_of(self, body: bytes, at: int, following: list[int]) -> int | None:
        """Where the fields that follow end if they begin here; None where they can't be read so."""
        values: Values = {}
        pads: Pads = []
        try:
            for number in following:
                at = self._field(body, at, number, values, pads)
        except WireError:
            return None
        return at


def _end_by_structure(body: bytes, at: int, row: FieldRow) -> int | None:
    """Where a field ends as its row and its length tell; None where they do not, or the body ends before."""
    try:
        count = count_at(body, at, row) if row.prefix else row.length
    except WireError:
        return None
    end = at + row.prefix + octets_of(count, row)
    return end if end <= len(body) else None


def _most(row: FieldRow) -> int:
    return row.prefix + octets_of(10 ** (2 * row.prefix) if row.prefix else row.length, row)


def _taken(row: FieldRow) -> Take:
    def take(text: str, values: Values) -> None:
        values[row.key] = text

    return take
