"""Reads a moment on the line as a person wrote it: a sentence in English or Chinese, or its short form.

``before 0210 nth=2 code=00``, ``after sale.reply +200ms``, ``before batch_upload record=3``.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

from hil.bench import trigger_words as say
from hil.bench.line import Place
from hil.bench.triggers import APPROVED, FURTHER, Trigger, TriggerError, checked, further
from hil.relay.matching import Match
from hil.relay.seen import Way
from simulator.wire.dialect import Dialect
from simulator.wire.kinds import Kind, mti_of_reply

_UPLOAD = Kind.BATCH_UPLOAD.value
WHILE: dict[str, Trigger] = {  # in the middle of something: not its first message, nor its last
    "updates": Trigger(match=Match(way=Way.UP, kind=Kind.TMS_DOWNLOAD.value, nth=2)),
    "uploads": Trigger(match=Match(way=Way.UP, kind=_UPLOAD, record=2)),
    "settles": Trigger(match=Match(way=Way.DOWN, kind=Kind.SETTLEMENT.value)),
    "signs on": Trigger(match=Match(way=Way.DOWN, kind=Kind.SIGN_ON.value)),
    "loads keys": Trigger(match=Match(way=Way.UP, kind=Kind.CAPK_DOWNLOAD.value, nth=2)),
}
_WHAT = "(?P<what>.+?)"
_SENTENCES: tuple[tuple[str, Place], ...] = (
    (rf"when the (?P<behind>.+?) (?:has been|was|is) heard,? and before the {_WHAT} (?:leaves|left)", "before"),
    (rf"before the {_WHAT} (?:leaves|left)", "before"),
    (rf"(?P<ms>\d+) ?ms after the {_WHAT} (?:leaves|left|has left)", "after"),
    (rf"after the {_WHAT} (?:leaves|left|has left)", "after"),
    (rf"(?:when|as) the {_WHAT} (?:is|was|has been) heard", "before"),
    (r"in the (?P<what>\S+ record of the upload)", "before"),
    (rf"(?:在)?收到(?P<behind>.+?)之?后[、，,]?(?:且|并)?{_WHAT}发出之?前", "before"),
    (rf"(?:在)?{_WHAT}发出之?前", "before"),
    (rf"(?:在)?{_WHAT}发出 ?(?P<ms>\d+) ?毫秒之?后", "after"),
    (rf"(?:在)?{_WHAT}发出之?后", "after"),
    (rf"(?:在)?收到{_WHAT}时", "before"),
    (r"(?:在)?(?P<what>上送第\d+条记录)时", "before"),
)
_FORMS = tuple((re.compile(form, re.IGNORECASE), place) for form, place in _SENTENCES)
_SHORT = re.compile(r"(?P<place>before|after)\s+(?!the\b)(?P<what>[a-z0-9_]+)(?:\.(?P<side>request|reply))?(?P<rest>(?:\s+\S+)*)")
_LATER = re.compile(r"\+\d{1,9}ms")
_KEYS = ("nth", "code", "record", "attempt", *FURTHER)
_PARTS: tuple[tuple[re.Pattern[str], str], ...] = tuple((re.compile(form, re.IGNORECASE), key) for form, key in (
    (r"(?P<rest>.+) \((?P<further>[^()]+)\)", ""), (r"(?P<rest>.+)（(?P<further>[^（）]+)）", ""),
    (r"(?P<rest>.+) with code (?P<code>\S+)", ""),
    (r"应答码 ?(?P<code>[^\s的]+)的(?P<rest>.+)", ""),
    (r"repeated (?P<rest>.+)", "again"), (r"重发的(?P<rest>.+)", "again"),
    (r"reply to the (?P<record>\d+)(?:st|nd|rd|th) record of the upload", "record reply"),
    (r"上送第(?P<record>\d+)条记录的应答", "record reply"),
    (r"(?P<record>\d+)(?:st|nd|rd|th) record of the upload", "record"), (r"上送第(?P<record>\d+)条记录", "record"),
    (r"(?P<nth>\d+)(?:st|nd|rd|th) (?P<rest>.+)", ""), (r"第(?P<nth>\d+)[条个次](?P<rest>.+)", ""),
))


def parse_trigger(text: str, dialect: Dialect | None = None) -> Trigger:
    """The moment that a text means; ``TriggerError`` for none, or one that can never come.

    >>> parse_trigger("200 ms after the approval left").match.says()
    'down sale, response_code 00'
    >>> parse_trigger("before 0210 nth=2") == parse_trigger("第2条0210发出之前")
    True
    """
    plain = " ".join(text.split()).rstrip(".。")
    for name, told in say.WHILE.items():
        if plain.casefold() == told.en or plain.removeprefix("在") == told.zh:
            return checked(WHILE[name], dialect)
    if short := _SHORT.fullmatch(plain):
        return checked(_of_short(short), dialect)
    for form, place in _FORMS:
        if found := form.fullmatch(plain):
            facts = found.groupdict()
            return checked(Trigger(
                match=_message(facts["what"]), place=place, delay_ms=_number("ms", facts.get("ms") or "0", least=0),
                behind=_message(facts["behind"]) if facts.get("behind") else None), dialect)
    raise TriggerError(say.NO_FORM.say(given=repr(text[:60])))


def short_form(trigger: Trigger) -> str:
    """A trigger in short; one that comes behind another has no short form, and is said whole.

    >>> short_form(parse_trigger("200 ms after the approval left"))
    'after sale.reply code=00 +200ms'
    """
    match = trigger.match
    if trigger.behind is not None:
        return trigger.says("en")
    what = match.mti or f"{match.kind}.{'reply' if match.way is Way.DOWN else 'request'}"
    facts = {"nth": match.nth, "code": match.response_code, "record": match.record}
    rest = [f"{name}={given}" for name, given in facts.items() if given]
    rest += ["attempt=1"] if match.attempt == 1 else []
    rest += [f"{name}={given}" for name, given in further(match).items()]
    return " ".join([trigger.place, what, *rest, *([f"+{trigger.delay_ms}ms"] if trigger.delay_ms else [])])


# ---- one message --------------------------------------------------------------------------------


def _message(text: str) -> Match:
    """A message as people say it: parts before and behind it, then what it is."""
    facts: dict[str, Any] = {}
    rest = text.strip()
    while (part := next(((found, what) for form, what in _PARTS if (found := form.fullmatch(rest))), None)) is not None:
        said, what = part[0].groupdict(), part[1]
        if what.startswith("record"):
            facts["record"] = _number("record", said["record"])
            way = Way.DOWN if what.endswith("reply") else Way.UP
            return Match(way=way, kind=_UPLOAD, **facts)
        if what == "again":
            facts["attempt"] = 1
        if said.get("further"):
            facts |= _facts(said["further"].split())
        if said.get("nth"):
            facts["nth"] = _number("nth", said["nth"])
        if said.get("code"):
            facts["response_code"] = said["code"]
        rest = said["rest"]
    return _named(rest, facts)


def _named(name: str, facts: dict[str, Any]) -> Match:
    """A message by its type, by its kind and side, or by a name of its own."""
    if name in {"approval", say.APPROVAL.zh}:
        return Match(way=Way.DOWN, kind=Kind.SALE.value, response_code=APPROVED, **facts)
    if re.fullmatch(r"\d{4}", name):
        return Match(way=_way_of(name), mti=name, **facts)
    for kind, told in say.KIND_WORDS.items():
        for row, way in ((say.REQUEST, Way.UP), (say.REPLY, Way.DOWN)):
            words = row.both(kind=told)
            if name in {words.en, words.zh}:
                return Match(way=way, kind=kind, **facts)
        if name in {told.en, told.zh, kind}:
            return Match(way=Way.UP, kind=kind, **facts)
    return _no_message(name)


def _no_message(name: str) -> NoReturn:
    """Refused by the check of what a dialect has, with its words."""
    checked(Trigger(match=Match(kind=name or "?")))
    raise AssertionError("a kind without words")


def _way_of(mti: str) -> Way:
    return Way.UP if mti_of_reply(mti) else Way.DOWN


# ---- the short form -----------------------------------------------------------------------------


def _of_short(found: re.Match[str]) -> Trigger:
    what, side = found["what"], found["side"]
    words = found["rest"].split()
    later = [each for each in words if _LATER.fullmatch(each)]
    facts = _facts([each for each in words if each not in later])
    if len(later) > 1:
        raise TriggerError(say.NO_KEY.say(given=repr(later[1]), names="+…ms"))
    delay_ms = int(later[0][1:-2]) if later else 0
    place: Place = "before" if found["place"] == "before" else "after"
    if what.isdigit():
        match = Match(way=Way.DOWN if side == "reply" else Way.UP if side else _way_of_digits(what), mti=what, **facts)
    else:
        match = Match(way=Way.DOWN if side == "reply" else Way.UP, kind=what, **facts)
    return Trigger(match=match, place=place, delay_ms=delay_ms)


def _facts(words: list[str]) -> dict[str, Any]:
    """What ``key=value`` says of a message."""
    facts: dict[str, Any] = {}
    for word in words:
        key, equals, given = word.partition("=")
        if not equals or key not in _KEYS or key in facts:
            raise TriggerError(say.NO_KEY.say(
                given=repr(word[:60]), names=", ".join([*(f"{each}=…" for each in _KEYS), "+…ms"])))
        if key in {"tid", "code"}:
            facts["response_code" if key == "code" else key] = given
        else:
            facts[key] = _number(key, given, least=0 if key == "attempt" else 1)
    return facts


def _way_of_digits(mti: str) -> Way | None:
    return _way_of(mti) if re.fullmatch(r"\d{4}", mti) else None


def _number(field: str, given: str, least: int = 1) -> int:
    number = int(given) if re.fullmatch(r"\d{1,9}", given, re.ASCII) else -1
    if number < least:
        raise TriggerError(say.NO_COUNT.say(field=field, given=given[:20], most=9_999))
    return number
