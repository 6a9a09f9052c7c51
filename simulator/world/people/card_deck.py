"""The test cards that customers carry: numbers that pass the Luhn check and belong to nobody.

The digits that a mask hides are never zero: a mask writes stars or zeros there, so wherever a whole
number gets out it can be told from a masked one.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from simulator.machines.terminal.profile import Card
from simulator.scenario.parts import Bank, CardPart

_HIDDEN, _SHOWN = 6, 3  # digits of a serial: those that a mask hides, those before the check digit
SERIALS = 9**_HIDDEN * 10**_SHOWN
_NAMED = SERIALS - 9**3 * 10**_SHOWN  # serials from here on belong to named cards


def luhn_digit(digits: str) -> str:
    """The check digit that completes a card number.

    >>> luhn_digit("620000975318012")
    '0'
    """
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def card_number(prefix: str, serial: int) -> str:
    """A 16-digit test number: prefix of 6, six digits of 1 to 9, three of any kind, check digit.

    >>> card_number("620000", 0), card_number("620000", SERIALS - 1)
    ('6200001111110006', '6200009999999994')
    """
    rest, shown = divmod(serial % SERIALS, 10**_SHOWN)
    hidden = ""
    for _ in range(_HIDDEN):
        rest, digit = divmod(rest, 9)
        hidden = str(digit + 1) + hidden
    digits = f"{prefix}{hidden}{shown:0{_SHOWN}}"
    return digits + luhn_digit(digits)


class CardDeck:
    """Cards by number of the customer: the same number, the same card."""

    __slots__ = ("_banks", "_edges", "_named", "_prefix")

    def __init__(self, banks: tuple[Bank, ...], prefixes: dict[str, str]) -> None:
        self._banks = banks
        self._prefix = prefixes
        self._edges = tuple(accumulate(bank.share for bank in banks))
        self._named: dict[str, Card] = {}

    def name(self, part: CardPart, number: int) -> Card:
        """Make a card that a script or a fault names; ``number`` tells named cards apart."""
        bank = part.bank or self._banks[0].name
        pan = card_number(self._prefix[bank], _NAMED + number)
        card = Card(
            pan, track2=f"{pan}D30122010000000000", pin=part.pin, entry=part.entry,
            sequence="001" if part.entry in {"chip", "contactless"} else "",
            icc_data=TEST_ICC_DATA if part.entry in {"chip", "contactless"} else None,
        )
        self._named[part.name] = card
        return card

    def named(self, name: str) -> Card:
        """A named card."""
        return self._named[name]

    def of_customer(self, serial: int, choice: float) -> Card:
        """The card of a customer; ``choice`` in [0, 1) picks the bank by share."""
        edge = choice * self._edges[-1]
        bank = self._banks[min(bisect_right(self._edges, edge), len(self._banks) - 1)]
        pan = card_number(self._prefix[bank.name], serial % _NAMED)
        return Card(pan, track2=f"{pan}D30122010000000000")


# Amount, currency, date and a made-up cryptogram, as TLV: no kernel made it, no issuer checks it.
TEST_ICC_DATA = bytes.fromhex(
    "9F260801020304050607089F2701809F100807010103A0A000009F3704010203049F36020001"
    "950500000000009A032601299C01009F02060000000001005F2A02015682027C009F1A020156"
)
