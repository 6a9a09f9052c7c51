"""One message to bytes and back: MTI, bitmap and fields, without the frame around them.

Values are text: digits, characters, or hex where a field is binary.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# number: (form, size); form n digits, z track digits, a characters (GBK), b hex; size "LL" or
# "LLL" where a length goes before, else fixed: digits, characters or bytes.  F22 leans left.
FIELDS: dict[int, tuple[str, int | str]] = {
    2: ("n", "LL"), 3: ("n", 6), 4: ("n", 12), 11: ("n", 6), 12: ("n", 6), 13: ("n", 4),
    14: ("n", 4), 15: ("n", 4), 22: ("left", 3), 23: ("n", 3), 25: ("n", 2), 26: ("n", 2),
    32: ("n", "LL"), 35: ("z", "LL"), 36: ("z", "LLL"), 37: ("a", 12), 38: ("a", 6),
    39: ("a", 2), 40: ("a", "LLL"), 41: ("a", 8), 42: ("a", 15), 43: ("a", "LLL"),
    44: ("a", "LL"), 46: ("a", "LLL"), 47: ("b", "LLL"), 48: ("n", "LLL"), 49: ("a", 3),
    52: ("b", 8), 53: ("n", 16), 54: ("a", "LLL"), 55: ("b", "LLL"), 57: ("b", "LLL"),
    58: ("b", "LLL"), 59: ("b", "LLL"), 60: ("n", "LLL"), 61: ("n", "LLL"), 62: ("b", "LLL"),
    63: ("a", "LLL"), 64: ("b", 8),
}
MAC_FIELD = 64


class NotAMessageError(Exception):
    """Bytes that are no message of the dialect, or not a whole one."""


@dataclass
class Message:
    """An MTI and its fields."""

    mti: str
    fields: dict[int, str]

    def get(self, number: int) -> str:
        return self.fields.get(number, "")


def pack(message: Message) -> bytes:
    bitmap = 0
    body = b""
    for number in sorted(message.fields):
        bitmap |= 1 << (64 - number)
        body += _packed(number, message.fields[number])
    return bytes.fromhex(message.mti) + bitmap.to_bytes(8, "big") + body


def _packed(number: int, value: str) -> bytes:
    form, size = FIELDS[number]
    if form == "a":
        raw = value.encode("gbk")
        count = len(raw)
    elif form == "b":
        raw = bytes.fromhex(value)
        count = len(raw)
    else:
        count = len(value)
        leans_left = form == "left" or isinstance(size, str)
        pad = "0" * (count % 2)
        raw = bytes.fromhex(value + pad if leans_left else pad + value)
    if isinstance(size, int):
        if count != size:
            raise NotAMessageError(f"F{number} has {count} of {size}")
        return raw
    return bytes.fromhex(f"{count:0{2 if size == 'LL' else 4}d}") + raw


def unpack(data: bytes) -> Message:
    """All of ``data``, no byte more or less."""
    message, rest = unpack_first(data)
    if rest:
        raise NotAMessageError(f"{len(rest)} bytes too many")
    return message


def unpack_first(data: bytes) -> tuple[Message, bytes]:
    """The message at the begin of ``data``, and what comes after it."""
    bitmap = int.from_bytes(_taken(data, 2, 8), "big")
    mti = data[:2].hex()
    if not re.fullmatch(r"0[1-9][0-9]{2}", mti):
        raise NotAMessageError(f"{mti} is no MTI")
    rest = data[10:]
    fields: dict[int, str] = {}
    for number in range(1, 65):
        if bitmap & 1 << (64 - number):
            if number not in FIELDS:
                raise NotAMessageError(f"F{number} is not of the dialect")
            fields[number], rest = _unpacked(number, rest)
    return Message(mti, fields), rest


def _taken(data: bytes, at: int, count: int) -> bytes:
    if len(data) < at + count:
        raise NotAMessageError("ends too early")
    return data[at:at + count]


def _unpacked(number: int, data: bytes) -> tuple[str, bytes]:
    form, size = FIELDS[number]
    if isinstance(size, str):
        width = 1 if size == "LL" else 2
        digits = _taken(data, 0, width).hex()
        if not digits.isdecimal():
            raise NotAMessageError(f"length of F{number} is no number")
        count, data = int(digits), data[width:]
    else:
        count = size
    held = count if form in {"a", "b"} else (count + 1) // 2
    raw, rest = _taken(data, 0, held), data[held:]
    if form == "a":
        return raw.decode("gbk", "replace"), rest
    text = raw.hex().upper()
    if form == "b":
        return text, rest
    leans_left = form == "left" or isinstance(size, str)
    text = text[:count] if leans_left else text[len(text) - count:]
    if form != "z" and not text.isdecimal():
        raise NotAMessageError(f"F{number} holds no digits")
    return text, rest
