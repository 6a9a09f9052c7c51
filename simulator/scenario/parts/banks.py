"""The parts of a scenario that describe who has money: banks, wallets, cards, and limits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.local_time import DAY_MS, SECOND_MS
from simulator.scenario.parts.part import CardKind, LatencyText, Part, usual_ms
from simulator.scenario.units import Amount, Duration, Share, TimeOfDay

TEST_PIN = "123456"  # of every card that has none of its own


class Limits(Part):
    """The most that may be taken; what is left out has no bound."""

    single_fen: Amount | None = Field(default=None, alias="single", description="one sale; above it 61")
    day_fen: Amount | None = Field(
        default=None, alias="day", description="all of a calendar day; above it 61")
    month_fen: Amount | None = Field(
        default=None, alias="month", description="all of a calendar month; above it 61")


class CardLimits(Limits):
    """What an issuer lets a card spend."""

    times_a_day: int | None = Field(
        default=None, ge=1, le=9999, description="uses in a calendar day; above it 65")


class MerchantLimits(Limits):
    """What an acquirer lets a merchant take, over all its terminals."""

    debit: Limits | None = Field(default=None, description="by debit cards alone, beside the others")
    credit: Limits | None = None
    foreign: Limits | None = Field(
        default=None, description="by cards that are not of the acquirer's domestic_prefixes")
    qr: Limits | None = Field(default=None, description="by wallets' codes")

    def by_kind(self) -> tuple[tuple[str, Limits | None], ...]:
        """The bounds of each kind of card."""
        return (("debit", self.debit), ("credit", self.credit), ("foreign", self.foreign), ("qr", self.qr))


class Bank(Part):
    """An issuer that is also a merchant's bank."""

    name: str = Field(pattern=r"^bank\.[a-z0-9_-]{1,30}$", examples=["bank.a"])
    title: str = ""
    latency: LatencyText = usual_ms(120, 400)
    servers: int = Field(default=0, ge=0, le=10_000, description="authorisations at a time; 0: no bound")
    payout_from_ms: TimeOfDay = Field(default=0, alias="payout_from")
    payout_until_ms: TimeOfDay = Field(
        default=DAY_MS, alias="payout_until", description="payouts after this wait for the next morning",
    )
    pan_prefix: str = Field(default="", pattern=r"^(62[0-9]{4})?$", description="test prefix; given if empty")
    opening_balance_fen: Amount = Field(
        default=100_000_00, alias="opening_balance", description="of each card without one of its own",
    )
    limits: CardLimits = Field(
        default=CardLimits(), description="of each card without limits of its own",
        examples=[{"single": "5000.00", "day": "20000.00", "times_a_day": 10}])
    preauth_days: int = Field(
        default=30, ge=1, le=365, description="calendar days after its own on which a pre-authorisation may "
        "still be completed; then the hold is given back, and a completion is refused by 25")
    unknown_cards: Literal["accept", "refuse"] = Field(
        default="accept", description="numbers of its prefix that no [[cards]] names; refused by 14",
    )
    card_kind: CardKind = Field(
        default="debit", description="of cards of its prefix; a [[cards]] row may say otherwise of one")
    share: float = Field(default=1.0, ge=0.0, allow_inf_nan=False, description="weight among the cards")


class WalletUser(Part):
    """A customer of a wallet whom a script names; each other payment is one of a customer of its own."""

    name: str = Field(pattern=r"^user\.[a-z0-9_-]{1,30}$", examples=["user.li"])
    balance_fen: Amount = Field(default=100_000_00, alias="balance")
    limits: CardLimits | None = Field(default=None, description="instead of those of its wallet")


class Wallet(Part):
    """A wallet channel for QR payments."""

    name: str = Field(pattern=r"^wallet\.[a-z0-9_-]{1,30}$", examples=["wallet.a"])
    title: str = ""
    latency: LatencyText = usual_ms(200, 900)
    pending_share: Share = Field(default=0.0, description="payments that are pending at first")
    pending_for_ms: Duration = Field(default=20 * SECOND_MS, alias="pending_for")
    fail_share: Share = Field(default=0.0, description="pending payments that fail in the end")
    limits: CardLimits = Field(
        default=CardLimits(), description="of each user without limits of its own; whoever has no name pays once, "
        "so of them each sum is held against single, day and month alone")
    users: Annotated[tuple[WalletUser, ...], Field(strict=False, max_length=999)] = ()


Script = Annotated[str, Field(pattern=r"^7[12]([0-9A-Fa-f]{2})+$", max_length=256)]


class CardPart(Part):
    """A customer's card that a script or a fault names; other cards are made up."""

    name: str = Field(pattern=r"^card\.[a-z0-9_-]{1,30}$", examples=["card.li"])
    bank: str = Field(default="", description="the first bank if empty")
    balance_fen: Amount | None = Field(default=None, alias="balance")
    kind: CardKind | None = Field(default=None, description="its bank's card_kind if left out")
    entry: Literal["keyed", "stripe", "chip", "contactless"] = "stripe"
    pin: str = Field(
        default="", pattern=r"^([0-9]{4,12})?$",
        description=f"test PIN; the customer types it. If empty none is typed, and the bank knows {TEST_PIN}",
    )
    expiry: str = Field(
        default="", pattern=r"^([0-9]{2}(0[1-9]|1[0-2]))?$",
        description="YYMM; if empty 3012, and December four years later for a start from 2027 on",
    )
    service_code: str = Field(default="201", pattern=r"^[0-9]{3}$", description="in its track 2")
    limits: CardLimits | None = Field(default=None, description="instead of those of its bank")
    pin_required: bool = Field(
        default=True, description="of a card with a pin: without it a sale above no_pin_limit, or not contactless, is declined (55)")
    approves_in_part: bool = Field(
        default=False, description="a sale beyond what it may spend is approved for what is there (10)")
    chip_key: str = Field(
        default="", pattern=r"^([0-9A-Fa-f]{32})?$",
        description="test key of the issuer in hex, by which the cryptograms of the chip are checked",
    )
    issuer_proof: Literal["right", "wrong", "none"] = Field(
        default="right", description="the ARPC (91) that the issuer answers to such a cryptogram")
    scripts: Annotated[tuple[Script, ...], Field(strict=False, max_length=4)] = Field(
        default=(), description="issuer scripts in hex, tag 71 or 72, sent with each answer to the chip")
