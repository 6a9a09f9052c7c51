"""One field's bytes as a text and back: a pair of functions for each row, made once; knows no message.

What was read is the text of the generic codec: digits, upper-case hex, or text in which every byte
is kept.  A reader hands it to whoever asked for the table and gives where the field ends; errors
name the field, the byte of the message body, and why, and show nothing of what stands there.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.wire.errors import WireError
from simulator.wire.fields import FieldRow
from simulator.wire.text import to_bytes, to_text

Values = dict[str, Any]
Pads = list[str]  # fields whose odd digit is padded by F
Take = Callable[[str, Values], None]  # puts a text where it belongs
Read = Callable[[bytes, int, Values, Pads], int]
Write = Callable[[str, str], bytes]  # text, pad nibble

_NO_NUMBER = 10_000
_BCD = [high * 10 + low if high < 10 and low < 10 else _NO_NUMBER
        for high in range(16) for low in range(16)]
_ONE = [bytes.fromhex(f"{count:02}") for count in range(100)]
_TWO = [bytes.fromhex(f"{count:04}") for count in range(1000)]
_PADS = frozenset("0F")


def count_at(body: bytes | bytearray, at: int, row: FieldRow) -> int:
    """What the length prefix of a field says; refuses one that is cut, no number or too large."""
    try:
        count = _BCD[body[at]]
        if row.prefix == 2:
            count = count * 100 + _BCD[body[at + 1]]
    except IndexError:
        raise WireError(row.key, len(body), "the length itself is cut") from None
    if count >= _NO_NUMBER:
        raise WireError(row.key, at, "the length is no number")
    if count > row.most:
        raise WireError(row.key, at, f"the length is {count}, at most {row.most}")
    return count


def octets_of(count: int, row: FieldRow) -> int:
    """Bytes of so many digits, characters or bytes."""
    return (count + 1) // 2 if row.in_digits else count


# ---- reading ---------------------------------------------------------------------------------


def reader(row: FieldRow, take: Take) -> Read:
    """Reads the field of a row and hands its text over."""
    text_of = _digits_of(row) if row.in_digits else _octets_read(row)
    if row.prefix:
        return _reads_variable(row, text_of, take)
    return _reads_fixed(row, text_of, take)


_TextOf = Callable[[bytes, int, int, int, Pads], str]  # body, begin, end, count, pads


def _reads_variable(row: FieldRow, text_of: _TextOf, take: Take) -> Read:
    prefix, in_digits = row.prefix, row.in_digits

    def read(body: bytes, at: int, values: Values, pads: Pads) -> int:
        count = count_at(body, at, row)
        data = at + prefix
        end = data + ((count + 1) // 2 if in_digits else count)
        if end > len(body):
            raise _cut(row, body, data, end)
        take(text_of(body, data, end, count, pads), values)
        return end

    return read


def _reads_fixed(row: FieldRow, text_of: _TextOf, take: Take) -> Read:
    count, size = row.length, octets_of(row.length, row)

    def read(body: bytes, at: int, values: Values, pads: Pads) -> int:
        end = at + size
        if end > len(body):
            raise _cut(row, body, at, end)
        take(text_of(body, at, end, count, pads), values)
        return end

    return read


def _digits_of(row: FieldRow) -> _TextOf:
    key, only_digits, pads_right = row.key, row.form == "n", row.pad == "right"

    def text_of(body: bytes, begin: int, end: int, count: int, pads: Pads) -> str:
        text = body[begin:end].hex()
        if count & 1:
            pad = (text[-1] if pads_right else text[0]).upper()
            if pad not in _PADS:
                raise WireError(key, end - 1 if pads_right else begin,
                                "the pad nibble is neither 0 nor F")
            if pad == "F":
                pads.append(key)
            text = text[:-1] if pads_right else text[1:]
        if not only_digits:
            return text.upper()
        if text and not text.isdigit():
            raise WireError(key, begin, "holds what is no digit")
        return text

    return text_of


def _octets_read(row: FieldRow) -> _TextOf:
    if row.form == "b":
        return lambda body, begin, end, _count, _pads: body[begin:end].hex().upper()
    return lambda body, begin, end, _count, _pads: to_text(body[begin:end])


def _cut(row: FieldRow, body: bytes, data: int, end: int) -> WireError:
    return WireError(row.key, data, f"{end - data} bytes are needed, {len(body) - data} are left")


# ---- writing ---------------------------------------------------------------------------------


def writer(row: FieldRow, most: int) -> Write:
    """Makes the field of a row, of at most so many digits, characters or bytes."""
    octets = _digits_to_octets(row) if row.in_digits else _octets_made(row)
    key, prefix, heads = row.key, row.prefix, _TWO if row.prefix == 2 else _ONE

    def write(value: str, pad: str) -> bytes:
        data, count = octets(value, pad)
        if not prefix:
            if count != most:
                raise WireError(key, 0, f"{most} are needed, not {count}")
            return data
        if count > most:
            raise WireError(key, 0, f"{count} are given, at most {most} are possible")
        return heads[count] + data

    return write


_Octets = Callable[[str, str], tuple[bytes, int]]


def _digits_to_octets(row: FieldRow) -> _Octets:
    key, only_digits, pads_right = row.key, row.form == "n", row.pad == "right"

    def octets(value: str, pad: str) -> tuple[bytes, int]:
        count = len(value)
        padded = value if not count & 1 else value + pad if pads_right else pad + value
        try:
            data = bytes.fromhex(padded)
        except ValueError:
            data = b""
        # fromhex passes over spaces, and takes A to F
        if 2 * len(data) != len(padded) or (only_digits and count and not value.isdigit()):
            raise WireError(key, 0, "holds what is no digit")
        return data, count

    return octets


def _octets_made(row: FieldRow) -> _Octets:
    key, is_hex = row.key, row.form == "b"

    def of_hex(value: str, pad: str) -> tuple[bytes, int]:
        del pad
        try:
            data = bytes.fromhex(value)
        except ValueError:
            data = b""
        if 2 * len(data) != len(value):
            raise WireError(key, 0, "is no hexadecimal number")
        return data, len(data)

    def of_text(value: str, pad: str) -> tuple[bytes, int]:
        del pad
        try:
            data = to_bytes(value)
        except UnicodeError:
            raise WireError(key, 0, "holds what has no bytes") from None
        return data, len(data)

    return of_hex if is_hex else of_text


def framed_octets(row: FieldRow, most: int) -> Callable[[bytes], bytes]:
    """Makes a field of bytes that are there already."""
    key, prefix, heads = row.key, row.prefix, _TWO if row.prefix == 2 else _ONE

    def write(data: bytes) -> bytes:
        count = len(data)
        if not prefix:
            if count != most:
                raise WireError(key, 0, f"{most} are needed, not {count}")
            return data
        if count > most:
            raise WireError(key, 0, f"{count} are given, at most {most} are possible")
        return heads[count] + data

    return write
