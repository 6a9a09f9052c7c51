"""Frames in a byte stream, found in whatever slices it comes; opens no connection.

A frame is all the bytes of one message, its length prefix included where the framing has one.
"""

from __future__ import annotations

from simulator.wire.dialect import Dialect
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
        if self._dialect.framing.length_prefix:
            return self._size_by_prefix()
        return self._size_by_content()

    def _size_by_prefix(self) -> int | None:
        buffer = self._buffer
        if len(buffer) < PREFIX_LENGTH:
            return None
        length = buffer[0] << 8 | buffer[1]
        least = self._dialect.framing.before_mti - PREFIX_LENGTH + MTI_LENGTH + BITMAP_LENGTH
        if not least <= length <= self._dialect.size_limit:
            raise WireError(
                "length", 0,
                f"{length} bytes announced, between {least} and {self._dialect.size_limit} are possible",
            )
        size = PREFIX_LENGTH + length
        return size if len(buffer) >= size else None

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


def check_frame(frame: bytes, framing: Framing) -> None:
    """Refuses a frame whose length, TPDU or header is not what the framing has."""
    if framing.length_prefix:
        announced, follow = int.from_bytes(frame[:PREFIX_LENGTH], "big"), len(frame) - PREFIX_LENGTH
        if follow < 0:
            raise WireError("length", 0, "the length itself is cut")
        if announced != follow:
            raise WireError("length", 0, f"{announced} bytes announced, {follow} follow")
    at = PREFIX_LENGTH * framing.length_prefix
    if framing.tpdu_length and frame[at:at + 1] != bytes((TPDU_ID,)):
        raise WireError("tpdu", at, "a TPDU begins with 60")
    if len(frame) < framing.before_mti:
        raise WireError("header", len(frame), "the frame ends before its message type")
