r"""The envelope of a serial line: ``02 | length(2) | message | 03 | LRC``; knows no message.

The length counts the message alone, in BCD (``0x0123`` is 123) or as a binary number, big-endian.
The LRC is the XOR of all that stands between the 02 and itself: both length bytes, the message and
the 03; the 02 is not in it.

>>> enclosed(b"\x08\x00", "bcd").hex(" ")
'02 00 02 08 00 03 09'
"""

from __future__ import annotations

from functools import reduce
from operator import xor
from typing import Literal

from simulator.wire.errors import WireError

Envelope = Literal["", "bcd", "binary"]  # "" none; else the form of its length

STX, ETX = 0x02, 0x03
BEFORE, BEHIND = 3, 2  # bytes of the envelope around a message
MOST: dict[Envelope, int] = {"bcd": 9999, "binary": 0xFFFF}


def lrc(octets: bytes) -> int:
    """XOR of all bytes.

    >>> lrc(bytes((1, 2, 4, 4)))
    3
    """
    return reduce(xor, octets, 0)


def enclosed(message: bytes, length: Envelope) -> bytes:
    """A message in its envelope."""
    if len(message) > MOST[length]:
        raise WireError("length", 0, f"{len(message)} bytes, at most {MOST[length]} can be told")
    digits = f"{len(message):04}" if length == "bcd" else f"{len(message):04X}"
    inner = bytes.fromhex(digits) + message + bytes((ETX,))
    return bytes((STX,)) + inner + bytes((lrc(inner),))


def announced(start: bytes | bytearray, length: Envelope) -> int:
    """How many bytes the message has by the first three bytes; refuses what announces none."""
    if start[0] != STX:
        raise WireError("stx", 0, "an envelope begins with 02")
    digits = start[1:BEFORE].hex()
    if length == "bcd" and not digits.isdigit():
        raise WireError("length", 1, "the length is no number in BCD")
    return int(digits, 10 if length == "bcd" else 16)


def opened(frame: bytes, length: Envelope) -> bytes:
    """The message in a whole envelope; refuses a length, an ETX or an LRC that is wrong."""
    if len(frame) < BEFORE + BEHIND:
        raise WireError("length", len(frame), "the envelope itself is cut")
    there, told = len(frame) - BEFORE - BEHIND, announced(frame, length)
    if told != there:
        raise WireError("length", 1, f"{told} bytes announced, {there} follow")
    if frame[-2] != ETX:
        raise WireError("etx", len(frame) - 2, "an envelope ends with 03 and its LRC")
    if frame[-1] != lrc(frame[1:-1]):
        raise WireError("lrc", len(frame) - 1, "the LRC is wrong")
    return frame[BEFORE:-BEHIND]
