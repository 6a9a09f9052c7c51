"""The face of the dialect and its message authentication that machines use; the real MAC is the wire's."""

from __future__ import annotations

from hashlib import sha256
from typing import Protocol

import msgspec

from simulator.wire.dialect import Dialect
from simulator.wire.message import Message
from simulator.wire.pin import ZONE_PIN_KEY


class Sealer(Protocol):
    """Makes and checks F64 under a clear MAC key (8 or 16 bytes); says how each kind looks."""

    dialect: Dialect

    def seal(self, message: Message, mac_key: bytes) -> Message:
        """The same message with F64 set."""

    def is_sealed(self, message: Message, mac_key: bytes) -> bool:
        """Whether F64 is right for this content and key; False where there is none."""

    def pin_block(self, pin: str, pan: str, pik: bytes) -> bytes:
        """F52: the PIN with the PAN, encrypted under the PIN key; 8 bytes."""

    def translated_pin(
        self, block: bytes, pan: str, pik: bytes, *, with_pan: bool = True,
    ) -> bytes | None:
        """F52 under the key of host and issuers; None where it is no PIN block of this card and key."""


class SymbolicSealer:
    """A stand-in without cryptography for runs that carry message objects.

    It fails for another key or changed content just as the real MAC does, and is good within one
    process only.  It sees the fields that decide about money, not every field.
    """

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect

    def seal(self, message: Message, mac_key: bytes) -> Message:
        """The message with a symbolic F64."""
        return msgspec.structs.replace(message, mac=_symbol(message, mac_key))

    def is_sealed(self, message: Message, mac_key: bytes) -> bool:
        """Whether the symbolic F64 fits content and key."""
        return message.mac is not None and message.mac == _symbol(message, mac_key)

    def pin_block(self, pin: str, pan: str, pik: bytes) -> bytes:
        """Eight bytes that depend on PIN, PAN and key, and give none of them away.

        The last four tell whether key and PAN fit, as the filler of a real block does.
        """
        digits = sha256(f"{pin}|{pan}".encode()).digest()[:_HALF]
        return _under(pik, digits + _of_card(pan))

    def translated_pin(
        self, block: bytes, pan: str, pik: bytes, *, with_pan: bool = True,
    ) -> bytes | None:
        """The same symbol under the key of host and issuers; blocks without the PAN are not known."""
        content = _under(pik, block) if len(block) == 2 * _HALF else b""
        if not with_pan or content[_HALF:] != _of_card(pan):
            return None
        return _under(ZONE_PIN_KEY, content)


_HALF = 4  # bytes of a symbolic PIN block that stand for the PIN


def _under(key: bytes, content: bytes) -> bytes:
    """What stands for encryption: its own inverse under the same key."""
    pad = sha256(key).digest()
    return bytes(one ^ other for one, other in zip(content, pad, strict=False))


def _of_card(pan: str) -> bytes:
    return sha256(pan.encode()).digest()[:_HALF]


def _symbol(message: Message, mac_key: bytes) -> bytes:
    content = hash((
        mac_key, message.mti, message.tid, message.stan, message.batch, message.pan,
        message.amount_fen, message.processing_code, message.response_code, message.original,
        message.field59,
    ))
    return (content & 0xFFFF_FFFF_FFFF_FFFF).to_bytes(8, "big")
