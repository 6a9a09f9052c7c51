"""The framings in which a dialect's messages come to a host, each line in its own.

A message goes from the framing of its line into that of the dialect and back: what a line's framing
has no place for (a TPDU, a header) is the dialect's own on the way in, and is left out on the way out.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import replace

from simulator.wire.dialect import Dialect
from simulator.wire.envelope import BEFORE, BEHIND
from simulator.wire.frame import body_of, framed
from simulator.wire.framing import Framing
from simulator.wire.header import HeaderCodec
from simulator.wire.message import Message
from simulator.wire.recognition import framing_of


class Framings:
    """The framings of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.own = dialect
        self._most = dialect.size_limit + BEFORE + BEHIND
        self._header = HeaderCodec(dialect.header).encode(Message(mti="")) if dialect.header else b""
        self._tpdu = bytes.fromhex(dialect.tpdu)
        self.dialect_in = lru_cache(maxsize=64)(self._dialect_in)

    def known_by(self, start: bytes, *, is_all: bool = False) -> Framing | None:
        """The framing of a first message; None while more bytes are needed.

        ``is_all``: no more bytes come for now.  :class:`WireError` where it is none.  One look
        takes a bounded time: no more is read than a message may have.
        """
        return framing_of(start[:self._most], self.own, whole=is_all)

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
