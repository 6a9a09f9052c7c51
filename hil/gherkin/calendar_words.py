"""Dates and times as people write them; which moment that is depends on what time it is on the stage."""

from __future__ import annotations

import re
from datetime import date

import msgspec

from hil.gherkin.wrong import WrongError
from simulator.catalogue.language import Told
from simulator.local_time import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, date_at, midnight_ms
from simulator.money.calendar import WorkingDays

MOMENT_FORM = Told(
    "2026-01-29 22:30, 29 January 2026 9:05, 22:30:00, the next day 9:00, the next working day 18:00",
    "2026-01-29 22:30、1月29日 9:05、22:30:00、次日 9:00、下一工作日 18:00")
MOMENT_PATTERN = r"[0-9A-Za-z:/\-., 年月日号点分秒时第次当天下一个工作二两三]+?"
MONTHS = {
    name: number for number, names in enumerate((
        "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
        "september sep sept", "october oct", "november nov", "december dec"), 1)
    for name in names.split()
}
_TIME = re.compile(
    r"(?:(?:at|,) ?)?(\d{1,2})(?::(\d{2})(?::(\d{2}))?|点(?:(\d{1,2})分?)?|时(?:(\d{1,2})分)?)$", re.IGNORECASE)
_DATES = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"),
    re.compile(r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"),
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)? (?P<name>[a-z]+)\.?,?(?: (?P<year>\d{4}))?", re.IGNORECASE),
    re.compile(r"(?P<name>[a-z]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?(?:,? (?P<year>\d{4}))?", re.IGNORECASE),
)
_WORDS = {  # days on, and whether only working days count
    "the same day": (0, False), "today": (0, False), "当天": (0, False), "当日": (0, False),
    "the next day": (1, False), "tomorrow": (1, False), "次日": (1, False), "第二天": (1, False),
    "the next working day": (1, True), "the second working day": (2, True), "the third working day": (3, True),
    "下一工作日": (1, True), "下一个工作日": (1, True), "第二个工作日": (2, True), "第三个工作日": (3, True),
}
MOMENT = Told("moment", "时刻")


class Moment(msgspec.Struct, frozen=True):
    """A moment as it was written."""

    text: str
    year: int = 0  # 0: that of the stage
    month: int = 0  # 0: no date
    day: int = 0
    days_on: int | None = None
    working: bool = False
    time_ms: int | None = None  # of the day; None: a date alone

    def __eq__(self, other: object) -> bool:
        """The same moment, however it was written."""
        return isinstance(other, Moment) and self._means == other._means

    def __hash__(self) -> int:
        return hash(self._means)

    @property
    def _means(self) -> tuple[object, ...]:
        return self.year, self.month, self.day, self.days_on, self.working, self.time_ms

    def at_ms(self, now_ms: int, *, ends_day: bool = False, ahead: bool = True) -> int:
        """The moment itself; ``now_ms`` 0: nobody said what time it is."""
        day = self._day(now_ms)
        if self.time_ms is None:
            if not ends_day:
                raise WrongError(f"{self.text}: the time of day is missing, such as 9:05",
                                 f"{self.text}：缺少时间，如 9:05")
            return midnight_ms(day) + DAY_MS - 1
        at_ms = midnight_ms(day) + self.time_ms
        if not self.month and self.days_on is None and ahead and at_ms < now_ms:
            at_ms += DAY_MS  # a time alone is the next such time
        return at_ms

    def _day(self, now_ms: int) -> date:
        if self.month:
            if not self.year and not now_ms:
                raise WrongError(f"{self.text}: the year is missing, such as 2026-01-29",
                                 f"{self.text}：缺少年份，如 2026年1月29日")
            try:
                return date(self.year or date_at(now_ms).year, self.month, self.day)
            except ValueError:
                raise WrongError(f"there is no such date: {self.text}", f"没有这一天：{self.text}") from None
        if not now_ms:
            raise WrongError(
                f"{self.text}: nobody has said which day it is; first: it is 2026-01-27 10:00",
                f"{self.text}：还没有说明日期；先写：时间是 2026-01-27 10:00")
        today = date_at(now_ms)
        if self.working:
            return WorkingDays().next_working_day(today, self.days_on or 1)
        return date.fromordinal(today.toordinal() + (self.days_on or 0))


def read_moment(text: str) -> Moment:
    """A moment as it was written.

    >>> read_moment("29 January 2026 9:05") == read_moment("2026年1月29日9:05")
    True
    """
    rest, time_ms = text.strip(), None
    found = _TIME.search(rest)
    if found:
        hours, minutes = int(found[1]), int(found[2] or found[4] or found[5] or 0)
        seconds = int(found[3] or 0)
        if hours > 24 or minutes > 59 or seconds > 59 or (hours == 24 and minutes + seconds):
            raise WrongError(f"there is no such time of day: {found[0]}; allowed: 0:00 to 23:59:59",
                             f"没有这个时间：{found[0]}；可写 0:00 至 23:59:59")
        time_ms = hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS
        rest = rest[:found.start()].strip(" ,")
    if not rest and time_ms is not None:
        return Moment(text, time_ms=time_ms)
    word = _WORDS.get(" ".join(rest.lower().removesuffix(" at").split()).removesuffix("的"))
    if word is not None:
        return Moment(text, days_on=word[0], working=word[1], time_ms=time_ms)
    for form in _DATES:
        if (date_found := form.fullmatch(rest)) is not None:
            parts = date_found.groupdict()
            month = int(parts["month"]) if "month" in parts else MONTHS.get(parts["name"].lower(), 0)
            if month:
                moment = Moment(text, int(parts["year"] or 0), month, int(parts["day"]), time_ms=time_ms)
                if moment.year:
                    moment.at_ms(0, ends_day=True)  # that there is such a date
                return moment
    raise WrongError(f"no {MOMENT.en}: {text}; allowed: {MOMENT_FORM.en}", f"{text} 不是{MOMENT.zh}；可写：{MOMENT_FORM.zh}")
