"""Frames in a byte stream, found in whatever slices it comes; opens no connection.

A frame is all the bytes of one message, its length prefix included where the framing has one.
"""

from __future__ import annotations

from simulator.wire.dialect import Dialect
from simulator.wire.envelope import BEFORE, BEHIND, announced, enclosed, opened
from simulator.wire.errors import WireError
from simulator.wire.fields import BITMAP_LENGTH, MTI_LENGTH
from simulator.wire.framing import PREFIX_LENGTH, TPDU_LENGTH, Framing
from simulator.wire.layout import length_of

TPDU_ID = 0x60


class FrameReader:
    """Cuts a stream into frames.

    What is no frame raises :class:`WireError`: at once where no whole frame came before it, else
    at the next :meth:`feed`, so that no whole frame is lost.  A stream that lost its step has no
    way back: every later feed raises the same again, and the connection should be closed.
    """

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._buffer = bytearray()
        self._taken = 0  # bytes of the stream in frames already given
        self._error: WireError | None = None

    @property
    def pending(self) -> int:
        """Bytes of a frame that is not whole yet."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[bytes]:
        """The frames that are whole now.  Any slicing of a stream gives the same frames."""
        if self._error is not None:
            raise self._error
        self._buffer += data
        frames: list[bytes] = []
        try:
            while (size := self._size()) is not None:
                frames.append(bytes(self._buffer[:size]))
                del self._buffer[:size]
                self._taken += size
        except WireError as error:
            self._error = WireError(error.field, self._taken + error.offset, error.reason)
            if not frames:
                raise self._error from None
        return frames

    def _size(self) -> int | None:
        """Bytes of the frame at the start of the buffer, or None while that is not known."""
        if self._dialect.framing.envelope:
            return self._size_by_envelope()
        if self._dialect.framing.length_prefix:
            return self._size_by_prefix()
        return self._size_by_content()

    def _size_by_prefix(self) -> int | None:
        buffer = self._buffer
        if len(buffer) < PREFIX_LENGTH:
            return None
        length = buffer[0] << 8 | buffer[1]
        self._check_length(length, 0)
        size = PREFIX_LENGTH + length
        return size if len(buffer) >= size else None

    def _size_by_envelope(self) -> int | None:
        buffer, envelope = self._buffer, self._dialect.framing.envelope
        if buffer and len(buffer) < BEFORE:
            announced(bytes((*buffer, 0, 0)), envelope)
        if len(buffer) < BEFORE:
            return None
        length = announced(buffer, envelope)
        self._check_length(length, 1)
        size = BEFORE + length + BEHIND
        if len(buffer) < size:
            return None
        opened(bytes(buffer[:size]), envelope)
        return size

    def _check_length(self, length: int, at: int) -> None:
        least, limit = least_length(self._dialect.framing), self._dialect.size_limit
        if not least <= length <= limit:
            raise WireError(
                "length", at,
                f"{length} bytes announced, between {least} and {limit} are possible",
            )

    def _size_by_content(self) -> int | None:
        buffer, framing = self._buffer, self._dialect.framing
        if buffer and framing.tpdu_length == TPDU_LENGTH and buffer[0] != TPDU_ID:
            raise WireError("tpdu", 0, "a TPDU begins with 60")
        size = length_of(buffer, framing.before_mti, self._dialect)
        if (size or len(buffer)) > self._dialect.size_limit:
            raise WireError("length", 0, f"longer than {self._dialect.size_limit} bytes")
        return size


def with_length(message: bytes) -> bytes:
    r"""A message behind its two-byte length.

    >>> with_length(b"abc")
    b'\x00\x03abc'
    """
    return len(message).to_bytes(PREFIX_LENGTH, "big") + message


def least_length(framing: Framing) -> int:
    """Bytes of the shortest message behind its length."""
    return framing.before_mti - framing.prefix_length + MTI_LENGTH + BITMAP_LENGTH


def framed(message: bytes, framing: Framing) -> bytes:
    """A message, heads included, behind its length or in its envelope."""
    if framing.envelope:
        return enclosed(message, framing.envelope)
    return with_length(message) if framing.length_prefix else message


def body_of(frame: bytes, framing: Framing) -> bytes:
    """From the message type to the last field."""
    return frame[framing.before_mti:len(frame) - framing.suffix_length]


def check_frame(frame: bytes, framing: Framing) -> None:
    """Refuses a frame whose length, envelope, TPDU or header is not what the framing has."""
    if framing.envelope:
        opened(frame, framing.envelope)
    elif framing.length_prefix:
        told, follow = int.from_bytes(frame[:PREFIX_LENGTH], "big"), len(frame) - PREFIX_LENGTH
        if follow < 0:
            raise WireError("length", 0, "the length itself is cut")
        if told != follow:
            raise WireError("length", 0, f"{told} bytes announced, {follow} follow")
    at = framing.prefix_length
    if framing.tpdu_length and frame[at:at + 1] != bytes((TPDU_ID,)):
        raise WireError("tpdu", at, "a TPDU begins with 60")
    if len(frame) - framing.suffix_length < framing.before_mti:
        raise WireError("header", len(frame), "the frame ends before its message type")
