"""The units in which people write a scenario, each read into an integer once; guesses no unit.

Durations ``"2h"`` ``"1h30m"`` ``"500ms"``, amounts ``"68.00"`` (yuan), moments as ISO times, times
of day or durations after the start, times of day ``"22:30"``, shares 0 to 1.  All moments become
Unix milliseconds, all times of day milliseconds since local midnight, all amounts fen.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema

from simulator.local_time import (
    DAY_MS,
    HOUR_MS,
    MINUTE_MS,
    SECOND_MS,
    date_at,
    midnight_ms,
    moment_ms,
)

DURATION_FORM = 'a duration such as "500ms", "30s", "2h", "1h30m" or "4d"'
AMOUNT_FORM = 'an amount in yuan as text, such as "68.00", up to "9999999999.99"'
TIME_OF_DAY_FORM = 'a time of day from "00:00" to "23:59", such as "22:30"'
MOMENT_FORM = (
    'a time such as "2026-01-30T00:30" (Beijing time where no offset is given), a time of day such '
    'as "22:30" (the first one from the start on), or a duration after the start such as "2h"'
)
START_FORM = 'a time such as "2026-01-29T20:00" (Beijing time where no offset is given)'
FEE_FORM = 'a percentage as text, such as "0.6", up to "100", with at most two decimals'
DATE_FORM = 'a date such as "2026-02-14"'
SHARE_FORM = 'a percentage as text, such as "0.0325", up to "10", with at most four decimals'
FIRST_YEAR, LAST_YEAR = 2000, 2098

_UNIT_MS = {
    "w": 7 * DAY_MS, "d": DAY_MS, "h": HOUR_MS, "m": MINUTE_MS, "s": SECOND_MS, "ms": 1,
}
_DURATION = re.compile(
    r"(?:(?P<w>\d{1,3})w)?(?:(?P<d>\d{1,4})d)?(?:(?P<h>\d{1,5})h)?(?:(?P<m>\d{1,6})m)?"
    r"(?:(?P<s>\d{1,7})s)?(?:(?P<ms>\d{1,9})ms)?",
    re.ASCII,
)
_AMOUNT = re.compile(r"(\d{1,10})(?:\.(\d{1,2}))?", re.ASCII)
_PERCENT = re.compile(r"(100|0?\d{1,2})(?:\.(\d{1,2}))?%?", re.ASCII)
_SHARE_PERCENT = re.compile(r"(10|\d)(?:\.(\d{1,4}))?%?", re.ASCII)
_TIME_OF_DAY = re.compile(r"([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?", re.ASCII)
_ISO = re.compile(
    r"20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])[Tt ](?:[01]\d|2[0-3]):[0-5]\d"
    r"(?::[0-5]\d(?:\.\d{1,6})?)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)?",
    re.ASCII,
)
_DATE = re.compile(r"20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", re.ASCII)


class UnfitError(ValueError):
    """A value that does not have the form it should have; the text says which form that is."""


def duration_ms(text: object) -> int:
    """Milliseconds of a written duration.

    >>> duration_ms("1h30m")
    5400000
    """
    match = _DURATION.fullmatch(text) if isinstance(text, str) and text else None
    if match is None:
        raise UnfitError(DURATION_FORM)
    return sum(int(count) * _UNIT_MS[unit] for unit, count in match.groupdict("0").items())


def amount_fen(text: object) -> int:
    """Fen of a written amount in yuan.

    >>> amount_fen("68.5")
    6850
    """
    match = _AMOUNT.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise UnfitError(AMOUNT_FORM)
    return int(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))


def basis_points(text: object) -> int:
    """Hundredths of a percent.

    >>> basis_points("0.6")
    60
    """
    match = _PERCENT.fullmatch(text) if isinstance(text, str) else None
    points = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")) if match else -1
    if not 0 <= points <= 10_000:
        raise UnfitError(FEE_FORM)
    return points


def per_million(text: object) -> int:
    """Millionths of a small percentage.

    >>> per_million("0.0325"), per_million("0.35")
    (325, 3500)
    """
    match = _SHARE_PERCENT.fullmatch(text) if isinstance(text, str) else None
    millionths = int(match[1]) * 10_000 + int((match[2] or "").ljust(4, "0")) if match else -1
    if not 0 <= millionths <= 100_000:
        raise UnfitError(SHARE_FORM)
    return millionths


def time_of_day_ms(given: object) -> int:
    """Milliseconds since local midnight of a written (or TOML) time of day.

    >>> time_of_day_ms("22:30")
    81000000
    """
    if isinstance(given, time) and given.tzinfo is None:
        return given.hour * HOUR_MS + given.minute * MINUTE_MS + given.second * SECOND_MS
    match = _TIME_OF_DAY.fullmatch(given) if isinstance(given, str) else None
    if match is None:
        raise UnfitError(TIME_OF_DAY_FORM)
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS


def iso_date(given: object) -> str:
    """An ISO date, as text or as a TOML date.

    >>> iso_date("2026-02-14")
    '2026-02-14'
    """
    if isinstance(given, date) and not isinstance(given, datetime):
        return given.isoformat()
    if isinstance(given, str) and _DATE.fullmatch(given):
        try:
            return date.fromisoformat(given).isoformat()
        except ValueError:
            raise UnfitError(DATE_FORM) from None
    raise UnfitError(DATE_FORM)


def start_ms(given: object) -> int:
    """The moment of an ISO time, as text or as a TOML date and time."""
    when = given
    if isinstance(given, str) and _ISO.fullmatch(given):
        try:
            when = datetime.fromisoformat(given.upper())
        except ValueError:
            raise UnfitError(START_FORM) from None
    if not isinstance(when, datetime):
        raise UnfitError(START_FORM)
    if not FIRST_YEAR <= when.year <= LAST_YEAR:
        raise UnfitError(f"{START_FORM}, in the years {FIRST_YEAR} to {LAST_YEAR}")
    return moment_ms(when)


def moment_after(start: int, given: object) -> int:
    """The moment that a text names in a run that begins at ``start``."""
    if isinstance(given, time) or (isinstance(given, str) and _TIME_OF_DAY.fullmatch(given)):
        at_ms = midnight_ms(date_at(start)) + time_of_day_ms(given)
        return at_ms if at_ms >= start else at_ms + DAY_MS
    if isinstance(given, str) and given and _DURATION.fullmatch(given):
        return start + duration_ms(given)
    try:
        return start_ms(given)
    except UnfitError as error:
        years = str(error).removeprefix(START_FORM)
        raise UnfitError(MOMENT_FORM + years) from None


def moment_of(given: object, info: ValidationInfo) -> int:
    """The moment that a field names; the start of the run is in the context."""
    start = (info.context or {}).get("start_ms")
    # Without a good start only the form can be checked; the start is complained of by itself.
    return moment_after(start if isinstance(start, int) else 0, given)


def plain(given: object) -> str:
    """What a person gave, as shown in an error; long texts are cut."""
    if isinstance(given, bool):
        return str(given).lower()
    if isinstance(given, (datetime, date, time)):
        return given.isoformat()
    if isinstance(given, dict):
        return "a table"
    if isinstance(given, list):
        return "a list"
    text = f'"{_visible(given)}"' if isinstance(given, str) else str(given)
    return text if len(text) <= 60 else text[:57] + '..."'


def _visible(text: str) -> str:
    """A text in which nothing moves the cursor of whoever reads it."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in text)


