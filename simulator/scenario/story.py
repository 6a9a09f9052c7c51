"""What goes wrong, what is done about it, and what is expected, as people write it; runs nothing.

The keys of a fault below ``of`` are parameters; which of them a mode knows is in its row of
:mod:`simulator.faults.modes`.  The keys of an action are in :mod:`simulator.catalogue.remedies`.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec
from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema

from simulator.judge.numbers import LAST_RULE
from simulator.scenario.parts.part import Name, Part
from simulator.scenario.units import (
    MOMENT_PATTERN,
    Amount,
    Duration,
    Moment,
    Share,
    UnfitError,
    moment_of,
    schema_pattern,
)
from simulator.scenario.wanted import Owes, Which, WhichGiven, WhichReturns

WITHIN_FORM = (
    '"N working days after the window" (or "after the start"), a duration after the start such as '
    '"4d", or a time'
)
DownloadName = Literal[
    "parameters", "status", "capk", "aid", "application", "black_list", "exchange_rates",
    "contactless",
]
"""What a host may ask for in a header; that it asks for a sign-on, and why, is its own affair."""
THE_WINDOW = "the window"


class Fault(Part):
    """One fault: mode, target, when, parameters.  All conditions that are given must hold."""

    mode: str = Field(examples=["acquirer.maintenance"])
    label: str = Field(default="", max_length=60, description="for reports and actions; given if empty")
    target: str = Field(
        default="", description="merchant, merchant/2, terminal:TID, router.x, isp.x, region, bank.x, "
        "wallet.x, card.x, acquirer; all if empty",
    )
    at_ms: Moment | None = Field(default=None, alias="at", description="begin of a window")
    for_ms: Duration | None = Field(default=None, alias="for", description="length of a window")
    on: str = Field(default="", description="one of the points on which the mode acts")
    mti: str = Field(default="", pattern=r"^([0-9]{4})?$")
    nth: int | None = Field(default=None, ge=1, description="only the nth event that fits, from 1")
    times: int | None = Field(default=None, ge=1, description="so many events that fit, from nth on")
    chance: Share | None = None
    between: Annotated[tuple[str, str] | None, Field(strict=False)] = Field(
        default=None, description='two steps of a machine, ["store", "send"] or ["store:armed", "send"]')
    after_effect: int | None = Field(default=None, ge=0, description="after so many effects of one event")
    of: str = Field(default="", description='kind of transaction, "sale", "reversal", …')
    delay_ms: Duration | None = Field(default=None, alias="delay")
    off_for_ms: Duration | None = Field(default=None, alias="off_for")
    jitter_ms: Duration | None = Field(default=None, alias="jitter")
    loss: Share | None = None
    code: str | None = None
    how: str | None = None
    services: Annotated[tuple[str, ...] | None, Field(strict=False, min_length=1)] = None
    minimum: str | None = Field(default=None, pattern=r"^[0-9]{8}$", description="software, n2 + n6")
    set_to: str | None = Field(
        default=None, alias="set", pattern=r"^(6[0-4]|[1-5][0-9]|[2-9])=[^\x00-\x1f]*$", max_length=2_000,
        description='a field and its value as daozhang decode shows it, "39=51"; "39=" takes it away')
    software: str | None = Field(
        default=None, pattern=r"^[0-9]{8}$", description="that runs afterwards, n2 + n6")
    rate: int | None = Field(default=None, ge=1, le=1_000_000_000, description="bytes a second")
    size: int | None = Field(default=None, ge=1, le=1_000_000, description="bytes at a time")
    may_stay_away: bool = Field(
        default=False, description="a run in which it never strikes may pass all the same")


class Action(Part):
    """A documented remedy that somebody takes."""

    do: str = Field(examples=["retry_after_maintenance"])
    by: str = Field(default="", description="merchant; all if empty")
    at_ms: Moment | None = Field(default=None, alias="at")
    after: str = Field(default="", description='label of a fault with an end, or "the window"')
    wait_ms: Duration = Field(default=0, alias="wait", description="so long after ``after``")
    terminal: int | None = Field(default=None, ge=1, description="of the merchant, from 1; all if left out")
    target: str = Field(default="", description="router, card or account, where the action needs one")
    for_ms: Duration | None = Field(default=None, alias="for")
    software: str = Field(default="", pattern=r"^([0-9]{8})?$")
    download: DownloadName | None = Field(
        default=None, description="what the headers of replies ask for; capk if left out")
    sale: str = Field(default="", description="id of a sale of some script, where it is about one")
    amount_fen: Amount = Field(
        default=0, alias="amount", description="what is sold in the place of a wrong sum; nothing if left out")
    pay: Literal["", "card", "qr"] = Field(default="", description="by what customers pay meanwhile")
    clerk: str = Field(default="", pattern=r"^([0-9]{2,3})?$")
    password: str = Field(default="", pattern=r"^([0-9]{4,8})?$", description="the new one; test passwords only")
    may_stay_away: bool = Field(
        default=False, description="a run in which nobody takes it may pass all the same")


class Within(Part):
    """A bound: the end of the Nth working day after ``base_ms``; 0 days: ``base_ms`` itself.

    ``after_window``: ``base_ms`` is not known from the text alone but is the end of the last window.
    """

    text: str
    working_days: int = 0
    base_ms: int = 0
    after_window: bool = False


_WITHIN = re.compile(r"(\d{1,3}) working days? after the (window|start)", re.ASCII)


def _within(given: object, info: ValidationInfo) -> object:
    match = _WITHIN.fullmatch(given) if isinstance(given, str) else None
    start = (info.context or {}).get("start_ms") or 0
    if match:
        return Within(
            text=match[0], working_days=int(match[1]), base_ms=start,
            after_window=match[2] == "window",
        )
    try:
        return Within(text=str(given), base_ms=moment_of(given, info))
    except UnfitError:
        raise UnfitError(WITHIN_FORM) from None


WithinText = Annotated[
    Within, BeforeValidator(_within),
    WithJsonSchema({
        "anyOf": [
            {"type": "string", "pattern": schema_pattern(_WITHIN)},
            {"type": "string", "pattern": MOMENT_PATTERN},
        ],
        "description": WITHIN_FORM,
        "examples": ["2 working days after the window", "4d"],
    }),
]
class SeenPart(Part):
    """Something that people of the run must see on the way: once at least, or exactly ``times``."""

    what: str = Field(examples=["update_postponed"], description="of the table in docs/scenarios.md")
    by: str = Field(default="", description="merchant, or merchant/2 for its second terminal; anybody if empty")
    text: str = Field(default="", max_length=200, description="stands in the notice or on the display")
    not_before_ms: Moment | None = Field(default=None, alias="not_before")
    until_ms: Moment | None = Field(default=None, alias="until")
    times: int | None = Field(default=None, ge=0, description="exactly so often, 0: never; at least once if left out")


class Expect(Part):
    """What must come out, beside the invariants.  What is left out is not asked."""

    arrived: Which | None = Field(default=None, description="which approved sales are in the account")
    within: WithinText | None = Field(default=None, description="by when what arrived says must be so")
    not_before_ms: Moment | None = Field(
        default=None, alias="not_before",
        description="no money arrives earlier; of the sales that arrived lists, else of all",
    )
    declined: Which | None = Field(default=None, description="which sales were declined")
    suspended: Which | None = Field(default=None, description="which approved sales stand in suspense")
    on_the_way: Which | None = Field(default=None, description="which sales are taken and not there yet")
    lost: Which | None = Field(default=None, description="whose money will not arrive by itself")
    undone: Which | None = Field(default=None, description="which sales were taken and given back")
    held: Which | None = Field(default=None, description="which pre-authorisations nobody completed")
    refused: WhichReturns | None = Field(
        default=None, description="which voids and refunds terminal, host or issuer refused; by their own names")
    given_back: WhichGiven | None = Field(
        default=None, description="which voids and refunds gave the cardholder the money back, and by when")
    owes: Owes = Field(
        default={}, examples=[{"shop": "99.40"}],
        description='what a merchant owes the acquirer at the end; "0.00": nothing',
    )
    disputes: dict[str, Literal["won", "lost", "refused"]] = Field(
        default={}, examples=[{"D1": "lost"}],
        description="how disputes end for the merchant, by their case; refused: nothing was left of the sale",
    )
    reversed_sales: Annotated[tuple[str, ...], Field(strict=False)] | None = Field(
        default=None, alias="reversed", examples=[["S2"], []],
        description="exactly the sales and undoings of which the host carried out a reversal; []: none",
    )
    told: dict[Name, Annotated[tuple[str, ...], Field(strict=False)]] = Field(
        default={}, examples=[{"shop": ["186.87"]}],
        description="texts that each stand in a notice that reached the merchant; []: it was told nothing",
    )
    seen: Annotated[tuple[SeenPart, ...], Field(strict=False)] = Field(
        default=(), description="what must be seen on the way, and when")
    verdict: Literal["PASS", "FAIL", "INCONCLUSIVE"] = "PASS"
    exercised: Annotated[
        tuple[Annotated[int, Field(ge=1, le=LAST_RULE)], ...], Field(strict=False),
    ] = Field(default=(), description="invariants whose case must have come up")


class PlannedAction(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """An action with its moment known."""

    at_ms: int
    do: str
    by: str = ""  # merchant name, "" for all
    terminal: int = 0  # from 1, 0 for all
    target: str = ""
    for_ms: int = 0
    software: str = ""
    download: str = ""  # digit of the header
    sale: str = ""
    amount_fen: int = 0
    pay: str = ""
    clerk: str = ""
    password: str = ""
    may_stay_away: bool = False
