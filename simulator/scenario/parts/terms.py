"""The parts of a scenario that say on what terms a merchant is paid: account, fees, payouts."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from simulator.scenario.parts.part import Part
from simulator.scenario.units import Amount, FeePercent, TimeOfDay, UnfitError


class Account(Part):
    """The account that a merchant is paid to."""

    status: Literal["open", "frozen", "closed"] = "open"
    name_matches: bool = Field(default=True, description="the name check at the bank")


class FeeBounds(Part):
    """What the acquirer takes of each sale: a rate rounded to the fen, its bounds, a sum on top."""

    cap_fen: Amount = Field(default=0, alias="cap", description='"0.00": no cap')
    minimum_fen: Amount = Field(default=0, alias="minimum", description="of each sale, below the cap")
    plus_fen: Amount = Field(
        default=0, alias="plus", description="on top, for each sale; never more in all than the sale")


class KindFee(FeeBounds):
    """The fee of sales by one kind of card."""

    basis_points: FeePercent = Field(alias="percent")


class Fee(FeeBounds):
    """The fee of a merchant's sales; a kind of card with a row of its own has that alone."""

    basis_points: FeePercent = Field(default=60, alias="percent")
    debit: KindFee | None = None
    credit: KindFee | None = None
    foreign: KindFee | None = Field(
        default=None, description="of cards that are not of the acquirer's domestic_prefixes")
    qr: KindFee | None = Field(default=None, description="of sales by a wallet's code")


DATE_TERMS_PATTERN = r"^[TD]\+([0-9]|[12][0-9]|30)$"
DATE_TERMS_FORM = '"T+n" (working days) or "D+n" (days), n from 0 to 30'
TERMS_PATTERN = r"^([TD]\+([0-9]|[12][0-9]|30)|instant)$"
TERMS_FORM = '"T+n" (working days), "D+n" (days), n from 0 to 30, or "instant" (each sale at once)'
AT_ONCE = "instant"


def _terms_of(pattern: str, form: str) -> BeforeValidator:
    def fits(given: object) -> object:
        if isinstance(given, str) and re.fullmatch(pattern, given) is None:
            raise UnfitError(form)
        return given

    return BeforeValidator(fits)


def _payout(given: object) -> object:
    if isinstance(given, str) and re.fullmatch(TERMS_PATTERN, given) is None:
        raise UnfitError(TERMS_FORM)
    return {"terms": given} if isinstance(given, str) else given


Terms = Annotated[
    str, _terms_of(TERMS_PATTERN, TERMS_FORM),
    WithJsonSchema({"type": "string", "pattern": TERMS_PATTERN, "description": TERMS_FORM}),
]

DateTerms = Annotated[
    str, _terms_of(DATE_TERMS_PATTERN, DATE_TERMS_FORM),
    WithJsonSchema({"type": "string", "pattern": DATE_TERMS_PATTERN, "description": DATE_TERMS_FORM}),
]


class PayoutFeePart(Part):
    """What the acquirer takes for each payout, off the payout itself."""

    basis_points: FeePercent = Field(default=0, alias="percent", description="of what is paid, rounded to the fen")
    plus_fen: Amount = Field(default=0, alias="plus", description="on top; never more in all than the payout")


class Payout(Part):
    """When and on what terms a merchant is paid."""

    terms: Terms = "T+1"
    fee: PayoutFeePart = Field(
        default=PayoutFeePart(), description="D+0 or instant fee (秒到手续费): of each payout; of instant "
        "terms only of what is paid at once")
    first_after_days: int = Field(
        default=0, ge=0, le=60,
        description="of a new merchant: no payout before so many days after the start (新商户首次结算)")
    deposit_fen: Amount = Field(
        default=0, alias="deposit", description="押金, taken from the first sales until it is paid")
    sim_fee_fen: Amount = Field(
        default=0, alias="sim_fee", description="流量费, taken from the first sales after the deposit")
    from_ms: TimeOfDay | None = Field(
        default=None, alias="from", description="instant: the window of the day; the whole day if left out")
    until_ms: TimeOfDay | None = Field(default=None, alias="until", description="may be after midnight")
    sale_limit_fen: Amount = Field(
        default=0, alias="sale_limit", description='instant: of one sale; "0.00": none')
    day_limit_fen: Amount = Field(
        default=0, alias="day_limit", description='instant: of all sales of a day together; "0.00": none')
    rest: DateTerms | None = Field(
        default=None, description='instant: terms of what is not paid at once; "T+1" if left out')


PayoutText = Annotated[Payout, BeforeValidator(_payout)]  # "T+1", or a table
