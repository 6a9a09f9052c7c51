"""Arrays over many lines put together: from the bracket that opens one to the bracket that closes it.

What turns out to be no array of numbers is given back line by line.
"""

from __future__ import annotations

import re

from simulator.dumps.cleaning import without_remark
from simulator.dumps.languages import array_of, without_casts

_OPENS = re.compile(r"(?:[\[({]|<<)\s*([0-9A-Za-z_,\s\-]*)$")
_NUMBERS = re.compile(r"[\s,]*(?:-?(?:0[xX])?[0-9A-Fa-f]{1,3}(?:u8)?(?:[\s,]+|$))*")
_CLOSES = re.compile(r"([^\])}>]*)(?:[\])}]|>>)")
_MOST_LINES = 4_096
_FEWEST = 10  # numbers that are worth it


class ArrayJoiner:
    """Lines of an array that is open; of one text."""

    def __init__(self) -> None:
        self._lines: list[tuple[int, str]] = []
        self._inner: list[str] = []

    @property
    def is_open(self) -> bool:
        """Whether an array was begun."""
        return bool(self._lines)

    def opens(self, number: int, text: str) -> bool:
        """Whether a line begins an array that goes on in the next; keeps it then."""
        found = _OPENS.search(without_casts(without_remark(text)))
        if found is None or not _NUMBERS.fullmatch(found[1]):
            return False
        self._lines, self._inner = [(number, text)], [found[1]]
        return True

    def take(self, number: int, text: str) -> bytes | None:
        """One more line: the bytes of the array where it closes it, None where it goes on.

        No bytes: it is no array; :meth:`give_back` has its lines.
        """
        self._lines.append((number, text))
        bare = without_casts(without_remark(text))
        closing = _CLOSES.match(bare)
        inner = closing[1] if closing else bare
        if not _NUMBERS.fullmatch(inner) or len(self._lines) > _MOST_LINES:
            return b""
        self._inner.append(inner)
        if closing is None:
            return None
        octets = array_of(" ".join(self._inner))
        if len(octets) >= _FEWEST:
            return octets
        del self._lines[1:]  # a few numbers are words
        return b""

    def give_back(self) -> list[tuple[int, str]]:
        """The lines with their numbers; the array is not open any more."""
        lines, self._lines, self._inner = self._lines, [], []
        return lines
