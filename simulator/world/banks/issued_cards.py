"""The cards that issuers have a row of, and what one of them shows with a request.

A PIN is compared as a block under the key of host and issuers: it is clear nowhere but in the row.
A card without a row is a customer's like any other: it has the usual test PIN, which nobody must
type, and any date to come is right.
"""

from __future__ import annotations

from functools import lru_cache
from hmac import compare_digest
from typing import Literal
from zlib import crc32

import msgspec

from simulator.local_time import DAY_MS, date_at, midnight_ms
from simulator.machines.acquirer.events import AskIssuer, IssuerRequest
from simulator.machines.sealing import Sealer
from simulator.money.issuer import IssuerAnswer, IssuerBooks
from simulator.money.shown import Proof, Shown
from simulator.scenario.parts.banks import TEST_PIN
from simulator.trace.records import key_of
from simulator.wire.cryptogram import ARQC, arqc_of, authentication_of, values_of
from simulator.wire.masking import mask_pan
from simulator.wire.message import Message
from simulator.wire.pin import ZONE_PIN_KEY
from simulator.wire.track import expiry_and_service

SALE_MTI = "0200"
CONTACTLESS, CHIP = "07", "05"  # first digits of F22
MONTHS = frozenset(f"{month:02}" for month in range(1, 13))
_NEEDS_PIN = frozenset({IssuerRequest.DEBIT, IssuerRequest.HOLD, IssuerRequest.BALANCE})


class IssuedCard(msgspec.Struct, frozen=True, kw_only=True):
    """An issuer's row of one card; test data only."""

    pan: str
    expiry: str  # YYMM
    pin: str = ""  # "": none that anything could be compared with
    pin_required: bool = False  # but for small sums, contactless
    key: bytes = b""  # issuer's master key for cryptograms; b"": they are not looked at
    proof: Literal["right", "wrong", "none"] = "right"  # the ARPC that it gets
    in_part: bool = False  # approves what is there of a sale that is beyond it
    scripts: tuple[bytes, ...] = ()  # 71 and 72, whole, to be sent to the chip

    def __repr__(self) -> str:
        """Neither number, PIN nor key."""
        return f"IssuedCard({mask_pan(self.pan)!r})"


@lru_cache(maxsize=1 << 16)
def ref_of(pan: str) -> str:
    """What books call a card that nobody opened: masked, and not the same as another's."""
    return f"{mask_pan(pan)}#{crc32(pan.encode()):08x}"


