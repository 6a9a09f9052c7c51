"""Disputes as people write them: which sale, from when on, and who does what about it; runs nothing."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.scenario.parts.part import Part
from simulator.scenario.units import Amount, Duration, Moment

ActName = Literal[
    "request", "evidence", "chargeback", "representment", "second_chargeback", "credit_adjustment",
    "accept",
]
ReasonName = Literal[
    "not_recognised", "fraud", "not_delivered", "not_as_described", "duplicate", "wrong_amount",
    "refund_missing",
]


class DisputeStep(Part):
    """One act of a dispute; what is not done in its term is given up."""

    do: ActName = Field(
        description="request (调单), evidence, chargeback (退单), representment (再请款), "
        "second_chargeback (二次退单), credit_adjustment (贷记调整), or accept: whoever has the turn gives in")
    after_ms: Duration = Field(default=0, alias="after", description="the step before; the first: at")


class Dispute(Part):
    """A cardholder disputes a sale.  Pre-compliance and arbitration are not modelled."""

    sale: str = Field(description="id of a sale of some script")
    at_ms: Moment = Field(alias="at")
    case: str = Field(
        default="", max_length=30, pattern=r"^[^/]*$", description="its name; D1, D2 … if empty")
    amount_fen: Amount | None = Field(
        default=None, alias="amount", description="all that is left of the sale if left out; never more")
    reason: ReasonName = "not_recognised"
    course: Annotated[tuple[DisputeStep, ...], Field(strict=False, min_length=1)] = Field(
        default=(DisputeStep.model_construct(do="chargeback", after_ms=0),),
        description="what is done about it; a chargeback that nobody answers if left out")
