"""What a plan had under way, read from the records of before a restart; does nothing and tells nobody."""

from __future__ import annotations

from collections import Counter

import msgspec

from simulator.local_time import day_number
from simulator.trace.records import (
    ActionTaken,
    AlarmOver,
    AlarmRaised,
    Compensated,
    PlanMade,
    PlanStepTaken,
    Record,
    TeamActed,
    TeamTold,
)
from simulator.world.emergency.alarms import On


class Course(msgspec.Struct):
    """One alarm, and what was done about it."""

    record: AlarmRaised
    told: bool = False
    acted_ms: int | None = None
    steps: tuple[int, ...] = ()  # that were taken, or tried

    @property
    def on(self) -> On:
        """Whom and what it is about."""
        return On(self.record.mid, self.record.about)


class Late(msgspec.Struct, frozen=True):
    """A payout that came, and was not in suspense."""

    mid: str
    payout: str
    due_ms: int
    at_ms: int

    @property
    def days(self) -> int:
        """Calendar days after its own."""
        return day_number(self.at_ms) - day_number(self.due_ms)


class Recalled:
    """Fed with the records of a plan, oldest first."""

    HEARS = (PlanMade, ActionTaken, AlarmRaised, AlarmOver, TeamTold, TeamActed, PlanStepTaken, Compensated)

    def __init__(self) -> None:
        self.made_ms: int | None = None
        self.asked_ms: int | None = None  # when somebody switched the monitoring on
        self.number = 0  # of the last alarm
        self.courses: dict[int, Course] = {}
        self.open: dict[tuple[str, On], int] = {}
        self.drilled: Counter[str] = Counter()
        self.late: dict[str, Late] = {}  # by payout: to be compensated, and not yet

    def came_late(self, late: Late) -> None:
        """A payout that may have to be compensated."""
        self.late[late.payout] = late

    def hear(self, record: Record) -> None:
        """Take up one record."""
        match record:
            case PlanMade():
                self.made_ms = record.at_ms if self.made_ms is None else self.made_ms
            case ActionTaken(action="monitor"):
                self.asked_ms = record.at_ms if self.asked_ms is None else self.asked_ms
            case AlarmRaised():
                self._raised(record)
            case AlarmOver():
                self.open = {name: number for name, number in self.open.items() if number != record.number}
            case TeamTold() if record.number in self.courses:
                self.courses[record.number].told = True
            case TeamActed() if record.number in self.courses:
                self.courses[record.number].acted_ms = record.at_ms
            case PlanStepTaken() if record.number in self.courses:
                course = self.courses[record.number]
                course.steps = (*course.steps, record.step)
            case Compensated():
                self.late.pop(record.payout, None)
            case _:
                pass

    def _raised(self, record: AlarmRaised) -> None:
        course = self.courses[record.number] = Course(record)
        self.number = max(self.number, record.number)
        if record.drill:
            self.drilled[record.alarm] += 1
        else:
            self.open[record.alarm, course.on] = record.number