class IssuedCards:
    """All cards with a row, by number."""

    __slots__ = ("_day_until_ms", "_good", "_month", "_no_pin_limit_fen", "_rows", "_sealer")

    def __init__(self, sealer: Sealer, no_pin_limit_fen: int = 0) -> None:
        self._no_pin_limit_fen = no_pin_limit_fen
        self._rows: dict[str, IssuedCard] = {}
        self._sealer = sealer
        self._month = ""
        self._day_until_ms = 0
        self._good = {""}  # expiries that were found good today; in the path of every sale

    def add(self, card: IssuedCard) -> str:
        """Issue a card; what its account is called in the books."""
        self._rows[card.pan] = card
        return mask_pan(card.pan)

    def ref(self, pan: str) -> str:
        """What the books call a card."""
        return mask_pan(pan) if pan in self._rows else ref_of(pan)

    def shown(self, effect: AskIssuer, at_ms: int) -> Shown | None:
        """What card and holder show with a request; None where there is nothing to say of it."""
        message = effect.presented
        if message is None:
            return None
        card = self._rows.get(effect.pan)
        if at_ms >= self._day_until_ms:
            self._begin_day(at_ms)
        track_expiry = expiry_and_service(message.track2)[0]
        if card is None:
            good = self._good
            if message.expiry in good and track_expiry in good and message.pin_block is None:
                return None
            is_good = self._is_good(message.expiry) and self._is_good(track_expiry)
            if is_good and message.pin_block is None:
                return None
            return Shown(
                expired=not is_good and effect.request is not IssuerRequest.CREDIT,
                pin=self._compared(TEST_PIN, effect.pan, message.pin_block))
        return Shown(
            expired=effect.request is not IssuerRequest.CREDIT and (
                not self._is_good(card.expiry)
                or {card.expiry} != {message.expiry or card.expiry, track_expiry or card.expiry}),
            pin=self._pin(card, message, effect),
            cryptogram=_cryptogram(card, message),
        )

    def in_part(self, effect: AskIssuer) -> bool:
        """Whether less may be approved than is asked: at the counter, where somebody hears of it."""
        card, message = self._rows.get(effect.pan), effect.presented
        return (
            card is not None and card.in_part and message is not None and message.mti == SALE_MTI
            and effect.original is None
        )

    def to_chip(self, effect: AskIssuer, response_code: str) -> bytes | None:
        """F55 of the reply: issuer authentication and scripts, for a card whose row has them."""
        message = effect.presented
        card = self._rows.get(effect.pan)
        if card is None or message is None or not message.icc_data:
            return None
        authentication = b"" if not card.key or card.proof == "none" else authentication_of(
            card.key if card.proof == "right" else card.key[::-1], card.pan, message.card_sequence, values_of(message.icc_data), response_code)
        return authentication + b"".join(card.scripts) or None

    def _is_good(self, expiry: str) -> bool:
        """Whether a date (YYMM) is none, or one that is not over."""
        if expiry in self._good:
            return True
        if expiry < self._month or expiry[2:] not in MONTHS:
            return False
        self._good.add(expiry)
        return True

    def _begin_day(self, at_ms: int) -> None:
        day = date_at(at_ms)
        self._month = f"{day:%y%m}"
        self._day_until_ms = midnight_ms(day) + DAY_MS
        self._good = {""}

    def _pin(self, card: IssuedCard, message: Message, effect: AskIssuer) -> Proof:
        if not card.pin:
            return Proof.UNSAID
        if message.pin_block is None:
            is_small = (
                message.entry_mode.startswith(CONTACTLESS) and effect.request is IssuerRequest.DEBIT
                and effect.amount_fen <= self._no_pin_limit_fen
            )
            needed = (
                card.pin_required and effect.request in _NEEDS_PIN and message.original is None
                and not is_small
            )
            return Proof.MISSING if needed else Proof.UNSAID
        return self._compared(card.pin, card.pan, message.pin_block)

    def _compared(self, pin: str, pan: str, block: bytes | None) -> Proof:
        if block is None:
            return Proof.UNSAID
        expected = self._sealer.pin_block(pin, pan, ZONE_PIN_KEY)
        return Proof.RIGHT if compare_digest(expected, block) else Proof.WRONG


def _cryptogram(card: IssuedCard, message: Message) -> Proof:
    if not card.key or not message.entry_mode.startswith((CHIP, CONTACTLESS)):
        return Proof.UNSAID
    values = values_of(message.icc_data or b"")
    if ARQC not in values:
        return Proof.MISSING
    expected = arqc_of(card.key, card.pan, message.card_sequence, values)
    right = expected is not None and compare_digest(expected, values[ARQC])
    return Proof.RIGHT if right else Proof.WRONG


def operate(
    books: IssuerBooks, effect: AskIssuer, ref: str, shown: Shown | None, *, in_part: bool = False,
) -> IssuerAnswer:
    """Do what an issuer was asked in its books."""
    key = key_of(effect.key.tid, effect.key.batch, effect.key.stan)
    original = "" if effect.original is None else key_of(
        effect.original.tid, effect.original.batch, effect.original.stan)
    request = effect.request
    if request is IssuerRequest.REVERSE:
        return books.reverse(original or key)
    if request is IssuerRequest.DEBIT:
        return books.debit(key, ref, effect.amount_fen, original, shown, in_part=in_part)
    if request is IssuerRequest.CREDIT:
        answer = books.credit(key, ref, effect.amount_fen, original, shown)
        if effect.is_void:
            books.note_void(key, original)
        return answer
    if request is IssuerRequest.HOLD:
        return books.hold(key, ref, effect.amount_fen, shown)
    if request is IssuerRequest.RELEASE:
        return books.release(key, ref, original)
    return books.balance(ref, shown)
