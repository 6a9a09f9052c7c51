"""A judge that hears stretches knows the same, word for word, as one that hears every record by itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

import msgspec
import pytest

from simulator.judge.gathering import AT_A_TIME
from simulator.judge.judge import Judge
from simulator.judge.rule import Rule
from simulator.judge.rules import RULE_OF, RULES
from simulator.judge.tracking.stretches import RECORDS_OF, SaleAsked, SaleDecided, SaleShown
from simulator.scenario.read import scenario_of_text
from simulator.trace import records as t
from simulator.world.run import build_world, run_virtual

DAY = """
title = "sales that go the plain way, and some that do not"
start = 2026-01-29T08:00:00+08:00
until = "{until}"
[[merchants]]
name = "shop"
terminals = {{ count = 3 }}
sales = {{ per_hour = 12.0 }}
{more}
"""
VOIDS = """
[merchants.mix]
sale = 0.7
qr_sale = 0.1
preauth = 0.2
[merchants.undo]
void = 0.1
refund = 0.1
"""
FAULTS = """
[[faults]]
mode = "network.weak_signal"
at = "1h"
for = "3h"
[[faults]]
mode = "terminal.power_lost"
at = "5h"

"""


def trace_of(more: str = "", until: str = "30h", defects: tuple[str, ...] = ()) -> list[t.Record]:
    """All records of a small run."""
    records: list[t.Record] = []
    run_virtual(build_world(scenario_of_text(DAY.format(more=more, until=until)), [records.append], defects=defects))
    return records


def known_to(judge: Judge) -> Any:
    """All that a judge holds, down to the last word and in the order in which it holds it."""
    seen: dict[int, Any] = {}
    kept: list[Any] = []  # so that no id comes twice

    def look(thing: Any) -> Any:
        if thing is None or isinstance(thing, str | int | float | bytes | Enum):
            return thing
        if callable(thing):
            return "a function"
        if id(thing) in seen:
            return seen[id(thing)]
        kept.append(thing)
        seen[id(thing)] = "itself"
        if isinstance(thing, Rule):
            found: Any = thing.number
        elif isinstance(thing, msgspec.Struct):
            found = (type(thing).__name__, *(look(getattr(thing, name)) for name in thing.__struct_fields__ if name not in OF_STRETCHES))
        elif isinstance(thing, Mapping):
            found = [(look(key), look(value)) for key, value in thing.items()]
        elif isinstance(thing, set | frozenset):
            found = sorted(map(repr, map(look, thing)))
        elif isinstance(thing, list | tuple | deque):
            found = [look(each) for each in thing]
        else:
            names = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
            names += sorted(getattr(thing, "__dict__", ()))
            found = (type(thing).__name__, *(
                (name, look(getattr(thing, name))) for name in names if name not in OF_STRETCHES))
        seen[id(thing)] = found
        return found

    return look(judge)


OF_STRETCHES = {"_begins", "_plain", "_sentences", "alone", "pools"}


def fed(records: Sequence[t.Record], at_a_time: int) -> Iterable[tuple[Judge, Judge]]:
    """Two judges, of which one hears each record and the other many at once, after each few."""
    single, many = Judge(), Judge()
    for at in range(0, len(records), at_a_time):
        few = records[at:at + at_a_time]
        for record in few:
            single.feed(record)
        many.feed_all(few)
        yield single, many


RUNS: dict[str, Callable[[], list[t.Record]]] = {
    "a plain day": trace_of,
    "faults": lambda: trace_of(FAULTS),
    "a terminal that reverses nothing": lambda: trace_of(FAULTS, defects=("terminal.no_reversal",)),
}


@pytest.mark.parametrize("run", RUNS)
def test_it_knows_the_same_after_every_few_records(run: str) -> None:
    records = RUNS[run]()
    judges: tuple[Judge, Judge] | None = None
    for place, judges in enumerate(fed(records, 97)):
        if place % 10 == 0:
            assert known_to(judges[0]) == known_to(judges[1])
    assert judges is not None
    single, many = judges
    assert known_to(single) == known_to(many)
    assert single.finish(records[-1].at_ms) == many.finish(records[-1].at_ms)
