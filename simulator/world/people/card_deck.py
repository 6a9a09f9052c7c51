"""The test cards that customers carry: numbers that pass the Luhn check and belong to nobody.

The digits that a mask hides are never zero: a mask writes stars or zeros there, so wherever a whole
number gets out it can be told from a masked one.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

import msgspec
from msgspec.structs import replace

from simulator.local_time import date_at
from simulator.machines.terminal.profile import Card
from simulator.scenario.parts.banks import TEST_PIN, Bank, CardPart
from simulator.scenario.scenario import Scenario
from simulator.wire.cryptogram import (
    AMOUNT,
    ARQC,
    AUTHENTICATION,
    arqc_of,
    authentication_of,
    values_of,
)

CHIPS = frozenset({"chip", "contactless"})  # how a card with a chip is read
SEQUENCE = "001"  # F23 of a card with a chip
_HIDDEN, _SHOWN = 6, 3  # digits of a serial: those that a mask hides, those before the check digit
_TEST_FEN = 1_00  # the sum in TEST_ICC_DATA
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


def named_number(prefix: str, number: int) -> str:
    """The number of a card that a scenario names; ``number`` tells named cards apart."""
    return card_number(prefix, _NAMED + number)


def usual_expiry(start_ms: int) -> str:
    """YYMM of cards that have no other: well after a scenario's start.

    >>> usual_expiry(1_769_479_200_000), usual_expiry(1_893_456_000_000)
    ('3012', '3412')
    """
    return f"{max(2030, date_at(start_ms).year + 4) % 100:02}12"


class CardFacts(msgspec.Struct, frozen=True, gc=False):
    """What the bank knows of a test card, and its holder too."""

    pin: str = TEST_PIN
    expiry: str = "3012"  # YYMM
    service_code: str = "201"

    def track2(self, pan: str) -> str:
        """What its stripe holds.

        >>> CardFacts().track2("6200009753180120")
        '6200009753180120D30122010000000000'
        """
        return f"{pan}D{self.expiry}{self.service_code}0000000000"


class CardDeck:
    """Cards by number of the customer: the same number, the same card."""

    __slots__ = ("_banks", "_edges", "_facts", "_keys", "_named", "_prefix", "_usual")

    def __init__(
        self, banks: tuple[Bank, ...], prefixes: dict[str, str], expiry: str,
        *, with_chip: bool = True,
    ) -> None:
        self._banks = banks
        self._prefix = prefixes
        self._edges = tuple(accumulate(bank.share for bank in banks))
        self._named: dict[str, Card] = {}
        # Of every card that has no row: expiry as :func:`usual_expiry` has it; swiped, so without a
        # chip where the host refuses to have chip cards swiped.
        self._usual = CardFacts(TEST_PIN, expiry, "201" if with_chip else "101")
        self._facts: dict[str, CardFacts] = {}  # of named cards, by number
        self._keys: dict[str, str] = {}  # of chips whose cryptograms are checked, by number

    def name(self, part: CardPart, number: int) -> Card:
        """Make a card that a script or a fault names; ``number`` tells named cards apart."""
        bank = part.bank or self._banks[0].name
        pan = named_number(self._prefix[bank], number)
        facts = CardFacts(part.pin or TEST_PIN, part.expiry or self._usual.expiry, part.service_code)
        self._facts[pan] = facts
        self._keys[pan] = part.chip_key
        icc_data = icc_data_of(pan, part.chip_key) if part.entry in CHIPS else None
        card = Card(
            pan, facts.expiry, track2=facts.track2(pan), pin=part.pin, entry=part.entry,
            sequence=SEQUENCE if part.entry in CHIPS else "", icc_data=icc_data,
            issuer_proof=proof_of(pan, part.chip_key, icc_data),
        )
        self._named[part.name] = card
        return card

    def named(self, name: str) -> Card:
        """A named card."""
        return self._named[name]

    def at_reader(self, card: Card, amount_fen: int) -> Card:
        """What a card shows to a terminal that takes this sum: a chip's cryptogram is of the sum."""
        if card.icc_data is None:
            return card
        key = self._keys.get(card.pan, "")
        icc_data = icc_data_of(card.pan, key, amount_fen)
        return replace(card, icc_data=icc_data, issuer_proof=proof_of(card.pan, key, icc_data))

    def of_customer(self, serial: int, choice: float) -> Card:
        """The card of a customer; ``choice`` in [0, 1) picks the bank by share."""
        edge = choice * self._edges[-1]
        bank = self._banks[min(bisect_right(self._edges, edge), len(self._banks) - 1)]
        pan = card_number(self._prefix[bank.name], serial % _NAMED)
        return Card(pan, self._usual.expiry, track2=self._usual.track2(pan))

    def facts(self, pan: str) -> CardFacts:
        """What the bank of a card knows of it, be it named or not."""
        return self._facts.get(pan) or self._usual


def deck_of(
    scenario: Scenario, prefixes: dict[str, str], banks: tuple[Bank, ...] = (),
) -> CardDeck:
    """The cards of a scenario; of some of its banks, where they are given."""
    return CardDeck(
        banks or scenario.banks, prefixes, usual_expiry(scenario.start_ms),
        with_chip=scenario.acquirer.chip_fallback == "accept")


def proof_of(pan: str, key: str, icc_data: bytes | None) -> bytes:
    """The value of 91 by which a card with a key knows that its issuer approves."""
    if not key or icc_data is None:
        return b""
    told = authentication_of(bytes.fromhex(key), pan, SEQUENCE, values_of(icc_data), "00")
    return values_of(told)[AUTHENTICATION]


def icc_data_of(pan: str, key: str, amount_fen: int = _TEST_FEN) -> bytes:
    """F55 of a test card: with the cryptogram that its key makes, or a made-up one."""
    icc_data = TEST_ICC_DATA.replace(_amount(_TEST_FEN), _amount(amount_fen), 1)
    values = values_of(icc_data)
    arqc = arqc_of(bytes.fromhex(key), pan, SEQUENCE, values) if key else None
    return icc_data if arqc is None else icc_data.replace(values[ARQC], arqc, 1)


def _amount(fen: int) -> bytes:
    return bytes.fromhex(f"{AMOUNT}06{fen:012}")


# Amount, currency, date and a made-up cryptogram, as TLV: no kernel made it.
TEST_ICC_DATA = bytes.fromhex(
    "9F260801020304050607089F2701809F100807010103A0A000009F3704010203049F36020001"
    "950500000000009A032601299C01009F02060000000001005F2A02015682027C009F1A020156"
)
