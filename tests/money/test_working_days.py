"""Working days against the notices of the State Council, written out by hand."""

from datetime import date, timedelta

import pytest

from simulator.local_time import HOUR_MS, datetime_at
from simulator.money.calendar import WorkingDays, parse_terms

# 国务院办公厅关于2024/2025/2026年部分节假日安排的通知: first and last day off of each holiday,
# weekends next to it included, and the weekend days worked instead.
NOTICES = {
    2024: (
        [("01-01", "01-01"), ("02-10", "02-17"), ("04-04", "04-06"), ("05-01", "05-05"),
         ("06-10", "06-10"), ("09-15", "09-17"), ("10-01", "10-07")],
        ["02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"],
    ),
    2025: (
        [("01-01", "01-01"), ("01-28", "02-04"), ("04-04", "04-06"), ("05-01", "05-05"),
         ("05-31", "06-02"), ("10-01", "10-08")],
        ["01-26", "02-08", "04-27", "09-28", "10-11"],
    ),
    2026: (
        [("01-01", "01-03"), ("02-15", "02-23"), ("04-04", "04-06"), ("05-01", "05-05"),
         ("06-19", "06-21"), ("09-25", "09-27"), ("10-01", "10-07")],
        ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
    ),
}


def working_by_notice(day):
    off, made_up = NOTICES[day.year]
    mmdd = day.strftime("%m-%d")
    if mmdd in made_up:
        return True
    if any(first <= mmdd <= last for first, last in off):
        return False
    return day.weekday() < 5


@pytest.mark.parametrize("year", NOTICES)
def test_every_day_of_an_announced_year_is_as_announced(year):
    calendar = WorkingDays()
    day = date(year, 1, 1)
    wrong = []
    while day.year == year:
        if calendar.is_working_day(day) != working_by_notice(day):
            wrong.append(day)
        day += timedelta(days=1)
    assert wrong == []
    assert not calendar.provisional(year)


DUE = [
    ("a Thursday", "2026-01-29", "T+1", "2026-01-30"),
    ("a Friday", "2026-01-30", "T+1", "2026-02-02"),
    ("a Saturday", "2026-01-31", "T+1", "2026-02-02"),
    ("a Sunday", "2026-02-01", "T+1", "2026-02-02"),
    ("a Friday before a Saturday that is worked", "2026-02-13", "T+1", "2026-02-14"),
    ("the last day before the Spring Festival", "2026-02-14", "T+1", "2026-02-24"),
    ("in the Spring Festival", "2026-02-18", "T+1", "2026-02-24"),
    ("two working days over a worked Saturday", "2026-02-26", "T+2", "2026-02-28"),
    ("New Year's Eve, before a Sunday that is worked", "2025-12-31", "T+1", "2026-01-04"),
    ("T+0 on a holiday waits", "2026-10-01", "T+0", "2026-10-08"),
    ("T+0 on a working day does not", "2026-09-30", "T+0", "2026-09-30"),
    ("the same day, holiday or not", "2026-10-01", "D+0", "2026-10-01"),
    ("the next day, holiday or not", "2026-10-01", "D+1", "2026-10-02"),
]


@pytest.mark.parametrize(("what", "settled", "terms", "due"), DUE)
def test_due_date(what, settled, terms, due):
    assert WorkingDays().due_date(date.fromisoformat(settled), terms).isoformat() == due, what


def test_due_moment_is_local_time():
    due_ms = WorkingDays().due_ms(date(2026, 1, 29), "T+1", 9 * HOUR_MS)
    assert datetime_at(due_ms).isoformat() == "2026-01-30T09:00:00+08:00"


@pytest.mark.parametrize("terms", ["", "T1", "T+", "t+1", "T+-1", "D+0 ", "W+1", "T+100"])
def test_other_terms_are_refused_and_the_allowed_named(terms):
    with pytest.raises(ValueError, match=r"T\+n .* D\+n"):
        parse_terms(terms)


def test_a_scenario_closes_and_opens_days_and_closing_wins():
    friday, saturday = date(2026, 1, 30), date(2026, 1, 31)
    calendar = WorkingDays(closed=[friday], opened=[saturday, friday])
    assert not calendar.is_working_day(friday)
    assert calendar.is_working_day(saturday)
    assert calendar.next_working_day(date(2026, 1, 29)) == saturday


def test_a_year_that_nobody_announced_is_provisional():
    calendar = WorkingDays()
    last = calendar.last_announced_year()
    assert last >= 2026
    assert calendar.provisional(last + 1)
    assert not calendar.provisional(last)
    assert calendar.provisional(2090)
    assert not calendar.is_working_day(date(2090, 10, 1))  # estimated, not forgotten