def schema_pattern(*forms: re.Pattern[str]) -> str:
    """One of these forms and nothing else, in the regular expressions that JSON Schema knows.

    >>> schema_pattern(_TIME_OF_DAY)
    '^(?:(?:([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9]))?))$'
    """
    either = "|".join(f"(?:{re.sub(r'[?]P<[a-z]+>', '?:', form.pattern)})" for form in forms)
    return f"^(?:{either})$".replace(r"\d", "[0-9]")


def _text_schema(description: str, pattern: str, *examples: str) -> WithJsonSchema:
    return WithJsonSchema({
        "type": "string", "pattern": pattern, "description": description,
        "examples": list(examples),
    })


_NOT_EMPTY = "^(?=.)"  # of a duration every part may be missing, but not all
DURATION_PATTERN = _NOT_EMPTY + schema_pattern(_DURATION).removeprefix("^")
MOMENT_PATTERN = _NOT_EMPTY + schema_pattern(_ISO, _TIME_OF_DAY, _DURATION).removeprefix("^")
TIME_OF_DAY_PATTERN = schema_pattern(_TIME_OF_DAY)

Duration = Annotated[
    int, BeforeValidator(duration_ms),
    _text_schema(DURATION_FORM, DURATION_PATTERN, "30s", "1h30m", "4d"),
]
Amount = Annotated[
    int, BeforeValidator(amount_fen), _text_schema(AMOUNT_FORM, schema_pattern(_AMOUNT), "68.00"),
]
FeePercent = Annotated[
    int, BeforeValidator(basis_points), _text_schema(FEE_FORM, schema_pattern(_PERCENT), "0.6"),
]
SharePercent = Annotated[
    int, BeforeValidator(per_million),
    _text_schema(SHARE_FORM, schema_pattern(_SHARE_PERCENT), "0.35", "0.0325"),
]
TimeOfDay = Annotated[
    int, BeforeValidator(time_of_day_ms),
    _text_schema(TIME_OF_DAY_FORM, TIME_OF_DAY_PATTERN, "22:30"),
]
IsoDate = Annotated[
    str, BeforeValidator(iso_date), _text_schema(DATE_FORM, schema_pattern(_DATE), "2026-02-14"),
]
Start = Annotated[
    int, BeforeValidator(start_ms),
    _text_schema(START_FORM, schema_pattern(_ISO), "2026-01-29T20:00+08:00"),
]
Moment = Annotated[
    int, BeforeValidator(moment_of),
    _text_schema(MOMENT_FORM, MOMENT_PATTERN, "2026-01-30T00:30", "22:30", "2h"),
]
Share = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
