"""The framings in which a dialect's messages come to a host, and how one is known by its first bytes.

A message goes from the framing of its line into that of the dialect and back: what a line's framing
has no place for (a TPDU, a header) is the dialect's own on the way in, and is left out on the way out.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import replace

from simulator.wire.dialect import Dialect
from simulator.wire.envelope import BEFORE, BEHIND, ETX, STX, Envelope, announced, opened
from simulator.wire.errors import WireError
from simulator.wire.fields import BITMAP_LENGTH, MTI_LENGTH
from simulator.wire.frame import TPDU_ID, body_of, framed, least_length
from simulator.wire.framing import PREFIX_LENGTH, Framing
from simulator.wire.header import HeaderCodec
from simulator.wire.layout import Incomplete, spans
from simulator.wire.message import Message

_HIGHEST_CLASS = 8  # the second digit of a message type is 1 to 8
_SECOND_BITMAP = 0x80
NO, PERHAPS, LIKE, SURELY = range(4)


class Framings:
    """The framings of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.own = dialect
        self._candidates = tuple(dialect.framings.values())
        self._header = HeaderCodec(dialect.header).encode(Message(mti="")) if dialect.header else b""
        self._tpdu = bytes.fromhex(dialect.tpdu)
        self.dialect_in = lru_cache(maxsize=64)(self._dialect_in)

    def known_by(self, start: bytes | bytearray, *, is_all: bool = False) -> Framing | None:
        """The framing of a first message; None while more bytes are needed.

        ``is_all``: no more bytes come for now.  :class:`WireError` where it is none.  One look
        takes a bounded time: no more of it is read than a message may have.
        """
        fits = [(each, self._fit(start, each)) for each in self._candidates]
        best = max(fit for _, fit in fits)
        if best == NO:
            raise WireError("framing", 0, "the first bytes are those of no framing")
        if best == PERHAPS:
            return None
        first = next(index for index, (_, fit) in enumerate(fits) if fit == best)
        rivals = fits if best == LIKE else fits[:first]
        if not is_all and any(fit == PERHAPS for _, fit in rivals):
            return None
        return fits[first][0]

    def inward(self, frame: bytes, framing: Framing) -> bytes:
        """A frame of a line as one of the dialect's own framing."""
        own = self.own.framing
        if framing == own:
            return frame
        at = framing.prefix_length
        tpdu = frame[at:at + framing.tpdu_length] or self._tpdu
        at += framing.tpdu_length
        header = frame[at:at + framing.header_length] or self._header
        return framed(
            (tpdu if own.tpdu_length else b"") + (header if own.header_length else b"")
            + body_of(frame, framing), own)

    def outward(self, frame: bytes, framing: Framing) -> bytes:
        """A frame of the dialect's own framing as one of a line."""
        own = self.own.framing
        if framing == own:
            return frame
        at = own.prefix_length
        tpdu = frame[at:at + own.tpdu_length]
        header = frame[at + own.tpdu_length:own.before_mti]
        return framed(
            (tpdu if framing.tpdu_length else b"") + (header if framing.header_length else b"")
            + body_of(frame, own), framing)

    def _dialect_in(self, framing: Framing) -> Dialect:
        """The dialect with another framing."""
        return self.own if framing == self.own.framing else replace(self.own, framing=framing)

    def _fit(self, start: bytes | bytearray, framing: Framing) -> int:
        """How far the bytes are those of a framing, by what is there of them."""
        there = len(start)
        if not self._length_fits(start, framing):
            return NO
        at = framing.prefix_length
        if framing.tpdu_length and there > at and start[at] != TPDU_ID:
            return NO
        at = framing.before_mti
        if there > at and not 1 <= start[at] <= _HIGHEST_CLASS:
            return NO
        if there > at + 1 and (start[at + 1] >> 4 > 9 or start[at + 1] & 0x0F):
            return NO
        if there > at + MTI_LENGTH and start[at + MTI_LENGTH] & _SECOND_BITMAP:
            return NO
        if there < at + MTI_LENGTH + BITMAP_LENGTH:
            return PERHAPS
        if framing.envelope and (fit := _fit_of_end(start, framing.envelope)) != SURELY:
            return fit
        try:
            for _ in spans(bytes(start[:self.own.size_limit]), at, self.own):
                pass
        except Incomplete:
            return SURELY
        except WireError:
            return LIKE  # a message with something in it that the dialect does not have
        return SURELY

    def _length_fits(self, start: bytes | bytearray, framing: Framing) -> bool:
        if framing.envelope:
            if start[0] != STX:
                return False
            if len(start) < BEFORE:
                return True
            try:
                length = announced(start, framing.envelope)
            except WireError:
                return False
        elif framing.length_prefix:
            if len(start) < PREFIX_LENGTH:
                return start[0] <= self.own.size_limit >> 8
            length = start[0] << 8 | start[1]
        else:
            return True
        return least_length(framing) <= length <= self.own.size_limit


def _fit_of_end(start: bytes | bytearray, envelope: Envelope) -> int:
    """Two forms of a length can mean two numbers: the one behind which an envelope ends is meant."""
    length = announced(start, envelope)
    size = BEFORE + length + BEHIND
    if len(start) < size:
        return PERHAPS
    if start[BEFORE + length] != ETX:
        return NO
    try:
        opened(bytes(start[:size]), envelope)
    except WireError:
        return LIKE
    return SURELY
