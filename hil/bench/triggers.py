"""Moments on a line at which a bench does something, the power cut above all: as data, and as people say them.

A trigger is a message, a side of it, and a delay.  It can be said in both languages and in short
(``before 0210 nth=2``), and what was said is read back as the same one.  What can never come is
refused: a kind that no dialect has, a number zero, a reply that goes up.
"""

from __future__ import annotations

import re
import threading
from typing import NoReturn, Protocol

import msgspec

from hil.bench import trigger_words as say
from hil.bench.line import Deed, Place, Watch
from hil.relay.decisions import Decision
from hil.relay.matching import Match
from hil.relay.seen import SeenMessage, Way
from simulator.catalogue.language import Language, Message, Told
from simulator.wire.dialect import Dialect
from simulator.wire.dialects import usual_dialect
from simulator.wire.kinds import Kind, mti_of_reply

MOST = 9_999
LONGEST_MS = 600_000
APPROVED = "00"
FURTHER = ("tid", "batch", "stan", "link", "every", "since")
_CODE = re.compile(r"[0-9A-Z]{2}")


class TriggerError(ValueError):
    """What is no moment on the line, or can never come; the text says what is allowed."""


class Trigger(msgspec.Struct, frozen=True, kw_only=True):
    """One moment; ``behind`` is a message that must have been heard before."""

    match: Match
    place: Place = "before"
    delay_ms: int = 0
    behind: Match | None = None

    def says(self, language: Language | None = None) -> str:
        """The moment as a person says it.

        >>> Trigger(match=Match(way=Way.DOWN, mti="0210", nth=2)).says("en")
        'before the 2nd 0210 leaves'
        """
        what = message_words(self.match)
        if self.behind is not None:
            return say.BEHIND.both(behind=message_words(self.behind), what=what).say(language)
        if self.place == "before":
            return say.BEFORE.both(what=what).say(language)
        if self.delay_ms:
            return say.LATER.both(ms=self.delay_ms, what=what).say(language)
        return say.AFTER.both(what=what).say(language)


class Watching(Protocol):
    """A line at which something can be done: a rig, or its line."""

    def when(self, match: Match, do: Deed, *, place: Place = "before", delay_ms: int = 0, times: int = 1) -> Watch:
        """Do something when a message passes."""


class Armed:
    """A trigger that waits for its moment, and what it was met by."""

    def __init__(self, line: Watching, trigger: Trigger, do: Deed) -> None:
        """At the moment ``do`` is done once; with ``behind`` the line is watched from then on only."""
        self._line = line
        self._trigger = trigger
        self._do = do
        self._done = threading.Event()
        self._removed = False
        self._watches: list[Watch] = []
        if trigger.behind is None:
            self._arm()
        else:
            self._watches.append(line.when(trigger.behind, self._arm))

    @property
    def struck(self) -> list[SeenMessage]:
        """The message at which it was done; empty while it was not."""
        last = self._watches[-1]
        return last.struck if last.match is self._trigger.match else []

    def wait(self, within_s: float) -> bool:
        """Wait until it was done; whether it was."""
        return self._done.wait(within_s)

    def remove(self) -> None:
        """It is done no more."""
        self._removed = True
        for watch in self._watches:
            watch.remove()

    def _arm(self) -> None:
        if not self._removed:
            trigger = self._trigger
            self._watches.append(
                self._line.when(trigger.match, self._act, place=trigger.place, delay_ms=trigger.delay_ms))

    def _act(self) -> Decision | None:
        try:
            return self._do()
        finally:
            self._done.set()


def checked(trigger: Trigger, dialect: Dialect | None = None) -> Trigger:
    """The trigger; ``TriggerError`` where it can never come."""
    if trigger.place == "before" and trigger.delay_ms:
        _refuse(say.NO_DELAY)
    if not 0 <= trigger.delay_ms <= LONGEST_MS:
        _refuse(say.LONG, given=trigger.delay_ms, most=LONGEST_MS)
    for match in (trigger.match, trigger.behind):
        if match is not None:
            _check_match(match, dialect or usual_dialect())
    if trigger.behind == trigger.match:
        _refuse(say.ALIKE, what=message_words(trigger.match))
    return trigger


