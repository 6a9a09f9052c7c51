"""Where the rows of a dump stand: in which base their offsets count, which rows were left out, which are missing."""

from __future__ import annotations

from simulator.dumps.line import DumpRow

_BASES = (16, 8, 10)  # in which dumps count
_MOST_REPEATED = 1 << 16  # rows


class Dump:
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
