"""Calendars built wrong on purpose: days that banks work on, and when a payout is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from simulator.defect import Defect, instead
from simulator.local_time import DAY_MS, HOUR_MS
from simulator.money.calendar import WorkingDays

DueMs = Callable[[WorkingDays, date, str, int], int]




# Pays on the day of the settlement, a day later, a day earlier, an hour earlier.


def _other_moment(by_ms: int) -> Callable[[DueMs, WorkingDays, date, str, int], int]:
    def due_ms(right: DueMs, days: WorkingDays, day: date, terms: str, at_ms: int) -> int:
        return right(days, day, terms, at_ms) + by_ms

    return due_ms


ROWS = (
    Defect("calendar.day_late", "payouts leave a day late",
           (24,), instead(WorkingDays, (WorkingDays.due_ms, _other_moment(DAY_MS))),
           shown_by="defects/over-the-holiday",
           zh="付款晚一天发出"),
    Defect("calendar.day_early", "payouts leave a day early",
           (24,), instead(WorkingDays, (WorkingDays.due_ms, _other_moment(-DAY_MS))),
           shown_by="defects/over-the-holiday",
           zh="付款早一天发出"),
    Defect("calendar.hour_early", "payouts leave an hour early",
           (24,), instead(WorkingDays, (WorkingDays.due_ms, _other_moment(-HOUR_MS))),
           shown_by="defects/over-the-holiday",
           zh="付款早一小时发出"),
)
