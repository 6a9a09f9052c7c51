"""Whether a card number stands whole in what a terminal says to its till; keeps no byte longer than an order.

The number is that of the card which somebody held at the terminal in this order: digits that look
like another card's accuse nobody.  A number that the link carries in pieces of several fields is not
seen.
"""

from __future__ import annotations

from typing import Final

_MOST: Final = 1 << 16  # bytes of an order that are looked through
_FEWEST: Final = 13  # digits of a card number
_BLANKS: Final = b" -\x00"
_ESCAPED: Final = b"\x10\x10"


class CardWatch:
    """The terminal's side of one link, in the thread of its till."""

    def __init__(self) -> None:
        self._pan = ""
        self._said = bytearray()
        self.bytes_seen = 0  # of all orders with a card
        self.exposed = 0  # orders in which the card's whole number came

    def begins(self, pan: str) -> None:
        """An order with this card; without a card the one before is watched for on."""
        self._said.clear()
        if pan:
            self._pan = pan if len(pan) >= _FEWEST else ""

    def heard(self, data: bytes) -> None:
        """These bytes came of the terminal."""
        if not self._pan:
            return
        self.bytes_seen += len(data)
        self._said += data
        del self._said[:-_MOST]
        if stands_whole(self._pan, bytes(self._said)):
            self.exposed += 1
            self._said.clear()


def stands_whole(pan: str, said: bytes) -> bool:
    r"""Whether a number stands in these bytes: as digits, in groups, or packed two to a byte.

    >>> stands_whole("6200009753180120", b"\\x02CARD 6200 0097 5318 0120\\x03")
    True
    >>> stands_whole("6200009753180120", bytes.fromhex("0662000097531801201003"))
    True
    >>> stands_whole("6200009753180120", b"620000******0120")
    False
    """
    plain = said.translate(None, _BLANKS)
    if pan.encode() in plain:
        return True
    return any(pan in packed.hex() for packed in (said, said.replace(_ESCAPED, _ESCAPED[:1])))
