"""Real encoding inside the world: every message becomes bytes and is read from them again."""

from __future__ import annotations

from simulator.wire.codec import Codec
from simulator.wire.dialect import tpdu_of_reply
from simulator.wire.message import Message


class WireCodec:
    """Carries a message through its bytes."""

    __slots__ = ("_codec", "_reply_tpdu")

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        dialect = codec.dialect
        self._reply_tpdu = tpdu_of_reply(dialect.tpdu, dialect.reply_tpdu)

    def carry(self, message: Message, *, is_reply: bool) -> tuple[Message, bytes]:
        """What comes out after encoding and decoding, and the frame between the two, masked."""
        frame = self._codec.encode(message, self._reply_tpdu if is_reply else "")
        return self._codec.decode(frame), self._codec.masked(frame)
