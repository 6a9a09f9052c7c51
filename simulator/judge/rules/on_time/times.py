"""When things were captured, closed and due."""

from __future__ import annotations

from typing import Any

import msgspec

from simulator.judge.calendar import Calendar
from simulator.judge.rule import Case
from simulator.judge.tracking.ready import Ready


class Times(msgspec.Struct, gc=False):
    """What is under way, and since when."""

    items: Ready = msgspec.field(default_factory=Ready)
    sent: dict[str, int] = msgspec.field(default_factory=dict)  # by payout: when it went to its bank
    released: dict[str, int] = msgspec.field(default_factory=dict)  # by payout
    given: dict[str, int] = msgspec.field(default_factory=dict)  # by TID: the batch of its last sign-on
    host_up_ms: int = 0  # when the host last started again
    has_cleared: bool = False
    day: int = 0  # the business day of the last reply, and as F15 has it
    mmdd: str = ""
    within: tuple[Calendar | None, int, int] = (None, 0, 0)  # from when to when it is that day, by which calendar
    told_ms: int = 0  # the cut-over that is told already
    delayed: dict[str, None] = msgspec.field(default_factory=dict)  # days that ended and were not cleared
    resumed: tuple[str, int] = ("", 0)  # the one that is cleared now, late


def says_when(case: Case[Any]) -> bool:
    """The trace says how days end, or nothing was cleared of which that would matter."""
    return case.book.calendar is not None or not case.memory.has_cleared