def _check_match(match: Match, dialect: Dialect) -> None:
    mtis_of = {row.kind.value: _both_ways(row.mti, *row.also_mti) for row in dialect.kinds}
    mtis = {mti for each in mtis_of.values() for mti in each}
    if match.mti and match.mti not in mtis:
        _refuse_message(match.mti, mtis)
    if match.kind and match.kind not in mtis_of:
        _refuse_message(match.kind, mtis)
    is_reply = match.way is Way.DOWN
    if match.mti and match.way is not None and is_reply == bool(mti_of_reply(match.mti)):
        _refuse(say.WRONG_WAY, mti=match.mti, way=match.way.value, other=match.way.other.value)
    if match.kind and match.mti and match.mti not in mtis_of[match.kind]:
        _refuse(say.NOT_OF_KIND, kind=match.kind, mti=match.mti, allowed=", ".join(sorted(mtis_of[match.kind])))
    for field in ("nth", "record", "every", "since", "attempt", "stan", "batch", "link"):
        given = msgspec.structs.asdict(match)[field]
        if given is not None and not 0 <= given <= (999_999 if field in {"stan", "batch"} else MOST):
            _refuse(say.NO_COUNT, field=field, given=given, most=MOST)
    if match.response_code:
        if not is_reply and not (match.mti and not mti_of_reply(match.mti)):
            _refuse(say.NO_CODE)
        if not _CODE.fullmatch(match.response_code):
            _refuse(say.NOT_A_CODE, given=repr(match.response_code))
    upload = Kind.BATCH_UPLOAD.value
    if match.record and (match.kind not in {"", upload} or match.mti not in {"", *mtis_of.get(upload, ())}):
        _refuse(say.NO_RECORD, what=message_words(msgspec.structs.replace(match, record=0)))


def _both_ways(*requests: str) -> frozenset[str]:
    return frozenset({*requests, *map(mti_of_reply, requests)})


def _refuse(row: Message, **facts: object) -> NoReturn:
    raise TriggerError(row.say(**facts))


def _refuse_message(given: str, mtis: set[str]) -> NoReturn:
    _refuse(say.NO_MESSAGE, given=repr(given[:60]), mtis=", ".join(sorted(mtis)),
            kinds=", ".join(each.value for each in Kind))


# ---- said ---------------------------------------------------------------------------------------


def message_words(match: Match) -> Told:
    """The message of a match as people say it."""
    if match.record:
        row = say.RECORD_REPLY if match.way is Way.DOWN else say.RECORD
        what = row.both(nth=_numbered(match.record))
    elif is_approval(match):
        what = say.APPROVAL
    elif match.mti:
        what = Told(match.mti, match.mti)
    else:
        row = say.REPLY if match.way is Way.DOWN else say.REQUEST
        what = row.both(kind=say.KIND_WORDS.get(match.kind, Told(match.kind, match.kind)))
    if match.attempt == 1:
        what = say.REPEATED.both(what=what)
    if match.response_code and not is_approval(match):
        what = say.CODE.both(what=what, code=match.response_code)
    if match.nth:
        what = say.NTH.both(nth=_numbered(match.nth), what=what)
    facts = " ".join(f"{name}={given}" for name, given in further(match).items())
    return say.FURTHER.both(what=what, facts=facts) if facts else what


def _numbered(number: int) -> Told:
    return Told(ordinal(number), str(number))


def further(match: Match) -> dict[str, object]:
    """What of a match has no words of its own."""
    facts = msgspec.structs.asdict(match)
    given = {name: facts[name] for name in FURTHER if facts[name]}
    return given if match.attempt in {None, 1} else {"attempt": match.attempt, **given}


def is_approval(match: Match) -> bool:
    """Whether it is what people call the approval: the reply to a sale, with 00."""
    return match.way is Way.DOWN and not match.mti and match.kind == Kind.SALE.value \
        and match.response_code == APPROVED


def ordinal(number: int) -> str:
    """A number as people count.

    >>> [ordinal(each) for each in (1, 2, 3, 4, 11, 22)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd']
    """
    ending = "th" if number % 100 in {11, 12, 13} else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
