"""Working days of Chinese banks: holidays, make-up workdays (调休), and when a payout is due.

Reads no clock.  The State Council announces a year in the autumn before it; a year without a
single make-up workday in the data is not announced yet and counts as provisional (every year
announced since 2002 has some).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache

from simulator.local_time import midnight_ms

ONE_DAY = timedelta(days=1)
SATURDAY = 5
_TERMS = re.compile(r"([TD])\+(\d{1,2})")


class _Year:
    """What the data says of one year."""

    __slots__ = ("closed", "makeup")

    def __init__(self, year: int) -> None:
        import holidays  # noqa: PLC0415  dear to load, and no start needs it

        data = holidays.country_holidays("CN", years=year)
        self.closed = frozenset(day for day in data if day.year == year)
        # A notice may move the last weekend of the year before it.
        following = holidays.country_holidays("CN", years=year + 1)
        moved = data.weekend_workdays | following.weekend_workdays
        self.makeup = frozenset(day for day in moved if day.year == year)


_year = cache(_Year)


class WorkingDays:
    """Working days; a scenario may close or open single days beside the announced ones."""

    __slots__ = ("_closed", "_opened")

    def __init__(self, closed: Iterable[date] = (), opened: Iterable[date] = ()) -> None:
        self._closed = frozenset(closed)
        self._opened = frozenset(opened) - self._closed

    def is_working_day(self, day: date) -> bool:
        """Whether banks pay on this day.

        >>> WorkingDays().is_working_day(date(2026, 2, 14))  # a Saturday, made up for
        True
        """
        if day in self._closed:
            return False
        if day in self._opened:
            return True
        year = _year(day.year)
        return day in year.makeup or (day.weekday() < SATURDAY and day not in year.closed)

    def next_working_day(self, day: date, n: int = 1) -> date:
        """The n-th working day after a day; for n = 0 the day itself or the first one after it."""
        if n == 0:
            day -= ONE_DAY
            n = 1
        for _ in range(n):
            day += ONE_DAY
            while not self.is_working_day(day):
                day += ONE_DAY
        return day

    def provisional(self, year: int) -> bool:
        """Whether a year's holidays are only estimated: its make-up workdays are not known."""
        return not _year(year).makeup

    def last_announced_year(self, since: int = 2024) -> int:
        """The last year, counted on from ``since``, that is announced in the installed data."""
        while not self.provisional(since + 1):
            since += 1
        return since

    def due_date(self, settlement_date: date, terms: str) -> date:
        """The day on which a settlement is paid: ``T+n`` working days or ``D+n`` days later.

        >>> WorkingDays().due_date(date(2026, 2, 14), "T+1")
        datetime.date(2026, 2, 24)
        >>> WorkingDays().due_date(date(2026, 2, 14), "D+0")
        datetime.date(2026, 2, 14)
        """
        letter, count = parse_terms(terms)
        if letter == "D":
            return settlement_date + count * ONE_DAY
        return self.next_working_day(settlement_date, count)

    def due_ms(self, settlement_date: date, terms: str, time_of_day_ms: int) -> int:
        """The moment of :meth:`due_date` at which payouts are sent."""
        return midnight_ms(self.due_date(settlement_date, terms)) + time_of_day_ms


def parse_terms(terms: str) -> tuple[str, int]:
    """("T" or "D", days) of payout terms; ``ValueError`` says what is allowed.

    >>> parse_terms("T+1")
    ('T', 1)
    """
    match = _TERMS.fullmatch(terms)
    if match is None:
        raise ValueError(f"payout terms {terms!r}: allowed are T+n (working days) and D+n (days)")
    return match[1], int(match[2])
