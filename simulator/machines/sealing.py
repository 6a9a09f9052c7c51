"""The face of the dialect and its message authentication that machines use; the real MAC is the wire's."""

from __future__ import annotations

from hashlib import sha256
from typing import Protocol

import msgspec

from simulator.wire.dialect import Dialect
from simulator.wire.message import Message


class Sealer(Protocol):
    """Makes and checks F64 under a clear MAC key (8 or 16 bytes); says how each kind looks."""

    dialect: Dialect

    def seal(self, message: Message, mac_key: bytes) -> Message:
        """The same message with F64 set."""

    def is_sealed(self, message: Message, mac_key: bytes) -> bool:
        """Whether F64 is right for this content and key; False where there is none."""

    def pin_block(self, pin: str, pan: str, pik: bytes) -> bytes:
        """F52: the PIN with the PAN, encrypted under the PIN key; 8 bytes."""


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
        """Eight bytes that depend on PIN, PAN and key, and give none of them away."""
        return sha256(b"|".join((pin.encode(), pan.encode(), pik))).digest()[:8]


def _symbol(message: Message, mac_key: bytes) -> bytes:
    content = hash((
        mac_key, message.mti, message.tid, message.stan, message.batch, message.pan,
        message.amount_fen, message.processing_code, message.response_code, message.original,
        message.field59,
    ))
    return (content & 0xFFFF_FFFF_FFFF_FFFF).to_bytes(8, "big")
