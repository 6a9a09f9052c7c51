"""A message value as a frame, and back; nothing of either is lost on the way.

The bytes that were sealed or heard last are kept beside their messages, so they are made once and a
MAC can be checked over what was received; where the fields of the last frame stand is kept too, so
that it can be masked without being read again.
"""

from __future__ import annotations

from msgspec.structs import replace

from simulator.wire.bodies import Reading
from simulator.wire.dialect import Dialect, tpdu_of_reply
from simulator.wire.errors import WireError
from simulator.wire.frame import body_of, check_frame, framed
from simulator.wire.generic import decode_generic
from simulator.wire.header import HeaderCodec
from simulator.wire.kept_bodies import KeptBodies
from simulator.wire.masked_frames import hidden_in, masked_frame
from simulator.wire.message import Message
from simulator.wire.message_bodies import bodies_of

MAC_LENGTH = 8
_OF_REQUESTS = frozenset("02468")  # third digit of the message type


class Codec:
    """Encodes and decodes in one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._framing = dialect.framing
        self._tpdu_at = dialect.framing.prefix_length
        self._header = HeaderCodec(dialect.header)
        self._bodies = bodies_of(dialect)
        self._kept = KeptBodies()
        self._heard: tuple[bytes, Reading] | None = None

    def encode(self, message: Message, tpdu: str = "") -> bytes:
        """The frame of a message; the dialect's own TPDU where none is given."""
        framing, head = self._framing, b""
        if framing.tpdu_length:
            head = _tpdu(tpdu or self.dialect.tpdu)
        if framing.header_length:
            head += self._header.encode(message)
        return framed(head + self.body_of(self.born(message)), framing)

    def decode(self, frame: bytes) -> Message:
        """The message of one whole frame."""
        framing = self._framing
        check_frame(frame, framing)
        body = body_of(frame, framing)
        found = self._bodies.read(body)
        if found.error is not None:
            decode_generic(frame, self.dialect, framing)  # says what of it was read
            raise found.error
        facts = found.values
        if framing.header_length:
            at = framing.before_mti
            facts |= self._header.decode(frame[at - framing.header_length:at])
        message = Message(mti=found.mti, **facts)
        self._kept.keep(message, body)
        self._heard = frame, found
        return message

    def masked(self, frame: bytes) -> bytes:
        """The frame without card data; read again only where it is not the last that was decoded."""
        if self._heard is not None and self._heard[0] is frame:
            return hidden_in(frame, self._heard[1], self.dialect, self._framing)
        return masked_frame(frame, self.dialect)

    def tpdu_of(self, frame: bytes) -> str:
        """The TPDU of a frame, ten digits, or "" where the framing has none."""
        return frame[self._tpdu_at:self._tpdu_at + self._framing.tpdu_length].hex().upper()

    def reply_tpdu(self, request: bytes) -> str:
        """The TPDU of the reply to a request frame: swapped or echoed, as the dialect says."""
        return tpdu_of_reply(self.tpdu_of(request), self.dialect.reply_tpdu)

    def born(self, message: Message) -> Message:
        """A message as this dialect wants it: a request with the fields that every one carries."""
        constants = self.dialect.constants
        if not constants or message.mti[2:3] not in _OF_REQUESTS:
            return message
        there = {key for key, _ in message.others}
        added = tuple(each for each in constants if each[0] not in there)
        return replace(message, others=(*message.others, *added)) if added else message

    def body_of(self, message: Message) -> bytes:
        """The bytes from the message type on: as they were heard or sealed, or made now."""
        return self._kept.of(message) or self._bodies.make(message)

    def content_of(self, message: Message) -> bytes:
        """What the MAC covers: MTI to F63, bit 64 of the bitmap being set."""
        if message.mac is None:
            return self._bodies.make(message, sealed=True)
        return (self._kept.of(message) or self._bodies.make_again(message))[:-MAC_LENGTH]

    def sealed(self, message: Message, content: bytes, mac: bytes) -> Message:
        """The message with the MAC of its content."""
        done = replace(message, mac=mac)
        self._kept.keep(done, content + mac)
        return done

def _tpdu(digits: str) -> bytes:
    try:
        octets = bytes.fromhex(digits)
    except ValueError:
        raise WireError("tpdu", 0, "is no hexadecimal number") from None
    if len(digits) != 10:
        raise WireError("tpdu", 0, f"10 digits are needed, not {len(digits)}")
    return octets
