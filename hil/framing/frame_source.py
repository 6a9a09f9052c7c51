"""Frames out of the bytes of one line, one at a time, in the framing that its first message shows.

Zero-length keep-alives between messages are passed over.  What is no frame is an error that says how
much of the line is lost with it; whether the line goes on is its owner's business.
"""

from __future__ import annotations

from hil.framing.framings import Framings
from simulator.catalogue.line_reasons import PortWarning
from simulator.wire.dialect import Dialect
from simulator.wire.envelope import BEFORE, BEHIND, STX, announced, opened
from simulator.wire.errors import WireError
from simulator.wire.frame import TPDU_ID, least_length
from simulator.wire.framing import PREFIX_LENGTH, Framing
from simulator.wire.layout import length_of

KEEP_ALIVE = b"\x00\x00"
TLS_HELLO = b"\x16\x03"
SHOWN = 64  # bytes of what was no frame that are handed on


class NoFrameError(Exception):
    """What came is no frame: why, in words, and its first bytes; ``is_over`` where the step is lost."""

    def __init__(self, why: PortWarning, text: str, data: bytes, size: int, *, is_over: bool) -> None:
        super().__init__(text)
        self.why = why
        self.data = data
        self.size = size  # bytes that came and are no frame
        self.is_over = is_over


class FrameSource:
    """The bytes of one line that have come and are in no frame yet."""

    def __init__(self, framings: Framings) -> None:
        self._framings = framings
        self._buffer = bytearray()
        self._looked_at = 0  # bytes there when the last look found no whole frame
        self.framing: Framing | None = None  # once it is known
        self.shown: Framing | None = None  # the last that was known, whatever was forgotten since

    @property
    def pending(self) -> int:
        """Bytes that are in no frame yet."""
        return len(self._buffer)

    @property
    def start(self) -> bytes:
        """The first of them."""
        return bytes(self._buffer[:SHOWN])

    @property
    def waits_for_a_pause(self) -> bool:
        """Whether something of a message is there that a pause may end: it has no length, or two."""
        framing = self.framing
        if framing is None:
            return self._buffer[:1] == bytes((STX,))
        return bool(self._buffer) and not (framing.length_prefix or framing.envelope)

    def feed(self, data: bytes) -> None:
        """More bytes came."""
        self._buffer += data

    def forget(self) -> int:
        """Drop what came and the framing; how many bytes they were."""
        size = len(self._buffer)
        self._buffer.clear()
        self._looked_at = 0
        self.framing = None
        return size

    def take(self, *, is_all: bool = False) -> bytes | None:
        """The next frame, or None while it is not whole; :class:`NoFrameError` for what is none.

        ``is_all``: the line paused or ended, so what is there is all of it.
        """
        self._pass_over_keep_alives()
        buffer = self._buffer
        if not buffer or (len(buffer) == self._looked_at and not is_all):
            return None
        self._looked_at = len(buffer)
        if self.framing is None:
            self.framing = self._first_framing(is_all=is_all)
            if self.framing is None:
                return None
        self.shown = self.framing
        dialect = self._framings.dialect_in(self.framing)
        try:
            size = _size(buffer, dialect)
            if size is None and is_all and self.waits_for_a_pause:
                size = len(buffer)
            if size is None:
                return None
            frame = self._cut(size)
        except WireError as error:
            raise self._no_frame(PortWarning.UNREADABLE_REQUEST, str(error)) from None
        if self.framing.envelope:
            self._check_envelope(frame, self.framing)
        return frame

    def _pass_over_keep_alives(self) -> None:
        end = 0
        while self._buffer.startswith(KEEP_ALIVE, end):
            end += len(KEEP_ALIVE)
        if end:
            del self._buffer[:end]
            self._looked_at = 0

    def _first_framing(self, *, is_all: bool) -> Framing | None:
        try:
            return self._framings.known_by(bytes(self._buffer), is_all=is_all)
        except WireError:
            is_tls = self._buffer.startswith(TLS_HELLO[:len(self._buffer)])
            raise self._no_frame(
                PortWarning.TLS_ON_PLAIN if is_tls else PortWarning.NO_FRAMING, "") from None

    def _cut(self, size: int) -> bytes:
        frame = bytes(self._buffer[:size])
        del self._buffer[:size]
        self._looked_at = 0
        return frame

    def _check_envelope(self, frame: bytes, framing: Framing) -> None:
        try:
            opened(frame, framing.envelope)
        except WireError as error:
            why = PortWarning.WRONG_LRC if error.field == "lrc" else PortWarning.UNREADABLE_REQUEST
            raise NoFrameError(
                why, error.reason, frame[:SHOWN], len(frame),
                is_over=why is not PortWarning.WRONG_LRC) from None

    def _no_frame(self, why: PortWarning, text: str) -> NoFrameError:
        return NoFrameError(
            why, text, self.start, len(self._buffer), is_over=True)


def first_frame(start: bytes, framings: Framings) -> tuple[bytes, Framing] | None:
    """The message with which a line begins, and its framing; None where it is not whole yet, or none."""
    source = FrameSource(framings)
    source.feed(start)
    try:
        frame = source.take()
    except NoFrameError:
        return None
    return None if frame is None or source.framing is None else (frame, source.framing)


def _size(buffer: bytearray, dialect: Dialect) -> int | None:
    """Bytes of the frame at the start, or None while that is not known or not there."""
    framing = dialect.framing
    if framing.envelope:
        if len(buffer) < BEFORE:
            return None
        return _whole(buffer, BEFORE, announced(buffer, framing.envelope), BEHIND, dialect)
    if framing.length_prefix:
        if len(buffer) < PREFIX_LENGTH:
            return None
        return _whole(buffer, PREFIX_LENGTH, buffer[0] << 8 | buffer[1], 0, dialect)
    if framing.tpdu_length and buffer[0] != TPDU_ID:
        raise WireError("tpdu", 0, "a TPDU begins with 60")
    size = length_of(buffer, framing.before_mti, dialect)
    if (size or len(buffer)) > dialect.size_limit:
        raise WireError("length", 0, f"longer than {dialect.size_limit} bytes")
    return size


def _whole(buffer: bytearray, before: int, length: int, behind: int, dialect: Dialect) -> int | None:
    least = least_length(dialect.framing)
    if not least <= length <= dialect.size_limit:
        raise WireError(
            "length", 0,
            f"{length} bytes announced, between {least} and {dialect.size_limit} are possible")
    size = before + length + behind
    return size if len(buffer) >= size else None
