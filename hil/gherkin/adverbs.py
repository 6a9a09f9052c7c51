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


def _moment(text: str) -> Adverb:
    return Adverb(at=read_moment(text))


def _length(text: str) -> Adverb:
    return Adverb(length=length_ms(text))


def _working(text: str) -> Adverb:
    return Adverb(at=Moment("", days_on=number(text) or _none(), working=True))


def _days(text: str) -> Adverb:
    return Adverb(at=Moment("", days_on=number(text) or _none()))


def _soon(_text: str) -> Adverb:
    return Adverb(length=MINUTE_MS)


def _none() -> int:
    raise WrongError("no days are no time", "天数不能为零")


_COUNT = r"(\d+|[a-z]+|[一二两三四五六七八九十]+)"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[str], Adverb]], ...] = tuple(
    (re.compile(form, re.IGNORECASE), read) for form, read in (
        (rf"(?:within |in |after )?{_COUNT} (?:working|business|bank|banking) days?(?: later)?", _working),
        (rf"(?:再?过)?{_COUNT}个?工作日(?:内|之内|以内|后|之后|以后)?", _working),
        (rf"{_COUNT} days? later", _days), (rf"(?:after|in) {_COUNT} days?", _days),
        (rf"(?:再?过)?{_COUNT}[天日](?:后|之后|以后)", _days),
        (r"(?:within|after|in|another) (.+)", _length), (r"(.+?)(?: later| on| have passed,?)", _length),
        (r"(?:再?过|等待?|隔)了?(.+?)(?:后|之后|以后)?", _length), (r"(.+?)(?:后|之后|以后|内|之内|以内)", _length),
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
            return replace(read(found[1]), deadline=bool(_DEADLINE.search(text)))
        except WrongError:
            continue
    return None


def said(found: Adverb) -> dict[str, Any]:
    """It as values of a sentence about time."""
    return {"at": found.at} if found.at is not None else {"length": found.length}
