"""What goes around a message on a line: a length, a TPDU, a header, or the envelope of a serial line."""

from __future__ import annotations

from dataclasses import dataclass

from tests.outside.message import NotAMessageError, unpack_first

TPDU_SIZE, HEADER_SIZE = 5, 6
STX, ETX = 0x02, 0x03


class IncompleteError(Exception):
    """Not all of a frame has come."""


@dataclass(frozen=True)
class Framing:
    """Which parts go around a message; ``envelope``: none, binary or bcd, of ``02 … 03 LRC``."""

    length: bool = True
    tpdu: bool = True
    header: bool = True
    envelope: str = ""


FRAMINGS = {
    "length, TPDU, header": Framing(),
    "length, TPDU": Framing(header=False),
    "length, header": Framing(tpdu=False),
    "length alone": Framing(tpdu=False, header=False),
    "TPDU, header, no length": Framing(length=False),
    "TPDU, no length": Framing(length=False, header=False),
    "header, no length": Framing(length=False, tpdu=False),
    "nothing": Framing(length=False, tpdu=False, header=False),
    "02 .. 03 LRC, binary length": Framing(length=False, envelope="binary"),
    "02 .. 03 LRC, BCD length": Framing(length=False, envelope="bcd"),
}


def framed(framing: Framing, tpdu: bytes, header: bytes, body: bytes) -> bytes:
    inner = (tpdu if framing.tpdu else b"") + (header if framing.header else b"") + body
    if framing.length:
        return len(inner).to_bytes(2, "big") + inner
    if framing.envelope:
        size = (len(inner).to_bytes(2, "big") if framing.envelope == "binary"
                else bytes.fromhex(f"{len(inner):04d}"))
        checked = size + inner + bytes([ETX])
        return bytes([STX]) + checked + bytes([_lrc(checked)])
    return inner


def unframed(framing: Framing, frame: bytes) -> tuple[bytes, bytes, bytes]:
    """TPDU, header and message of one whole frame."""
    inner, rest = first_frame(framing, frame)
    if rest:
        raise NotAMessageError(f"{len(rest)} bytes too many")
    tpdu = inner[:TPDU_SIZE] if framing.tpdu else b""
    header = inner[len(tpdu):len(tpdu) + HEADER_SIZE] if framing.header else b""
    return tpdu, header, inner[len(tpdu) + len(header):]


def first_frame(framing: Framing, data: bytes) -> tuple[bytes, bytes]:
    """The inside of the first frame of ``data``, and what comes after it."""
    if framing.length:
        size = int.from_bytes(_some(data, 0, 2), "big")
        return _some(data, 2, size), data[2 + size:]
    if framing.envelope:
        said = _some(data, 1, 2)
        size = int.from_bytes(said, "big") if framing.envelope == "binary" else int(said.hex())
        end = 3 + size
        tail = _some(data, end, 2)
        if data[0] != STX or tail != bytes([ETX, _lrc(data[1:end + 1])]):
            raise NotAMessageError("not 02 .. 03 LRC")
        return data[3:end], data[end + 2:]
    front = TPDU_SIZE * framing.tpdu + HEADER_SIZE * framing.header
    try:  # without a length only the fields say where a message ends
        rest = unpack_first(data[front:])[1]
    except NotAMessageError as error:
        if "too early" in str(error):
            raise IncompleteError from error
        raise
    return data[:len(data) - len(rest)], rest


def _some(data: bytes, at: int, count: int) -> bytes:
    if len(data) < at + count:
        raise IncompleteError
    return data[at:at + count]


def _lrc(data: bytes) -> int:
    total = 0
    for byte in data:
        total ^= byte
    return total
