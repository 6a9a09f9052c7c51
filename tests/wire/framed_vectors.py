"""The messages of the vectors in framings that are not their own, their heads put there by hand."""

from __future__ import annotations

from wire_vectors import FRAMES, framing_of

from simulator.wire.envelope import enclosed
from simulator.wire.framing import Framing

HEADS = {"tpdu+6": "6000030000603100311001", "tpdu": "6000030000", "none+6": "603100311001", "none": ""}


def in_framing(name: str, framing: Framing) -> bytes:
    """The message of a vector as another framing has it."""
    message = bytes.fromhex(HEADS[framing.header]) + FRAMES[name][framing_of(name).before_mti:]
    if framing.envelope:
        return enclosed(message, framing.envelope)
    return (len(message).to_bytes(2, "big") if framing.length_prefix else b"") + message
