"""The judge's calendar, held against dates from the State Council's notices, by hand, and against the payer's own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from simulator.judge.calendar import Calendar, begins_ms, day_of, iso, numbered
from simulator.local_time import HOUR_MS, MINUTE_MS
from simulator.money.calendar import WorkingDays

CALENDAR = Calendar(23 * HOUR_MS, 9 * HOUR_MS)


@pytest.mark.parametrize(("settled", "terms", "paid"), [
    ("2026-01-29", "T+1", "2026-01-30"),  # Thursday
    ("2026-01-30", "T+1", "2026-02-02"),  # over a weekend
    ("2026-01-31", "T+1", "2026-02-02"),  # on a Saturday
    ("2026-02-13", "T+1", "2026-02-14"),  # Saturday 14 February is made up for
    ("2026-02-14", "T+1", "2026-02-24"),  # Spring Festival, 15 to 23 February
    ("2026-02-20", "T+0", "2026-02-24"),
    ("2026-02-20", "D+0", "2026-02-20"),
    ("2026-02-14", "D+3", "2026-02-17"),
    ("2025-09-30", "T+1", "2025-10-09"),  # National Day and Mid-Autumn, 1 to 8 October
    ("2026-09-29", "T+2", "2026-10-08"),  # 1 to 7 October
    ("2024-12-31", "T+1", "2025-01-02"),
])
def test_due_dates_are_those_of_the_notices(settled, terms, paid):
    day = numbered(settled)
    assert day is not None
    due_ms = CALENDAR.due_ms(day, terms)
    assert due_ms is not None
    assert (iso(day_of(due_ms)), due_ms - begins_ms(day_of(due_ms))) == (paid, 9 * HOUR_MS)


def test_a_scenario_closes_and_opens_days():
    calendar = Calendar(0, 0, closed=("2026-01-30", "2026-02-03"), opened=("2026-02-01", "2026-02-03"))
    worked = [calendar.is_worked(day_of(begins_ms(numbered("2026-01-29"))) + n) for n in range(7)]
    assert worked == [True, False, False, True, True, False, True]  # closed goes before opened


def test_what_comes_at_the_cut_over_belongs_to_the_next_day():
    end_ms = begins_ms(numbered("2026-01-29")) + 23 * HOUR_MS
    days = [iso(CALENDAR.business_day(end_ms + by)) for by in (-24 * HOUR_MS, -1, 0, HOUR_MS, 90 * MINUTE_MS)]
    assert days == ["2026-01-29", "2026-01-29", "2026-01-30", "2026-01-30", "2026-01-30"]
    assert CALENDAR.cut_over_of(numbered("2026-01-29")) == end_ms


def test_terms_without_a_day_have_none():
    assert [CALENDAR.due_ms(20_000, terms) for terms in ("instant", "T+", "M+1", "")] == [None] * 4


def test_both_calendars_agree_on_every_day_that_is_announced():
    """They share the published data and no code; a difference is a mistake of one of them."""
    pays, day, last = WorkingDays(), date(2019, 1, 1), date(2027, 12, 31)
    judges = []
    while day <= last:
        number = numbered(day.isoformat())
        assert number is not None
        if CALENDAR.is_worked(number) != pays.is_working_day(day):
            judges.append(day)
        day += timedelta(days=1)
    assert judges == []
