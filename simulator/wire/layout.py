"""Where each field of a message begins and ends, by the table alone; reads no content.

It needs no complete message: :func:`length_of` says how long a message will be as soon as its
bytes tell, which is what delimits messages on a line that has no length prefix.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError
from simulator.wire.fields import BITMAP_LENGTH, MTI_LENGTH, FieldRow

_SECOND_BITMAP = 1 << 63


class Span(msgspec.Struct, frozen=True, gc=False):
    """The place of one field: its length prefix, its content, and how much content counts."""

    row: FieldRow
    start: int  # of the length prefix
    data: int  # of the content
    end: int
    count: int  # digits, or bytes


class Incomplete(Exception):  # noqa: N818  no error: more bytes may come
    """The bytes end before the message does."""

    def __init__(self, field: str, offset: int) -> None:
        super().__init__(field, offset)
        self.field = field
        self.offset = offset


def spans(message: bytes | bytearray, mti: int, dialect: Dialect) -> Iterator[Span]:
    """The fields of a message whose type stands at ``mti``, in order.

    Raises :class:`Incomplete` where the bytes end, :class:`WireError` for a bitmap or length that
    the dialect does not have.
    """
    at = mti + MTI_LENGTH + BITMAP_LENGTH
    if len(message) < at:
        raise Incomplete("bitmap", mti + MTI_LENGTH)
    size = len(message)
    for row, prefix, length, in_digits in dialect.shapes_of(
            check_bitmap(message, mti + MTI_LENGTH, dialect)):
        count, data = _count(message, at, row) if prefix else length, at + prefix
        end = data + ((count + 1) // 2 if in_digits else count)
        if size < end:
            raise Incomplete(row.key, data)
        yield Span(row, at, data, end, count)
        at = end


def length_of(message: bytes | bytearray, mti: int, dialect: Dialect) -> int | None:
    """Where the message ends, or None where more bytes are needed to know."""
    end = mti + MTI_LENGTH + BITMAP_LENGTH
    try:
        for span in spans(message, mti, dialect):
            end = span.end
    except Incomplete:
        return None
    return end if len(message) >= end else None


def check_bitmap(
    message: bytes | bytearray, at: int, dialect: Dialect, before: int = 0,
) -> int:
    """The bitmap at ``at`` as a number; refuses fields that the dialect does not have.

    ``before``: bytes of the frame before ``message``, for the error.
    """
    bits = int.from_bytes(message[at:at + BITMAP_LENGTH], "big")
    if unknown := bits & ~dialect.known_bits:
        if bits & _SECOND_BITMAP:
            raise WireError("bitmap", before + at, "the dialect has no second bitmap")
        raise WireError("bitmap", before + at, f"the dialect has no field {65 - unknown.bit_length()}")
    return bits


def _count(message: bytes | bytearray, at: int, row: FieldRow) -> int:
    prefix = message[at:at + row.prefix]
    if len(prefix) < row.prefix:
        raise Incomplete(row.key, at)
    digits = prefix.hex()
    if not digits.isdigit():
        raise WireError(row.key, at, "the length is no number")
    if int(digits) > row.most:
        raise WireError(row.key, at, f"the length is {int(digits)}, at most {row.most}")
    return int(digits)
