"""The parts of a scenario that describe a merchant: its terms, terminals, customers and habits."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema

from simulator.local_time import HOUR_MS, MINUTE_MS, SECOND_MS
from simulator.scenario.parts.banks import MerchantLimits
from simulator.scenario.parts.part import Day, Name, Operation, Part, one_or_many
from simulator.scenario.parts.terminals import TerminalGroup
from simulator.scenario.parts.terms import Account, Fee, Payout, PayoutText
from simulator.scenario.units import (
    MOMENT_PATTERN,
    TIME_OF_DAY_PATTERN,
    Amount,
    Duration,
    Moment,
    Share,
    TimeOfDay,
    UnfitError,
    moment_of,
    time_of_day_ms,
)


class Hours(Part):
    """When a merchant sells."""

    from_ms: TimeOfDay = Field(default=8 * HOUR_MS, alias="from")
    until_ms: TimeOfDay = Field(default=22 * HOUR_MS, alias="until", description="may be after midnight")
    days: Annotated[tuple[Day, ...], Field(strict=False, min_length=1)] = (
        "mon", "tue", "wed", "thu", "fri", "sat", "sun")


class AmountSpread(Part):
    """What customers pay: log-normal, whole fen, at least 0.01."""

    median_fen: Amount = Field(default=68_00, alias="median")
    p95_fen: Amount = Field(default=400_00, alias="p95")


class Mix(Part):
    """Which share of a merchant's business is what; the rest are card sales."""

    void: Share = 0.0
    refund: Share = 0.0
    balance: Share = 0.0
    preauth: Share = 0.0
    qr: Share = 0.0
    offline: Share = 0.0


class Mistakes(Part):
    """How often a clerk errs, for each sale."""

    duplicate_entry: Share = 0.0
    wrong_amount: Share = 0.0
    void_by_mistake: Share = 0.0


class Sales(Part):
    """Sales that chance makes, for the whole merchant."""

    per_hour: float = Field(ge=0.0, le=1e9, allow_inf_nan=False)
    amount: AmountSpread = AmountSpread()
    from_ms: Moment | None = Field(default=None, alias="from")
    until_ms: Moment | None = Field(default=None, alias="until")
    peaks_ms: Annotated[tuple[TimeOfDay, ...], Field(strict=False)] = Field(
        default=(), alias="peaks", description="times of day at which twice as many come")
    customers: int = Field(default=50, ge=1, le=10_000_000, description="number of cards")
    mix: Mix = Mix()
    mistakes: Mistakes = Mistakes()


class ScriptedStep(Part):
    """One thing that a clerk does at a set time."""

    at_ms: Moment = Field(alias="at")
    do: Operation = "sale"
    sale: str = Field(default="", max_length=30, description="id of what is sold; given if empty")
    of: str = Field(default="", description="id of the sale that is voided, refunded, completed")
    amount_fen: Amount | None = Field(default=None, alias="amount")
    card: str = Field(default="", description="name of a card; one of the merchant's customers if empty")
    wallet: str = Field(default="", description="name of a wallet; the first if empty")
    user: str = Field(default="", description="name of a user of a wallet, who pays; somebody new if empty")
    terminal: int = Field(default=1, ge=1, description="of this merchant, from 1")
    clerk: str = Field(default="01", pattern=r"^[0-9]{2,3}$")
    signed: bool = Field(
        default=False, description="the customer signs on the screen; signature_upload is needed")


SETTLES_FORM = 'a time of day such as "22:30", "never", or a list of times'


def _settles(given: object, info: ValidationInfo) -> object:
    if isinstance(given, list):
        return Settles(daily_ms=None, at_ms=tuple(moment_of(each, info) for each in given))
    if given == "never":
        return Settles(daily_ms=None)
    try:
        return Settles(daily_ms=time_of_day_ms(given))
    except UnfitError:
        raise UnfitError(SETTLES_FORM) from None


class Settles(Part):
    """When a merchant's terminals settle: every open day, at set moments, or not by themselves."""

    daily_ms: int | None = None
    at_ms: tuple[int, ...] = ()


SettlesText = Annotated[
    Settles,
    BeforeValidator(_settles),
    WithJsonSchema({
        "anyOf": [
            {"const": "never"}, {"type": "string", "pattern": TIME_OF_DAY_PATTERN},
            {"type": "array", "items": {"type": "string", "pattern": MOMENT_PATTERN}},
        ],
        "description": SETTLES_FORM, "examples": ["22:30", "never", ["2026-01-29T22:30"]],
    }),
]


class Habits(Part):
    """How clerks react."""

    after_failed_sale: Literal["repeats", "gives_up"] = "repeats"
    repeats_after_ms: Duration = Field(default=20 * SECOND_MS, alias="repeats_after")
    tries: int = Field(default=3, ge=1, le=100, description="of one sale, the first included")
    settles: SettlesText = Settles(daily_ms=22 * HOUR_MS + 30 * MINUTE_MS)
    settles_again_after_ms: Duration | None = Field(
        default=None, alias="settles_again_after", description="a settlement that failed; else not by itself",
    )
    when_batch_full: Literal["gives_up", "settles"] = Field(
        default="gives_up", description="told that the batch is full: the sale is not made, or the clerk "
        "settles and makes it then")
    goes_on_in_maintenance: bool = Field(default=False, description="sells in an announced window")


class Merchant(Part):
    """A merchant with its terminals, customers and habits."""

    name: Name
    mid: str = Field(
        default="", description="fifteen printable ASCII characters; given if empty")
    bank: str = Field(default="", description="where the account is; the first bank if empty")
    account: Account = Account()
    fee: Fee = Fee()
    fee_on_refund: Literal["given_back", "kept"] = Field(
        default="given_back", description="the fee on what is refunded; a void or a reversal gives it back always")
    chargeback_fee_fen: Amount = Field(
        default=0, alias="chargeback_fee", gt=0, examples=["20.00"],
        description="what each chargeback, the second one too, costs beside the sum; nothing if left out")
    merchant_class: Literal["standard", "reduced", "exempt"] = Field(
        default="standard", alias="class", description="for the shares of issuer and network: exempt, none")
    payout: PayoutText = Payout()
    refund_beyond: Literal["owed", "refused", "advanced"] = Field(
        default="owed", description="a refund of more than is still to be paid: the merchant owes it (欠款, "
        "netted against later sales), the host refuses it (61), or the acquirer advances it (垫款)")
    limits: MerchantLimits = Field(
        default=MerchantLimits(), examples=[{"day": "50000.00", "credit": {"single": "5000.00"}}],
        description="what the acquirer lets through; what was sold offline counts and is not refused")
    region: str = ""
    isp: str = Field(default="isp.a", pattern=r"^isp\.[a-z0-9_-]{1,30}$")
    router: str = Field(
        default="", pattern=r"^(router\.[a-z0-9_-]{1,30})?$", description="its own if empty",
    )
    open: Hours = Hours()
    terminals: Annotated[
        tuple[TerminalGroup, ...], Field(strict=False, min_length=1), BeforeValidator(one_or_many),
    ]
    sales: Sales | None = None
    script: Annotated[tuple[ScriptedStep, ...], Field(strict=False)] = ()
    habits: Habits = Habits()
