"""Which framing a stream or a frame has, by its first bytes; keeps nothing between two looks.

A dialect's messages are met with a two-byte length, in the envelope of a serial line (02 … 03 LRC,
its length in BCD or binary) or with neither; with TPDU and header, TPDU alone, header alone, or
nothing before the message type.  How the ambiguities are decided:

* By the heads, as far as they are there: a length is one that a message can have, an envelope begins
  with 02, a TPDU with 60, a header with 6 (or with the constant that the dialect gives it; not with
  0), and where the message type must stand there are four digits that begin 01 to 09.  A TPDU and a
  header both begin with 60: the message type tells, it stands behind 11, 5, 6 or 0 bytes, and in
  none but the right place are there digits that begin so.  Where one framing is left it is taken,
  before the frame is whole, so a message with a damaged field is still told as such.
* Where heads fit more than one framing, the first frame is read in each: one in which it can be no
  message of fields that mean something here is out.  The first in which it is whole and leaves no byte over is taken at once, as a
  sender may wait for its answer; one in which it is whole and more follows, when no other may
  still turn out right.
* An envelope whose length is digits may be meant in BCD or binary: the length that the fields of the
  message add up to tells; where they do not add up, whether 03 stands where BCD puts it.
* Zero-length frames (keep-alives) may stand before the first message; they are passed over.
"""

from __future__ import annotations

from contextlib import suppress
from enum import Enum

from simulator.wire.dialect import Dialect
from simulator.wire.envelope import BEFORE, ETX, STX
from simulator.wire.errors import WireError
from simulator.wire.fields import BITMAP_LENGTH, MTI_LENGTH
from simulator.wire.frame import TPDU_ID, least_length
from simulator.wire.framing import PREFIX_LENGTH, TPDU_LENGTH, Framing
from simulator.wire.generic import Decoded, decode_generic
from simulator.wire.layout import Incomplete, spans

KEEP_ALIVE = bytes(PREFIX_LENGTH)


class _Reading(Enum):
    """What the first frame turns out to be in one framing."""

    WHOLE = "a message, and no byte over"
    FOLLOWED = "a message, and more bytes"
    OPEN = "more bytes are needed"
    BROKEN = "no message"


def framing_of(start: bytes, dialect: Dialect, *, whole: bool = False) -> Framing | None:
    """The framing of a stream that begins so; None while more bytes are needed to tell.

    ``whole``: nothing more will come, so the likeliest is given instead of None.  Raises
    :class:`WireError` where no framing of the dialect begins so.
    """
    start = without_keep_alives(start)
    found = [each for each in dialect.framings.values() if heads_fit(start, each, dialect)]
    if not found or (whole and not start):
        raise WireError("framing", 0, "no framing of the dialect begins so")
    if len(found) == 1:
        return found[0]
    if any(len(start) < each.before_mti + MTI_LENGTH for each in found):
        return found[0] if whole else None
    return _by_content(start, found, dialect.without_unnamed, whole)


def without_keep_alives(start: bytes) -> bytes:
    r"""What follows the zero-length frames at the start of a stream.

    >>> without_keep_alives(b"\0\0\0\0\0\x3c\x60")
    b'\x00<`'
    """
    at = 0
    while start[at:at + PREFIX_LENGTH] == KEEP_ALIVE:
        at += PREFIX_LENGTH
    return start[at:]


# ---- heads -----------------------------------------------------------------------------------


def heads_fit(start: bytes, framing: Framing, dialect: Dialect) -> bool:
    """Whether the bytes that are there can be the beginning of a frame."""
    if not _is_type(start[framing.before_mti:framing.before_mti + MTI_LENGTH]):
        return False  # first, as it rules out the most
    at = framing.prefix_length
    if not _length_fits(start, framing, dialect):
        return False
    if framing.tpdu_length:
        if start[at:at + 1] not in {b"", bytes((TPDU_ID,))}:
            return False
        at += TPDU_LENGTH
    return not framing.header_length or _header_fits(start[at:at + 1], framing, dialect)


def _length_fits(start: bytes, framing: Framing, dialect: Dialect) -> bool:
    if not framing.prefix_length:
        return True
    digits = start[:PREFIX_LENGTH]
    if framing.envelope:
        if start[:1] not in {b"", bytes((STX,))}:
            return False
        digits = start[1:BEFORE]
        if framing.envelope == "bcd" and digits and not digits.hex().isdigit():
            return False
    if not digits:
        return True
    if framing.envelope == "bcd":
        fewest = int(digits.ljust(PREFIX_LENGTH, b"\0").hex())
        most = int(digits.ljust(PREFIX_LENGTH, b"\x99").hex())
    else:
        fewest = int.from_bytes(digits.ljust(PREFIX_LENGTH, b"\0"), "big")
        most = int.from_bytes(digits.ljust(PREFIX_LENGTH, b"\xff"), "big")
    return fewest <= dialect.size_limit and most >= least_length(framing)


