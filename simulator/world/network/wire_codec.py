"""Real encoding inside the world: every message becomes bytes and is read from them again."""

from __future__ import annotations

from simulator.wire.codec import Codec
from simulator.wire.masking import masked_frame
from simulator.wire.message import Message


class WireCodec:
    """Carries a message through its bytes."""

    __slots__ = ("_codec",)

    def __init__(self, codec: Codec) -> None:
        self._codec = codec

    def carry(self, message: Message) -> tuple[Message, bytes]:
        """What comes out after encoding and decoding, and the masked frame for the trace."""
        frame = self._codec.encode(message)
        return self._codec.decode(frame), masked_frame(frame, self._codec.dialect)
