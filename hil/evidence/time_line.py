"""One time line of a run: ECR, line, power and hands among the records of terminal and host.

Each source has the wall clock of who wrote it and an offset, so far as that clock is ahead; what is
written on the calendar of the run (host, devices) stays as it is.  Nothing is taken from the records
that are judged.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from hil.ecr.tap import Passed
from hil.hands.hands import HandsAct
from hil.judging.calendar import Calendar
from hil.power.power import PowerAct
from hil.relay.seen import SeenMessage
from simulator.local_time import datetime_at
from simulator.trace.records import (
    EcrPassed,
    HandsAsked,
    LinePassed,
    PowerSwitched,
    Record,
)


class BenchSources(msgspec.Struct, frozen=True, kw_only=True):
    """What a bench itself saw and did; each by its own wall clock, ``…_ahead_ms`` of the host's."""

    tid: str
    ecr: Iterable[Passed] = ()
    line: Sequence[SeenMessage] = ()
    power: Sequence[PowerAct] = ()
    hands: Sequence[HandsAct] = ()
    ecr_ahead_ms: int = 0
    line_ahead_ms: int = 0
    power_ahead_ms: int = 0
    hands_ahead_ms: int = 0


def on_time_line(records: Sequence[Record], sources: BenchSources) -> list[Record]:
    """The trace of a run with everything that the bench knows, by time.

    Records keep their order among themselves; of one moment what was done comes before what follows.
    """
    calendar = Calendar(records)
    return list(heapq.merge(
        _of_power(sources, calendar), _of_hands(sources, calendar), _of_ecr(sources, calendar),
        _of_line(sources, calendar), records, key=lambda each: each.at_ms))


def _of_ecr(sources: BenchSources, calendar: Calendar) -> Iterator[Record]:
    for each in sorted(sources.ecr, key=lambda each: each.at_ms):
        yield EcrPassed(
            calendar.at(each.at_ms - sources.ecr_ahead_ms), f"ecr.{sources.tid}", by=each.by,
            what=each.what.value, name=each.name, shown=each.shown)


def _of_line(sources: BenchSources, calendar: Calendar) -> Iterator[Record]:
    for each in sorted(sources.line, key=lambda each: each.at_ms):
        yield LinePassed(
            calendar.at(each.at_ms - sources.line_ahead_ms), f"line.{each.tid or sources.tid}",
            way=each.way.value, fate=each.fate.value, mti=each.mti, what=each.kind,
            batch=each.batch, stan=each.stan, response_code=each.response_code,
            attempt=each.attempt, rule=each.rule)


def _of_power(sources: BenchSources, calendar: Calendar) -> Iterator[Record]:
    for each in sorted(sources.power, key=lambda each: each.at_ms):
        yield PowerSwitched(
            calendar.at(each.at_ms - sources.power_ahead_ms), f"power.{sources.tid}",
            supply=each.supply, act=each.act, took_ms=each.took_ms, error=each.error)


def _of_hands(sources: BenchSources, calendar: Calendar) -> Iterator[Record]:
    for each in sorted(sources.hands, key=lambda each: each.asked_ms):
        yield HandsAsked(
            calendar.at(each.asked_ms - sources.hands_ahead_ms), f"hands.{each.tid or sources.tid}",
            by=each.by, what=each.what, text=each.text, order=each.order,
            took_ms=each.done_ms - each.asked_ms, note=each.note, error=each.error)


def readable(record: Record) -> str:
    """A record of the bench as one line of text.

    >>> readable(PowerSwitched(0, "power.1", supply="board 2", act="off", took_ms=12))
    '1970-01-01 08:00:00.000 power.1 board 2: off (12 ms)'
    """
    when = datetime_at(record.at_ms).strftime("%Y-%m-%d %H:%M:%S")
    return f"{when}.{record.at_ms % 1000:03} {record.actor} {_told(record)}".rstrip()


def _told(record: Record) -> str:
    match record:
        case EcrPassed(by=by, shown=shown, what=what):
            return f"{by}: {shown or what}"
        case LinePassed(way=way, fate=fate, mti=mti, what=what, batch=batch, stan=stan):
            parts = (way, mti, what, f"{batch:06}/{stan:06}" if stan else "", record.response_code, fate)
            return " ".join(each for each in parts if each) + (f" ({record.rule})" if record.rule else "")
        case PowerSwitched(supply=supply, act=act, took_ms=took, error=error):
            return f"{supply}: {act} ({took} ms)" + (f": {error}" if error else "")
        case HandsAsked(by=by, text=text, what=what, took_ms=took, note=note, error=error):
            return f"{by}: {text or what} ({took} ms) {error or note}".rstrip()
        case _:
            return str(record.__struct_config__.tag)
