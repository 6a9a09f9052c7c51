"""How a message says that a customer's code was scanned: F22 = 03x; decides nothing about it."""

from __future__ import annotations

from simulator.wire.message import Message

SCANNED = "03"  # first digits of F22


def is_scanned(message: Message) -> bool:
    """Whether this is about a payment by code, and not by card.

    >>> is_scanned(Message(mti="0200", entry_mode="032")), is_scanned(Message(mti="0200"))
    (True, False)
    """
    return message.entry_mode.startswith(SCANNED)
