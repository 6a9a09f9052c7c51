"""Values as files have them, made into sums and moments; what is none raises ValueError.

Knows no file and no column.  Sums are fen, moments Beijing time.
"""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

from simulator.local_time import DAY_MS, HOUR_MS, MINUTE_MS, OFFSET_MS, SECOND_MS

_EPOCH = date(1970, 1, 1).toordinal()
_PLAIN = 16  # signs at most of a sum that needs no second look
_SUM = re.compile(r"(\d{1,13}|\d{1,3}(?:,\d{3}){1,4})(?:\.(\d+))?")
_CENTS = 2
_DATE = re.compile(r"(\d{4})(?:-|/|年|\.)(\d{1,2})(?:-|/|月|\.)(\d{1,2})日?|(\d{4})(\d{2})(\d{2})")
_TIME = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?|(\d{2})(\d{2})(\d{2})|(\d{1,2})时(\d{1,2})分(?:(\d{1,2})秒)?")
_FIRST_YEAR, _LAST_YEAR = 1990, 2199
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0xFFE5: ord("¥")}
_WIDE_ALONE = re.compile(r"[\x20-\x7e\uff01-\uff5e]*").fullmatch  # as a Chinese keyboard types numbers and dates
_HIDDEN_MARKS = "\ufeff\u200b\u200e\u200f\u00a0"


def clean(text: str) -> str:
    r"""A value without what programs put around it: blanks, tabs, back-quotes, ="…" of spreadsheets.

    >>> clean("`4200001\t"), clean('="000012"'), clean(" 12 ")
    ('4200001', '000012', '12')
    >>> clean("２０２６－０１－２６"), clean("早餐（２）")
    ('2026-01-26', '早餐（２）')
    """
    text = text.strip()
    if text.isascii() and text[:1].isalnum():  # most of them
        return text
    text = text.strip(_HIDDEN_MARKS).strip()
    if text[:1] in "`'":
        text = text[1:].strip().strip("`'")
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text if text.isascii() or not _WIDE_ALONE(text) else text.translate(_HALF_WIDTH)


def yuan(text: str) -> int:
    """A sum in yuan as fen.

    >>> yuan("1,234.50"), yuan("¥68"), yuan("-0.05"), yuan("（12.00）"), yuan("0.60000"), yuan("＋3.1元")
    (123450, 6800, -5, -1200, 60, 310)
    """
    if text[-3:-2] == "." and 3 < len(text) <= _PLAIN and text.isascii() and (digits := text[:-3] + text[-2:]).isdecimal():
        return int(digits)  # most of them
    sign, text = _unsigned(text)
    found = _SUM.fullmatch(text)
    if found is None or not text.isascii():
        raise ValueError(text)
    cents = (found[2] or "").ljust(_CENTS, "0")
    if cents[_CENTS:].strip("0"):
        raise ValueError(text)
    return sign * (int(found[1].replace(",", "")) * 100 + int(cents[:_CENTS]))


def fen(text: str) -> int:
    """A sum in whole fen; C and D before it are credit and debit.

    >>> fen("000000006800"), fen("D00000000041"), fen("-1,200")
    (6800, -41, -1200)
    """
    if text.isdecimal() and text.isascii() and len(text) <= 15:
        return int(text)
    side = 1
    if text[:1] in ("C", "D"):
        side, text = (1 if text[0] == "C" else -1), text[1:]
    sign, text = _unsigned(text)
    found = _SUM.fullmatch(text)
    if found is None or found[2] is not None or not text.isascii():
        raise ValueError(text)
    return side * sign * int(found[1].replace(",", ""))


def _unsigned(text: str) -> tuple[int, str]:
    text = text.translate(_HALF_WIDTH).replace(" ", "").removesuffix("元").removeprefix("CNY").removeprefix("RMB")
    sign = 1
    if text.startswith("(") and text.endswith(")"):
        sign, text = -1, text[1:-1]
    for _ in range(2):  # ¥-5 and -¥5
        text = text.removeprefix("¥")
        if text[:1] in ("-", "+", "\u2212"):
            if sign < 0:
                raise ValueError(text)
            sign, text = (1 if text[0] == "+" else -1), text[1:]
            if text[:1] in ("-", "+"):
                raise ValueError(text)
    return sign, text


@lru_cache(maxsize=4096)
def day(text: str) -> int:
    """A date as local days since 1970-01-01.

    >>> day("2026-01-29") == day("2026/1/29") == day("20260129") == day("2026年1月29日")
    True
    """
    found = _DATE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    year, month, of_month = (int(part) for part in found.groups() if part is not None)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(year)
    return date(year, month, of_month).toordinal() - _EPOCH


def time_of_day(text: str) -> int:
    """A time as milliseconds since midnight.

    >>> time_of_day("10:15:00"), time_of_day("101500"), time_of_day("8:05")
    (36900000, 36900000, 29100000)
    """
    if len(text) == 8 and text[2] == ":" == text[5]:
        hour, minute, second, part = int(text[:2]), int(text[3:5]), int(text[6:]), 0
    else:
        found = _TIME.fullmatch(text)
        if found is None:
            raise ValueError(text)
        groups = found.groups()
        part = int((groups[3] or "").ljust(6, "0")) // 1000 if groups[0] else 0
        numbers = [int(each) for each in (groups[:3] if groups[0] else groups[4:]) if each is not None]
        hour, minute, second = (*numbers, 0)[:3]
    if hour > 23 or minute > 59 or second > 59:
        raise ValueError(text)
    return hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + part


def moment(text: str) -> tuple[int, int | None]:
    """A date with or without a time: the day, and the moment where there is a time.

    >>> moment("2026-01-29") == moment("20260129")
    True
    >>> moment("2026-01-29 10:15:00") == moment("20260129101500") == moment("2026/01/29T10:15:00")
    True
    """
    if len(text) == 10 and text[4] == "-" == text[7]:  # most of them
        return day(text), None
    if len(text) == 14 and text.isdecimal():
        text = f"{text[:8]} {text[8:]}"
    first, _, rest = text.replace("T", " ", 1).partition(" ")
    number = day(first)
    rest = rest.strip().removesuffix("+08:00")
    return number, begins(number) + time_of_day(rest) if rest else None


def begins(number: int) -> int:
    """The moment at which a local day begins."""
    return number * DAY_MS - OFFSET_MS


def in_yuan(amount: int) -> str:
    """Fen as people read them.

    >>> in_yuan(123450), in_yuan(-5)
    ('1,234.50', '-0.05')
    """
    whole, cents = divmod(abs(amount), 100)
    return f"{'-' if amount < 0 else ''}{whole:,}.{cents:02}"