def _header_fits(first: bytes, framing: Framing, dialect: Dialect) -> bool:
    part = next(iter(dialect.header), None)
    if not first or part is None:
        return True
    if part.value:
        return first.hex().upper().startswith(part.value[:2])
    if part.name != "application_class":
        return True
    return first >= b"\x10" if framing.tpdu_length else first[0] >> 4 == TPDU_ID >> 4


def _is_type(octets: bytes) -> bool:
    """Whether this is a message type, or as much of one as is there."""
    if not octets:
        return True
    return 0 < octets[0] < 10 and (len(octets) == 1 or (octets[1] < 0x9A and octets[1] & 0x0F < 10))


# ---- contents --------------------------------------------------------------------------------


def _by_content(
    start: bytes, found: list[Framing], dialect: Dialect, whole: bool,
) -> Framing | None:
    readings = {each: _reading(start, each, dialect) for each in found}
    for reading in (_Reading.WHOLE, _Reading.FOLLOWED):
        for each in found:
            if readings[each] is reading and (
                    whole or reading is _Reading.WHOLE or _Reading.OPEN not in readings.values()):
                return each
    still = [each for each in found if readings[each] is _Reading.OPEN]
    if len(still) == 1 or (still and whole):
        return still[0]
    if still:
        return None
    usual = [each for each in found if _type_at(start, each) in _types(dialect)] or found
    return next((each for each in usual if _ends_by_etx(start, each)), usual[0])


def _type_at(start: bytes, framing: Framing) -> str:
    return start[framing.before_mti:framing.before_mti + MTI_LENGTH].hex()


def _types(dialect: Dialect) -> set[str]:
    return {mti for row in dialect.kinds for mti in (row.mti, row.reply_mti)}


def _reading(start: bytes, framing: Framing, dialect: Dialect) -> _Reading:
    size = _size(start, framing)
    ends = _end_of_fields(start, framing, dialect)
    if ends is None:
        return _Reading.OPEN if size is None or len(start) < size else _Reading.BROKEN
    size = size or ends
    if ends < 0 or ends + framing.suffix_length != size:
        return _Reading.BROKEN
    if len(start) < size:
        return _Reading.OPEN
    try:
        decode_generic(start[:size], dialect, framing)
    except WireError:
        return _Reading.BROKEN
    return _Reading.WHOLE if len(start) == size else _Reading.FOLLOWED


def _size(start: bytes, framing: Framing) -> int | None:
    """Bytes of the frame as its length tells; None where it has none."""
    if framing.envelope:
        base = 10 if framing.envelope == "bcd" else 16
        return BEFORE + int(start[1:BEFORE].hex(), base) + framing.suffix_length
    if framing.length_prefix:
        return PREFIX_LENGTH + int.from_bytes(start[:PREFIX_LENGTH], "big")
    return None


def _end_of_fields(start: bytes, framing: Framing, dialect: Dialect) -> int | None:
    """Where the last field ends; None: more bytes are needed to know, -1: they are none."""
    end = framing.before_mti + MTI_LENGTH + BITMAP_LENGTH
    try:
        for span in spans(start, framing.before_mti, dialect):
            end = span.end
    except Incomplete:
        return None
    except WireError:
        return -1
    return end


def _ends_by_etx(start: bytes, framing: Framing) -> bool:
    size = _size(start, framing)
    return bool(framing.envelope) and size is not None and start[size - 2:size - 1] == bytes((ETX,))


# ---- whole frames ----------------------------------------------------------------------------


def decode_any(frame: bytes, dialect: Dialect) -> Decoded:
    """The message of a whole frame whose framing is not known.

    The variants are tried from the fullest to the barest; the first that leaves no byte over is
    taken, before others one of fields that mean something here.  Where none does, the error is that of the likely one.
    """
    for strictness in (dialect.without_unnamed, dialect):
        for framing in dialect.framings.values():
            with suppress(WireError):
                return decode_generic(frame, strictness, framing)
    return decode_generic(frame, dialect, likely_framing(frame, dialect))


def likely_framing(frame: bytes, dialect: Dialect) -> Framing:
    """The framing that the first bytes speak for; the dialect's own where they are silent."""
    try:
        return framing_of(frame, dialect, whole=True) or dialect.framing
    except WireError:
        return dialect.framing
