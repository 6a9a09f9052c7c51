"""F62 of tables that come in numbered pieces: black list and BIN tables; matches no card.

The request is n3, the first number wanted (000 at first, then the last number + 1).  The reply is
a flag, n3 the number of its last entry, and the entries: of the black list n2 a length and so many
digits, of a BIN table n2 the length of card numbers and n6 their first digits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from simulator.wire.errors import WireError
from simulator.wire.tables_listed import MORE, NOTHING, WHOLE

FIRST = 0
LAST = 999
LONGEST_ON_BLACK_LIST = 14
BIN_ENTRY = 8
CARD_LENGTHS = range(16, 20)
_HEAD = 4
_EndOf = Callable[[str, int], int]


class Piece(msgspec.Struct, frozen=True, gc=False):
    """One reply: its flag, the number of its last entry, its entries as they are written."""

    flag: str
    last: int = 0
    entries: tuple[str, ...] = ()

    @property
    def goes_on(self) -> bool:
        """Whether more is to be asked for."""
        return self.flag == MORE


def format_number(first: int) -> bytes:
    """F62 of a request: the first number wanted.

    >>> format_number(28)
    b'028'
    """
    if not FIRST <= first <= LAST:
        raise WireError("62", 0, "a number has three digits")
    return f"{first:03}".encode("ascii")


def read_number(private: bytes) -> int:
    """The first number wanted."""
    if len(private) != 3 or not private.isdigit():
        raise WireError("62", 0, "a number of three digits is needed")
    return int(private)


def format_piece(piece: Piece) -> bytes:
    """F62 of a reply; ``0`` alone where nothing is left.

    >>> format_piece(Piece("1", 1, ("06622848", "03999")))
    b'10010662284803999'
    """
    if piece.flag == NOTHING:
        return NOTHING.encode()
    return f"{piece.flag}{piece.last:03}{''.join(piece.entries)}".encode("ascii")


def read_black_list(private: bytes) -> Piece:
    """A piece of the black list.

    >>> read_black_list(b"10010662284803999").entries
    ('06622848', '03999')
    """
    return _read(private, _black_list_entry)


def read_bins(private: bytes) -> Piece:
    """A piece of a BIN table."""
    return _read(private, _bin_entry)


def digits_of(entry: str) -> str:
    """The digits of an entry, of either kind, without the length before them."""
    return entry[2:]


def black_list_entry(digits: str) -> str:
    """An entry with its length before it."""
    return f"{len(digits):02}{digits}"


def _black_list_entry(text: str, at: int) -> int:
    length = text[at:at + 2]
    if not length.isdigit() or not 1 <= int(length) <= LONGEST_ON_BLACK_LIST:
        raise WireError("62", at, f"a length of 1 to {LONGEST_ON_BLACK_LIST} is needed")
    return at + 2 + int(length)


def _bin_entry(text: str, at: int) -> int:
    length = text[at:at + 2]
    if not length.isdigit() or int(length) not in CARD_LENGTHS:
        raise WireError("62", at, "card numbers have 16 to 19 digits")
    return at + BIN_ENTRY


def _read(private: bytes, end_of: _EndOf) -> Piece:
    text = private.decode("ascii", "replace")
    flag = text[:1]
    if flag not in {MORE, WHOLE}:
        return Piece(flag or NOTHING)  # whatever else: done
    if not text[1:_HEAD].isdigit() or len(text) < _HEAD:
        raise WireError("62", 1, "the number of the last entry has three digits")
    entries, at = [], _HEAD
    while at < len(text):
        end = end_of(text, at)
        entry = text[at:end]
        if end > len(text) or not entry.isdigit():
            raise WireError("62", at, "an entry is cut off, or not of digits")
        entries.append(entry)
        at = end
    return Piece(flag, int(text[1:_HEAD]), tuple(entries))


def are_fitting(first: int, piece: Piece) -> bool:
    """Whether a piece is the answer to the request for ``first``: its entries end at its number.

    >>> are_fitting(28, Piece("1", 29, ("03999", "03888")))
    True
    """
    return not piece.entries or first + len(piece.entries) - 1 == piece.last


def fitting(entries: Sequence[str], first: int, room: int, most: int) -> Piece:
    """The piece that begins at a number and fits into so many bytes."""
    if first >= len(entries):
        return Piece(NOTHING)
    taken: list[str] = []
    room -= _HEAD
    for entry in entries[first:first + (most or len(entries))]:
        room -= len(entry)
        if room < 0:
            break
        taken.append(entry)
    last = first + len(taken) - 1
    return Piece(MORE if last + 1 < len(entries) else WHOLE, last, tuple(taken))
