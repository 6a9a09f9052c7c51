"""How a message says that a customer's code was scanned: F22 = 03x, or A3 or A4 in F59 or F47.

F59 is where it belongs; one acquirer has the same tags in F47.  It decides nothing about it.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import replace

from simulator.wire.field59 import Field59, format_field59, read_field59
from simulator.wire.message import Message

SCANNED = "03"  # first digits of F22
INSTEAD = "47"
NOTHING = Field59()

_read = lru_cache(maxsize=64)(read_field59)


def code_tags(message: Message) -> Field59:
    """The tags of F59, or of F47 where F59 has none; what is damaged ends them."""
    if message.field59:
        return _read(message.field59)[0]
    for number, value in message.others:
        if number == INSTEAD:
            return _read(value)[0]
    return NOTHING


def is_scanned(message: Message) -> bool:
    """Whether this is about a payment by code, and not by card.

    >>> is_scanned(Message(mti="0200", entry_mode="032")), is_scanned(Message(mti="0200"))
    (True, False)
    >>> is_scanned(Message(mti="0200", field59="A40041234"))
    True
    """
    if message.entry_mode.startswith(SCANNED):
        return True
    if not message.field59 and not message.others:
        return False
    tags = code_tags(message)
    return bool(tags.qr_code or tags.voucher)


def with_tags(message: Message, tags: Field59, field: str = "59") -> Message:
    """The message with these tags in F59, or in F47; as it is where there are none."""
    text = format_field59(tags)
    if not text:
        return message
    if field == INSTEAD:
        return replace(message, others=(*message.others, (INSTEAD, text)))
    return replace(message, field59=text)


def tags_field(message: Message) -> str:
    """In which field a message has them."""
    return INSTEAD if not message.field59 and message.others else "59"
