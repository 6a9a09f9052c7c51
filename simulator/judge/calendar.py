"""The judge's own calendar: business days, working days, and when a payout is due.

Reads the same published holidays as those who pay and shares no line with them, so that a mistake of
theirs cannot hide.  Asks nobody when something is due, and reads no clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import holidays

from simulator.local_time import DAY_MS, OFFSET_MS

_EPOCH = date(1970, 1, 1).toordinal()
_WORKING, _CALENDAR = "T", "D"


class _Published(dict[int, tuple[frozenset[int], frozenset[int]]]):
    """What is published of each year: days off, and days at weekends that are worked, as day numbers."""

    def __missing__(self, year: int) -> tuple[frozenset[int], frozenset[int]]:
        off, made_up = set[int](), set[int]()
        for each in (year, year + 1):  # a notice moves days of the year before it too
            data = holidays.country_holidays("CN", years=each)
            if each == year:
                off |= {number_of(day) for day in data}
            made_up |= {number_of(day) for day in data.weekend_workdays}
        found = self[year] = (frozenset(off), frozenset(made_up))
        return found


_PUBLISHED = _Published()


def number_of(day: date) -> int:
    """Local days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def day_of(at_ms: int) -> int:
    """The number of the local day of a moment."""
    return (at_ms + OFFSET_MS) // DAY_MS


def begins_ms(day: int) -> int:
    """The moment at which a day begins."""
    return day * DAY_MS - OFFSET_MS


def numbered(text: str) -> int | None:
    """The number of an ISO date; None where it is none.

    >>> numbered("1970-01-02"), numbered("to-morrow")
    (1, None)
    """
    try:
        return number_of(date.fromisoformat(text))
    except ValueError:
        return None


def iso(day: int) -> str:
    """The ISO date of a day.

    >>> iso(20_480)
    '2026-01-27'
    """
    return date.fromordinal(day + _EPOCH).isoformat()


class Calendar:
    """When an acquirer's business days end, and when what they brought is due.

    ``closed`` and ``opened`` are single days beside the published ones; where a day is in both it is
    closed.
    """

    __slots__ = ("_closed", "_opened", "cut_over_ms", "payout_at_ms")

    def __init__(
        self, cut_over_ms: int, payout_at_ms: int, closed: Iterable[str] = (),
        opened: Iterable[str] = (),
    ) -> None:
        self.cut_over_ms = cut_over_ms  # time of day
        self.payout_at_ms = payout_at_ms  # time of day
        self._closed = frozenset(map(numbered, closed))
        self._opened = frozenset(map(numbered, opened))

    def is_worked(self, day: int) -> bool:
        """Whether banks pay on a day.

        >>> calendar = Calendar(0, 0)
        >>> [calendar.is_worked(numbered(day)) for day in ("2026-02-14", "2026-02-16", "2026-02-24")]
        [True, False, True]
        """
        if day in self._closed:
            return False
        if day in self._opened:
            return True
        off, made_up = _PUBLISHED[date.fromordinal(day + _EPOCH).year]
        is_weekend = (day - 2) % 7 in (0, 1)  # 1970-01-03 was a Saturday
        return day in made_up or not (is_weekend or day in off)

    def business_day(self, at_ms: int) -> int:
        """The settlement date of what is ready at a moment: what comes at the cut-over is the next day's."""
        return day_of(at_ms - self.cut_over_ms) + 1

    def cut_over_of(self, day: int) -> int:
        """The moment at which a business day ends."""
        return begins_ms(day) + self.cut_over_ms

    def due_ms(self, day: int, terms: str) -> int | None:
        """When the payout of a settlement date is due on these terms; None where they say no day.

        >>> from simulator.local_time import HOUR_MS
        >>> calendar = Calendar(23 * HOUR_MS, 9 * HOUR_MS)
        >>> due = calendar.due_ms(numbered("2026-02-14"), "T+1")
        >>> iso(day_of(due)), (due - begins_ms(day_of(due))) // HOUR_MS
        ('2026-02-24', 9)
        """
        letter, plus, count = terms.partition("+")
        if plus != "+" or letter not in (_WORKING, _CALENDAR) or not count.isdecimal():
            return None
        left = int(count)
        if letter == _CALENDAR:
            return begins_ms(day + left) + self.payout_at_ms
        while left or not self.is_worked(day):
            day += 1
            left -= left > 0 and self.is_worked(day)
        return begins_ms(day) + self.payout_at_ms
