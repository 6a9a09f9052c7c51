"""The bytes of one way of a line, cut into messages and into what is none; no byte is lost or changed.

What cannot be read is handed on as it came, with the reason; whoever forwards it decides what
becomes of it.  A line that lost its step is looked at anew with whatever comes next.
"""

from __future__ import annotations

import msgspec

from hil.framing.frame_source import FrameSource, NoFrameError
from hil.framing.framings import Framings
from simulator.catalogue.line_reasons import PortWarning
from simulator.wire.envelope import BEFORE, BEHIND
from simulator.wire.framing import Framing


class Passage(msgspec.Struct, frozen=True):
    """A piece of the line: keep-alives and then a whole frame, or bytes that are no frame."""

    before: bytes = b""  # keep-alives in front of the frame
    frame: bytes = b""
    framing: Framing | None = None  # of the frame
    unknown: bytes = b""  # where there is no frame
    why: PortWarning | None = None  # it is none
    detail: str = ""

    @property
    def raw(self) -> bytes:
        """All of it as it came."""
        return self.before + self.frame + self.unknown


class PassageReader:
    """Finds the messages of one way, in whatever slices its bytes come."""

    def __init__(self, framings: Framings) -> None:
        self._source = FrameSource(framings)
        self._raw = bytearray()
        self._most = framings.own.size_limit + BEFORE + BEHIND

    @property
    def pending(self) -> int:
        """Bytes that came and are in no piece yet."""
        return len(self._raw)

    def feed(self, data: bytes) -> list[Passage]:
        """The pieces that are whole now."""
        self._raw += data
        self._source.feed(data)
        return self._pieces(is_all=False)

    def pause(self) -> list[Passage]:
        """The line stopped for a while: a message without a length has ended, the rest is none."""
        found = self._pieces(is_all=True)
        return [*found, *self._rest(PortWarning.CUT_BY_PAUSE)]

    def end(self) -> list[Passage]:
        """The line ended."""
        found = self._pieces(is_all=True)
        return [*found, *self._rest(PortWarning.CUT_FRAME)]

    def _pieces(self, *, is_all: bool) -> list[Passage]:
        found: list[Passage] = []
        while (piece := self._next(is_all=is_all)) is not None:
            found.append(piece)
        return found

    def _next(self, *, is_all: bool) -> Passage | None:
        if not self._raw:
            return None
        try:
            frame = self._source.take(is_all=is_all)
        except NoFrameError as wrong:
            if wrong.is_over:
                self._source.forget()
            return Passage(unknown=self._taken(), why=wrong.why, detail=str(wrong))
        if frame is not None:
            raw = self._taken()
            at = len(raw) - len(frame)
            return Passage(raw[:at], raw[at:], self._source.framing)
        if self._source.pending > self._most:
            self._source.forget()
            return Passage(unknown=self._taken(), why=PortWarning.NO_FRAMING)
        if not self._source.pending:
            return Passage(unknown=self._taken())  # keep-alives alone
        return None

    def _taken(self) -> bytes:
        """What the source has let go of."""
        size = len(self._raw) - self._source.pending
        raw = bytes(self._raw[:size])
        del self._raw[:size]
        return raw

    def _rest(self, why: PortWarning) -> list[Passage]:
        if not self._raw:
            return []
        self._source.forget()
        return [Passage(unknown=self._taken(), why=why)]
