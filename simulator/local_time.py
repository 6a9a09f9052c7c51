"""Beijing calendar time of a millisecond count; knows no clock and no holiday.

Every ``…_ms`` that names a moment counts milliseconds from the Unix epoch.  China keeps UTC+8
all year, so local time is plain arithmetic.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

BEIJING = timezone(timedelta(hours=8), "CST")
SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS
OFFSET_MS = 8 * HOUR_MS
_TWO = tuple(f"{number:02}" for number in range(60))


def datetime_at(at_ms: int) -> datetime:
    """The aware local date and time of a moment.

    >>> datetime_at(0).isoformat()
    '1970-01-01T08:00:00+08:00'
    """
    return datetime.fromtimestamp(at_ms // 1000, BEIJING).replace(microsecond=at_ms % 1000 * 1000)


def moment_ms(when: datetime) -> int:
    """The millisecond count of an aware datetime; a naive one is taken as Beijing time."""
    aware = when if when.tzinfo else when.replace(tzinfo=BEIJING)
    return round((aware - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1))


def day_number(at_ms: int) -> int:
    """Local days since 1970-01-01."""
    return (at_ms + OFFSET_MS) // DAY_MS


def date_at(at_ms: int) -> date:
    """The local date of a moment."""
    return _date_of_day(day_number(at_ms))


def midnight_ms(day: date) -> int:
    """The moment at which a local date begins."""
    return (day.toordinal() - date(1970, 1, 1).toordinal()) * DAY_MS - OFFSET_MS


def time_of_day_ms(at_ms: int) -> int:
    """Milliseconds since local midnight, 0 to 86,399,999."""
    return (at_ms + OFFSET_MS) % DAY_MS


def hhmmss(at_ms: int) -> str:
    """F12 of a moment.

    >>> hhmmss(1_000)
    '080001'
    """
    seconds = (at_ms + OFFSET_MS) % DAY_MS // 1000
    minutes = seconds // 60
    return _TWO[minutes // 60] + _TWO[minutes % 60] + _TWO[seconds % 60]


def mmdd(at_ms: int) -> str:
    """F13 of a moment.

    >>> mmdd(0)
    '0101'
    """
    return _mmdd_of_day((at_ms + OFFSET_MS) // DAY_MS)


@lru_cache(maxsize=1024)
def _date_of_day(number: int) -> date:
    return date.fromordinal(date(1970, 1, 1).toordinal() + number)


@lru_cache(maxsize=1024)
def _mmdd_of_day(number: int) -> str:
    return _date_of_day(number).strftime("%m%d")
