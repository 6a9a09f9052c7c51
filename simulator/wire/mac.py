"""Message authentication codes of a dialect over MTI to F63; holds no key.

Which algorithm, and whether F64 holds bytes or hex characters, is the dialect's rule.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import reduce
from hmac import compare_digest
from operator import xor

from simulator.wire import des
from simulator.wire.codec import MAC_LENGTH, Codec
from simulator.wire.dialect import MacRule
from simulator.wire.frame import body_of
from simulator.wire.generic import Decoded
from simulator.wire.message import Message
from simulator.wire.pin import encrypt_pin


def cup_ecb(key: bytes, content: bytes) -> bytes:
    """CUP-ECB, eight bytes.

    X = XOR of all blocks, H = its 16 hex characters, E1 = enc(H[0:8]), E2 = enc(E1 xor H[8:16]).
    enc is DES or triple DES by the length of the key.
    """
    folded = _folded(content).hex().upper().encode("ascii")
    first = int.from_bytes(des.encrypt(key, folded[:8]), "big")
    second = (first ^ int.from_bytes(folded[8:], "big")).to_bytes(8, "big")
    return des.encrypt(key, second)


def _folded(content: bytes) -> bytes:
    padded = content + bytes(-len(content) % 8)
    blocks = struct.unpack(f">{len(padded) // 8}Q", padded)
    return reduce(xor, blocks, 0).to_bytes(8, "big")


ALGORITHMS: dict[str, Callable[[bytes, bytes], bytes]] = {
    "CUP-ECB": cup_ecb, "X9.19": des.retail_mac,
}


def mac_of(rule: MacRule, key: bytes, content: bytes) -> bytes:
    """F64 as the rule has it: eight bytes, or the first four of them in upper-case hex."""
    made = ALGORITHMS[rule.algorithm](key, content)
    return made if rule.form == "raw" else made[:MAC_LENGTH // 2].hex().upper().encode("ascii")


class WireSealer:
    """Makes and checks F64 under a clear MAC key, as machines want it."""

    def __init__(self, codec: Codec) -> None:
        self.dialect = codec.dialect
        self._codec = codec

    def seal(self, message: Message, mac_key: bytes) -> Message:
        """The same message with F64 set."""
        message = self._codec.born(message)
        content = self._codec.content_of(message)
        return self._codec.sealed(message, content, mac_of(self.dialect.mac, mac_key, content))

    def is_sealed(self, message: Message, mac_key: bytes) -> bool:
        """Whether F64 is right for this content and key; False where there is none."""
        if message.mac is None:
            return False
        made = mac_of(self.dialect.mac, mac_key, self._codec.content_of(message))
        return compare_digest(message.mac, made)

    def pin_block(self, pin: str, pan: str, pik: bytes) -> bytes:
        """F52: the PIN with the PAN, encrypted under the PIN key."""
        return encrypt_pin(pin, pan, pik)


def is_right(frame: bytes, decoded: Decoded, mac_key: bytes, rule: MacRule) -> bool:
    """Whether the F64 of a frame, as it was received, is right; it has one."""
    body = body_of(frame, decoded.framing)
    return compare_digest(mac_of(rule, mac_key, body[:-MAC_LENGTH]), body[-MAC_LENGTH:])
