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
MOMENT_PATTERN = (
    r"[0-9A-Za-z:/\-., 年月日号点分秒时第次当天下一个工作二两三四五六七八九十星期周上午中晚早凌晨傍夜间半整刻明隔翌后]+?")
MONTHS = {
    name: number for number, names in enumerate((
        "january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
        "september sep sept", "october oct", "november nov", "december dec"), 1)
    for name in names.split()
}
_PARTS_OF_DAY = "凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|晚间|早|晚"
_TIME = re.compile(
    rf"(?:(?:at|,) ?)?(?P<part>{_PARTS_OF_DAY})?(?P<hour>\d{{1,2}}|[一二两三四五六七八九十]{{1,2}}(?=[点时]))"
    r"(?::(?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    r"|[点时](?:(?P<zh_minute>\d{1,2})分?(?:(?P<zh_second>\d{1,2})秒)?|(?P<half>半)|(?P<quarter>一刻)|整|钟)?|(?= ?(?:[ap]\.?m\b|o'clock| in the )))"
    r"(?: ?o'clock)?(?: ?(?:(?P<half_day>[ap])\.?m\.?|(?:in the|at) (?P<when>morning|afternoon|evening|night)))?$", re.IGNORECASE)
_NAMED_TIMES = {"noon": 12, "midday": 12, "midnight": 24, "正午": 12, "中午": 12, "午夜": 24, "零点": 0}
_NAMED_TIME = re.compile(rf"(?:(?:at|,) ?)?({'|'.join(_NAMED_TIMES)})$", re.IGNORECASE)
_AFTERNOON = {"下午", "傍晚", "晚上", "夜里", "晚间", "晚", "afternoon", "evening", "night", "p"}
_HALF_DAY_H = 12
_DIGITS = {each: number for number, each in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_PART_HOURS = {  # the hour that is meant where nobody says one
    "morning": 9, "afternoon": 15, "evening": 20, "night": 22, "早上": 9, "早晨": 9, "清晨": 7, "上午": 10, "下午": 15, "傍晚": 18, "晚上": 20, "夜里": 22,
    "晚间": 20, "晚": 20, "早": 9, "凌晨": 2}
_PART_OF_DAY = re.compile(
    r"(?<![a-z])(?:in the )?(?P<en>morning|afternoon|evening|night)$|(?P<zh>早上|早晨|清晨|上午|下午|傍晚|晚上|夜里|晚间|凌晨|(?<=[当今明一二三四五六日天])[早晚])$", re.IGNORECASE)
_WEEKDAYS_EN = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")
_WEEKDAYS_ZH = "一二三四五六日"
_WEEKDAY = re.compile(
    r"^(?:on )?(?:next )?(?P<before>mon|tues|wednes|thurs|fri|satur|sun)day,? (?=.)|\(?(?:星期|周)(?P<zh>[一二三四五六日天])\)?,?"
    r"|,? ?\(?(?P<behind>mon|tues|wednes|thurs|fri|satur|sun)day\)?$", re.IGNORECASE)
_DATES = (
    re.compile(r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})"),
    re.compile(r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})[日号]"),
    re.compile(r"(?P<day>\d{1,2})(?:st|nd|rd|th)? (?P<name>[a-z]+)\.?,?(?: (?P<year>\d{4}))?", re.IGNORECASE),
    re.compile(r"(?P<name>[a-z]+)\.? (?P<day>\d{1,2})(?:st|nd|rd|th)?(?:,? (?P<year>\d{4}))?", re.IGNORECASE),
)
_WORDS = {  # days on, and whether only working days count
    **dict.fromkeys(("same day", "today", "this", "当天", "当日", "今天", "今日", "本日", "同日", "同一天"), (0, False)),
    **dict.fromkeys(
        ("next day", "following day", "day after", "tomorrow", "次日", "第二天", "明天", "隔天", "翌日", "明日"), (1, False)),
    **{f"{word} {kind} day": (count, True)
       for word, count in (("next", 1), ("following", 1), ("second", 2), ("third", 3), ("fourth", 4), ("fifth", 5))
       for kind in ("working", "business", "bank", "banking")},
    **dict.fromkeys(("下一工作日", "下一个工作日", "次一工作日", "下个工作日", "次个工作日", "第一个工作日", "次工作日"), (1, True)),
    **{f"第{word}个工作日": (count, True) for word, count in (("二", 2), ("三", 3), ("四", 4), ("五", 5))},
    **dict.fromkeys(("day after tomorrow", "后天", "第三天"), (2, False)),
}
_TIME_FIRST = re.compile(
    r"(?:at )?(?P<time>\d{1,2}(?::\d{2}){1,2}(?: ?[ap]\.?m\.?)?|\d{1,2} ?(?:[ap]\.?m\.?|o'clock)|noon|midday|midnight) on (?P<day>.+)", re.IGNORECASE)
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
    weekday: int | None = None  # from 0, Monday: which it must be

    def __eq__(self, other: object) -> bool:
        """The same moment, however it was written."""
        return isinstance(other, Moment) and self._means == other._means

    def __hash__(self) -> int:
        return hash(self._means)

    @property
    def _means(self) -> tuple[object, ...]:
        return self.year, self.month, self.day, self.days_on, self.working, self.time_ms, self.weekday

    def at_ms(self, now_ms: int, *, ends_day: bool = False, same_time: bool = False, ahead: bool = True, lately_ms: int = 0) -> int:
        """The moment itself; ``now_ms`` 0: nobody said what time it is; a time alone that was ``lately_ms`` ago is not the next such time."""
        day = self._day(now_ms)
        if self.time_ms is None and same_time and now_ms:
            return midnight_ms(day) + (now_ms - midnight_ms(date_at(now_ms)))
        if self.time_ms is None:
            if not ends_day:
                raise WrongError(f"{self.text}: the time of day is missing, such as 9:05",
                                 f"{self.text}：缺少时间，如 9:05")
            return midnight_ms(day) + DAY_MS - 1
        at_ms = midnight_ms(day) + self.time_ms
        if not self.month and self.days_on is None and ahead and at_ms + lately_ms < now_ms:
            at_ms += DAY_MS * (1 if self.weekday is None else 7)  # a time alone is the next such time
        return at_ms

    def _day(self, now_ms: int) -> date:
        day = self._day_said(now_ms)
        if self.weekday is None or day.weekday() == self.weekday:
            return day
        if not self.month and self.days_on is None:
            return date.fromordinal(day.toordinal() + (self.weekday - day.weekday()) % 7)
        raise WrongError(
            f"{self.text}: {day} is a {_weekday_en(day.weekday())}, not a {_weekday_en(self.weekday)}",
            f"{self.text}：{day} 是星期{_WEEKDAYS_ZH[day.weekday()]}，不是星期{_WEEKDAYS_ZH[self.weekday]}")

    def _day_said(self, now_ms: int) -> date:
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


def _day_word(text: str) -> str:
    """A day in words without what may stand around it."""
    words = " ".join(text.lower().split())
    words = re.sub(r"^(?:on |at |by )?(?:the )?| ?(?:at|,|in the (?:morning|afternoon|evening)|morning|evening)$", "", words)
    return words.strip(" ,").removesuffix("的").removesuffix("晚上").removesuffix("早上")


def _time_off(text: str) -> tuple[str, int | None]:
    """The time of day at the end of a text taken off it, if there is one."""
    evening = re.search(r"(?:^|,? )in the evening(?: at|,)?(?= )|^this evening(?: at)?(?= )", text, re.IGNORECASE)
    if evening:
        text = f"{text[:evening.start()]} {text[evening.end():].strip()}".strip()
    if named := _NAMED_TIME.search(text):
        return text[:named.start()].strip(" ,"), _NAMED_TIMES[named[1].lower()] * HOUR_MS
    found = _TIME.search(text)
    if found is None:
        return text, None
    hours = int(found["hour"]) if found["hour"].isdigit() else _chinese_hour(found["hour"])
    minutes = 30 if found["half"] else 15 if found["quarter"] else int(found["minute"] or found["zh_minute"] or 0)
    seconds = int(found["second"] or found["zh_second"] or 0)
    part = (found["part"] or found["when"] or found["half_day"] or ("evening" if evening else "")).lower()
    if (part in _AFTERNOON and hours < _HALF_DAY_H) or (part == "中午" and hours <= 2):
        hours += _HALF_DAY_H
    elif part in {"a", "凌晨"} and hours == _HALF_DAY_H:
        hours = 0
    if hours > 24 or minutes > 59 or seconds > 59 or (hours == 24 and minutes + seconds):
        raise WrongError(f"there is no such time of day: {found[0]}; allowed: 0:00 to 23:59:59",
                         f"没有这个时间：{found[0]}；可写 0:00 至 23:59:59")
    return text[:found.start()].strip(" ,"), hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS


def _part_off(text: str) -> tuple[str, int | None]:
    """A part of a day at the end of a text taken off it, as the hour that it stands for, where it has no time of its own."""
    if (found := _PART_OF_DAY.search(text)) is None:
        return text, None
    rest = text[:found.start()].strip(" ,")
    if re.search(r"(?<![0-9])[0-9]{1,2}(?::[0-9]{2})?(?: o'clock)?$", rest):
        return text, None  # it says which of two hours is meant
    part = (found["en"] or found["zh"]).lower()
    if not rest or rest.lower() in {"this", "in the", "the", "later in the"}:
        rest = "today" if found["en"] else "当天"
    if rest.lower() in {"next", "the next", "the following", "following"}:
        rest = "next day"
    return ("当天" if rest == "当" else f"{rest}天" if rest in {"今", "明"} else rest), _PART_HOURS[part] * HOUR_MS


def _weekday_en(number: int) -> str:
    return f"{_WEEKDAYS_EN[number].capitalize()}day"


def _weekday_off(text: str) -> tuple[str, int | None]:
    """The day of the week taken off a text, if there is one."""
    found = _WEEKDAY.search(text)
    if found is None:
        return text, None
    english = found["before"] or found["behind"]
    number = (_WEEKDAYS_EN.index(english.lower()) if english
              else _WEEKDAYS_ZH.index(found["zh"].replace("天", "日")))
    before, behind = text[:found.start()].strip(" ,"), text[found.end():].strip(" ,")
    return f"{before} {behind}".strip() if english else f"{before}{behind}", number


def _chinese_hour(text: str) -> int:
    """An hour in Chinese numerals, up to twelve."""
    if len(text) == 1:
        return _DIGITS[text]
    return 10 + _DIGITS[text[1]]


def read_moment(text: str) -> Moment:
    """A moment as it was written.

    >>> read_moment("29 January 2026 9:05") == read_moment("2026年1月29日9:05")
    True
    """
    said = text.strip()
    if (turned := _TIME_FIRST.fullmatch(said)) is not None:
        said = f"{turned['day']} {turned['time']}"
    said, part_ms = _part_off(said)
    said, weekday = _weekday_off(said)
    rest, time_ms = _time_off(said)
    time_ms = part_ms if time_ms is None else time_ms
    if not rest and (time_ms is not None or weekday is not None):
        return Moment(text, time_ms=time_ms, weekday=weekday)
    word = _WORDS.get(_day_word(rest))
    if word is not None:
        return Moment(text, days_on=word[0], working=word[1], time_ms=time_ms, weekday=weekday)
    for form in _DATES:
        if (date_found := form.fullmatch(rest)) is not None:
            parts = date_found.groupdict()
            month = int(parts["month"]) if "month" in parts else MONTHS.get(parts["name"].lower(), 0)
            if month:
                moment = Moment(text, int(parts["year"] or 0), month, int(parts["day"]), time_ms=time_ms, weekday=weekday)
                if moment.year:
                    moment.at_ms(0, ends_day=True)  # that there is such a date, of such a weekday
                return moment
    raise WrongError(f"no {MOMENT.en}: {text}; allowed: {MOMENT_FORM.en}", f"{text} 不是{MOMENT.zh}；可写：{MOMENT_FORM.zh}")
