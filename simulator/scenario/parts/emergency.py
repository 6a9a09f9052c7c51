"""The part of a scenario that describes the emergency plan: what is watched, who is told, what then.

Everything in it is what an acquirer and its merchants agreed on: settings without a claim.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from simulator.local_time import DAY_MS, MINUTE_MS
from simulator.scenario.parts.part import Day, Name, Part
from simulator.scenario.units import Amount, Duration, Moment, Share, TimeOfDay

Channel = Literal["phone", "sms", "app", "email", "in_person"]


class Responder(Part):
    """Somebody of the team: how told, within what time acting, in which hours."""

    who: Name = Field(examples=["值班工程师"])
    over: Channel = Field(default="phone", description="how it is told")
    reacts_ms: Duration = Field(alias="reacts", description="so long after it is told it acts")
    from_ms: TimeOfDay = Field(default=0, alias="from", description="on duty; may go past midnight")
    until_ms: TimeOfDay = Field(default=DAY_MS, alias="until")


class PlanStep(Part):
    """A documented remedy that the team takes; where it names no merchant, that of the alarm."""

    do: str = Field(examples=["restart_router"])
    wait_ms: Duration = Field(default=0, alias="wait", description="so long after they began to act")
    by: str = Field(default="", description="merchant; the one that the alarm is about if empty, or all")
    terminal: int | None = Field(default=None, ge=1)
    target: str = ""
    for_ms: Duration | None = Field(default=None, alias="for")
    software: str = Field(default="", pattern=r"^([0-9]{8})?$")
    sale: str = ""
    amount_fen: Amount = Field(default=0, alias="amount")
    pay: Literal["", "card", "qr"] = ""
    clerk: str = Field(default="", pattern=r"^([0-9]{2,3})?$")
    password: str = Field(default="", pattern=r"^([0-9]{4,8})?$", description="test passwords only")


class Alarm(Part):
    """A threshold over what the acquirer sees; which keys a kind takes is in docs/plan.md."""

    name: Name = Field(examples=["declines"])
    watch: str = Field(examples=["declined"], description="a kind of alarm, see docs/plan.md")
    by: str = Field(default="", description="a merchant; all if empty")
    share: Share | None = Field(default=None, description="of the requests in the window, from this on")
    at_least: int | None = Field(
        default=None, ge=1, le=100_000, description="requests in the window, else a share says nothing; 5 if left out")
    count: int | None = Field(default=None, ge=1, le=1_000_000, description="from so many on")
    window_ms: Duration | None = Field(default=None, alias="window", description="looked back")
    for_ms: Duration | None = Field(default=None, alias="for", description="from so long on")
    from_ms: TimeOfDay | None = Field(default=None, alias="from", description="hours in which it is watched")
    until_ms: TimeOfDay | None = Field(default=None, alias="until")
    days: Annotated[tuple[Day, ...], Field(strict=False)] = Field(
        default=(), description="on which it is watched; all if left out")
    settled_by_ms: TimeOfDay | None = Field(default=None, alias="settled_by")
    code: str = Field(default="", pattern=r"^([0-9A-Z]{2})?$", description="response code")
    amount_fen: Amount | None = Field(default=None, alias="amount", description="of a sale, from this sum on")
    then: Annotated[tuple[PlanStep, ...], Field(strict=False, max_length=50)] = Field(
        default=(), description="what the team does, in this order")
    tells: str = Field(default="", max_length=120, description="message to the merchants that it is about")


class Compensation(Part):
    """What a merchant has for a payout that came late by no doing of its own."""

    after_days: int = Field(default=0, ge=0, le=365, description="calendar days late that cost nothing")
    per_day_fen: Amount = Field(alias="per_day", description="for each further day")
    most_fen: Amount | None = Field(default=None, alias="most", description="for one payout")


class Drill(Part):
    """The alarm is raised without a cause: who is told and when they react is measured, nothing is done."""

    alarm: Name
    at_ms: Moment = Field(alias="at")


class EmergencyPlan(Part):
    """The emergency plan (应急预案)."""

    looks_every_ms: Duration = Field(default=MINUTE_MS, alias="looks_every", description="1s to 1h")
    react_within_ms: Duration | None = Field(
        default=None, alias="react_within", description="from an alarm on, as promised; measured, and in the lessons")
    team: Annotated[tuple[Responder, ...], Field(strict=False, min_length=1, max_length=50)]
    alarms: Annotated[tuple[Alarm, ...], Field(strict=False, min_length=1, max_length=50)]
    compensation: Compensation | None = None
    drills: Annotated[tuple[Drill, ...], Field(strict=False, max_length=50)] = ()
