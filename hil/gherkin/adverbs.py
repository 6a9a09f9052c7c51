"""When a clause happens or holds: what may stand before or behind any of them, as a table.

``at 3 pm``, ``two days later``, ``within two working days``, ``次日``, ``半小时后``: time goes on to there
first, then the clause is played.  ``within``, ``by``, ``之前`` are of claims: no act happens "by" a moment.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from hil.gherkin.calendar_words import Moment, read_moment
from hil.gherkin.values import length_ms, number
from hil.gherkin.wrong import WrongError
from simulator.local_time import MINUTE_MS

_LONGEST = 60  # characters


@dataclass(frozen=True)
class Adverb:
    """How far time goes on: to a moment, or by a length."""

    at: Moment | None = None
    length: int = 0
    deadline: bool = False  # until then, not then: of a claim alone
    days_ago: int = 0
    weekday: int | None = None  # of the past: the last such day


def _moment(text: str) -> Adverb:
    return Adverb(at=read_moment(text))


def _length(text: str) -> Adverb:
    return Adverb(length=length_ms(text))


def _working(text: str) -> Adverb:
    return Adverb(at=Moment("", days_on=number(text) or _none(), working=True))


def _days(text: str) -> Adverb:
    return Adverb(at=Moment("", days_on=number(text) or _none()))


def _ago(text: str) -> Adverb:
    """A day of the past."""
    text = " ".join(text.lower().split())
    for form, days in _PAST:
        if (found := re.fullmatch(form, text)) is not None:
            return Adverb(days_ago=days * (number(found[1]) if found.groups() else 1))
    for day, forms in enumerate(zip(("mon", "tues", "wednes", "thurs", "fri", "satur", "sun"), "一二三四五六日", strict=True)):
        if re.fullmatch(rf"(?:on )?last {forms[0]}day(?: morning| evening| night| afternoon)?|上(?:个)?(?:周|星期){forms[1]}", text):
            return Adverb(days_ago=7, weekday=day)
    raise WrongError("no day of the past", "不是过去的日子")


def _soon(_text: str) -> Adverb:
    return Adverb(length=MINUTE_MS)


def _none() -> int:
    raise WrongError("no days are no time", "天数不能为零")


_PAST = (
    (r"yesterday(?: morning| evening| afternoon)?|last night|the day before|the previous day|昨天|昨日|昨晚|前一天|昨夜", 1), (r"(?:on )?the day before yesterday|前天", 2),
    (r"大前天", 3), (r"(?:from )?last week|a week ago|上周|上星期|上个星期|一周前|一星期前", 7), (r"last month|a month ago|上个月|上月|一个月前", 30),
    (r"(\w+) days? (?:ago|earlier|before)", 1), (r"(\w+) weeks? (?:ago|earlier)", 7), (r"([0-9一二两三四五六七八九十]+)[天日](?:之?前|以前)", 1),
    (r"([0-9一二两三四五六七八九十]+)(?:周|个?星期)(?:之?前|以前)", 7),
)
_COUNT = r"(\d+|[a-z]+|[一二两三四五六七八九十]+)"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[str], Adverb]], ...] = tuple(
    (re.compile(form, re.IGNORECASE), read) for form, read in (
        (r"(.+)", _ago),
        (rf"(?:within |in |after )?{_COUNT} (?:working|business|bank|banking) days?(?: later)?", _working),
        (rf"(?:再?过)?{_COUNT}个?工作日(?:内|之内|以内|后|之后|以后)?", _working),
        (rf"{_COUNT} days? later", _days), (rf"(?:after|in) {_COUNT} days?", _days),
        (rf"(?:再?过)?{_COUNT}[天日](?:后|之后|以后)", _days),
        (r"(?:within|after|in|another) (.+)", _length), (r"(.+?)(?: later| on| have passed,?)", _length),
        (r"(?:再?过|等待?|隔)了?(.+?)(?:后|之后|以后)?", _length), (r"(.+?)(?:后|之后|以后|内|之内|以内)", _length),
        (r"(?:in|within|after) (a (?:few|couple of) (?:seconds|minutes)|a moment|no time|a while)", _soon), (r"(稍后|片刻后|过一会儿?|不久|几秒后|几分钟后)", _soon),
        (r"(at once|immediately|instantly|straight away|right away|in real time|within seconds)", _soon),
        (r"(立即|立刻|马上|实时|即时|当即)", _soon),
        (r"(?:at |on |by |until |before |in )?(.+)", _moment),
        (r"(?:在|到了?|于|截至|直到)?(.+?)(?:之?前|时|，)?", _moment),
    ))


_DEADLINE = re.compile(r"^(?:within|by|until|before)\b|^(?:截至|直到)|(?:内|之内|以内|前)$", re.IGNORECASE)


@cache
def adverb(text: str) -> Adverb | None:
    """What a text says of time; None where it is no such text."""
    text = text.strip(" ,")
    if not text or len(text) > _LONGEST:
        return None
    for form, read in _FORMS:
        if (found := form.fullmatch(text)) is None:
            continue
        try:
            said = read(found[1])
            return replace(said, deadline=not said.days_ago and bool(_DEADLINE.search(text)))
        except WrongError:
            continue
    return None


def said(found: Adverb) -> dict[str, Any]:
    """It as values of a sentence about time."""
    if found.days_ago:
        return {"days": found.days_ago, "weekday": found.weekday}
    return {"at": found.at} if found.at is not None else {"length": found.length}
