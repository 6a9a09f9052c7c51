"""A host's trace with what the line did to its messages: so that nobody is judged by what he never heard.

A host believes that what it sent has arrived, and that what it heard was sent so.  The relay between
knows better: what it lost is lost, what it changed is nobody's word.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from hil.relay.decisions import Decision, Deed, Mac
from hil.relay.seen import Fate, SeenMessage, Way
from simulator.catalogue.line_reasons import LineReason
from simulator.judge.transactions import HOST
from simulator.trace.records import Arrived, Lost, Record, Sent
from simulator.wire.kinds import mti_of_reply

GONE = frozenset({
    Fate.LOST, Fate.CUT_SHORT, Fate.GARBAGE, Fate.WRONG_LENGTH, Fate.HUNG_UP, Fate.RESET, Fate.NOWHERE,
})
HEADER, ASKED = "header", 5  # and the digit of it by which the host asks for something
OF_ANOTHER = frozenset({"3", "4", "11", "41", "42", "mti"})  # by which a terminal knows its reply
UNTOLD = frozenset({"55"})  # what stands in it no trace tells
OUT_OF_STEP = frozenset({Fate.CUT_SHORT, Fate.WRONG_LENGTH})  # what comes behind may be taken for a part of it
_Key = tuple[str, str, int]


def as_carried(
    records: Iterable[Record], seen: Sequence[SeenMessage], decisions: Mapping[str, Decision],
    dark: frozenset[int] = frozenset(), gives_up_ms: float = 0,
) -> list[Record]:
    """The records as the line carried them.

    ``decisions`` are those of the line by the name of their rule; ``dark`` are numbers of messages
    that passed and found no power; a terminal waits ``gives_up_ms`` for a reply.
    """
    unheard = dark | _too_late(seen, decisions, gives_up_ms) | _swallowed(seen)
    down, up = _by_key(seen, Way.DOWN), _by_key(seen, Way.UP)
    carried: list[Record] = []
    changed: dict[_Key, SeenMessage] = {
        (each.tid, each.mti, each.stan): each for each in seen if each.way is Way.UP and each.fate is Fate.CHANGED}
    for record in records:
        if isinstance(record, Arrived) and record.actor != HOST:
            carried.append(_heard(record, _next(down, record), unheard, decisions))
        elif isinstance(record, Arrived):
            message = _next(up, record)
            is_changed = message is not None and message.fate is Fate.CHANGED
            carried.append(replace(record, genuine=False) if is_changed else record)
        elif isinstance(record, Sent) and record.actor != HOST:
            message = changed.get((record.tid, record.mti, record.stan))
            told = message.message.amount_fen if message is not None and message.message is not None else None
            carried.append(record if told is None else replace(record, amount_fen=told))
        else:
            carried.append(record)
    return carried


def _by_key(seen: Sequence[SeenMessage], way: Way) -> dict[_Key, list[SeenMessage]]:
    found: dict[_Key, list[SeenMessage]] = defaultdict(list)
    for each in seen:
        if each.way is way and not (way is Way.UP and each.fate in GONE):  # of those the host says nothing
            found[each.tid, each.mti, each.stan].append(each)
    return found


def _next(by_key: dict[_Key, list[SeenMessage]], record: Arrived) -> SeenMessage | None:
    waiting = by_key.get((record.tid, record.mti, record.stan))
    return waiting.pop(0) if waiting else None


def _too_late(
    seen: Sequence[SeenMessage], decisions: Mapping[str, Decision], gives_up_ms: float,
) -> frozenset[int]:
    """What was held until nobody waited for it any more."""
    held = (each for each in seen if each.way is Way.DOWN and each.fate is Fate.HELD)
    return frozenset(
        each.number for each in held
        if (decision := decisions.get(each.rule)) is not None and decision.deed is Deed.HOLD
        and (decision.until is not None or decision.ms >= gives_up_ms))


def _swallowed(seen: Sequence[SeenMessage]) -> frozenset[int]:
    """Replies behind what was damaged on their connection, whose requests came again."""
    found = set()
    broken: set[int] = set()
    for each in seen:
        if each.way is Way.DOWN and each.fate in OUT_OF_STEP:
            broken.add(each.link)
        elif each.way is Way.DOWN and each.link in broken and any(
            other.way is Way.UP and other.number > each.number and other.stan == each.stan
            and mti_of_reply(other.mti) == each.mti for other in seen if other.mti
        ):
            found.add(each.number)
    return frozenset(found)


def _heard(
    record: Arrived, message: SeenMessage | None, unheard: frozenset[int], decisions: Mapping[str, Decision],
) -> Record:
    if message is None:
        return record
    if message.fate in GONE or message.number in unheard:
        return Lost(
            record.at_ms, f"link.{record.tid}", record.sender, record.what, record.mti, record.tid, record.batch,
            record.stan, LineReason.DROP, attempt=record.attempt)
    if message.fate is not Fate.CHANGED:
        return record
    decision = decisions.get(message.rule)
    if decision is not None and decision.field == HEADER:  # outside the MAC: whoever asks so is believed
        return replace(record, asks=decision.value[ASKED])
    if decision is not None and decision.field in UNTOLD and decision.mac is Mac.RIGHT:
        return record  # sealed as its host seals, and no trace tells what is in it
    if decision is not None and decision.field in OF_ANOTHER:
        return replace(record, genuine=False, amount_fen=None)  # whether it fits, and why not, is the terminal's word
    return replace(record, genuine=False)
