"""What one line of a text may hold: bytes, a row of a dump, something that is meant to be hex and is none."""

from __future__ import annotations

import msgspec

from simulator.catalogue.language import Told

SHORTEST = 10  # bytes of the shortest message: fewer behind words are no message


class HexLine(msgspec.Struct, frozen=True, gc=False):
    """Bytes; ``begins``: words stood before them, ``lead``, with each number as 0."""

    octets: bytes
    begins: bool = False
    lead: str = ""
    runs: tuple[bytes, ...] = ()  # several of which each may be a message; then the longest is above


class DumpRow(msgspec.Struct, frozen=True, gc=False):
    """A row of a dump; without bytes the offset that ends it."""

    offset: str
    octets: bytes = b""
    is_words: bool = False  # of two bytes, the lower one first


class BadLine(msgspec.Struct, frozen=True, gc=False):
    """A line that is meant to be hex and is none."""

    why: Told


class Encoded(msgspec.Struct, frozen=True, gc=False):
    """What may be base64, or digits whose bytes go on in the next line; and what it is where it is not."""

    text: str
    otherwise: BadLine | None = None
    alone: bool = False  # in a line of other words, so that no other line belongs to it
    is_hex: bool = False


Line = HexLine | DumpRow | BadLine | Encoded

ODD = Told("an odd number of hex digits", "十六进制数字的个数为奇数")


def no_hex(column: int) -> BadLine:
    """A line that has something else at a column, counted from 1."""
    return BadLine(Told(f"no hex digits at column {column}", f"第 {column} 列不是十六进制数字"))
