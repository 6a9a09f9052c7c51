"""A judge that hears stretches knows the same, word for word, as one that hears every record by itself."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

import msgspec
import pytest

from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.judge import Judge
from simulator.judge.rule import Rule
from simulator.judge.rules import RULES, belongs_to_whom, sums_along_the_way
from simulator.judge.tracking.stretches import RECORDS_OF
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

    _say_what_transactions_tell(judge)
    return look(judge)


def _say_what_transactions_tell(judge: Judge) -> None:
    """Two rules leave to its transaction what they know of a sale that went the plain way, until more is heard."""
    cases = {case.rule.number: case for case in judge._cases}
    for key in judge._book.transactions:
        sums_along_the_way._known(cases[19], key)
        payer = belongs_to_whom._payer(cases[17], key)
        if payer:
            cases[17].memory.of_key.setdefault(key, payer)
        else:
            cases[17].memory.of_key.pop(key, None)
    cases[19].memory = dict(sorted(cases[19].memory.items()))
    cases[17].memory.of_key = dict(sorted(cases[17].memory.of_key.items()))


OF_STRETCHES = {"_begins", "_plain", "_sentences", "alone", "payer", "pools"}


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


def test_every_rule_says_how_it_hears_a_stretch_and_most_sales_are_heard_so() -> None:
    assert all(rule.knows(stretch) for rule in RULES for stretch in RECORDS_OF)
    judge = Judge()
    records = trace_of(until="10h")
    judge.feed_all(records)
    asked, reached, decided, shown = judge._plain.taken
    sales = sum(isinstance(record, t.SaleMeant) for record in records)
    assert sales > 50
    assert asked >= sales - 3  # the first of each terminal opens its batch
    assert reached == decided == shown == sales


def test_a_rule_that_knows_no_stretch_has_all_of_them_heard_record_by_record() -> None:
    heard: list[t.Record] = []
    listens = Rule(
        number=99, en="listens", zh="听", findings=(), hears={t.Concluded: lambda _case, record: heard.append(record)})
    judge = Judge(rules=[*RULES, listens])
    records = trace_of(until="3h")
    judge.feed_all(records)
    assert heard == [record for record in records if isinstance(record, t.Concluded)]
    assert judge._plain.taken == [0, 0, 0, 0]


def _changed(record: t.Record) -> Iterable[t.Record]:
    """A record with one of its facts changed, in every way that its type allows."""
    for name in record.__struct_fields__:
        for other in OTHERS.get(name, _others)(getattr(record, name)):
            if other != getattr(record, name):
                yield msgspec.structs.replace(record, **{name: other})


def _others(value: Any) -> tuple[Any, ...]:
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int):
        return (value + 1, value - 1, 0, -value)
    if value is None:
        return (1,)
    return ("", f"{value}0", "51")


OTHERS: dict[str, Callable[[Any], tuple[Any, ...]]] = {
    "actor": lambda _value: ("acquirer", "terminal.10000001", "terminal.10000002", "bank.b", "merchant.other"),
    "tid": lambda _value: ("10000001", "10000002", "10000009"),
    "mti": lambda _value: ("0100", "0200", "0210", "0220", "0230", "0400", "0410", "0500", "0800"),
    "what": lambda _value: ("sale", "void", "refund", "preauth", "offline_sale", "tip", "balance"),
    "entry": lambda _value: ("armed", "asked", "decided", "booked", "receipted", "undone", "batchsettled"),
    "why": lambda _value: tuple(PostingReason),
    "result": lambda _value: ("approved", "declined", "failed", "refused", "pending"),
    "asked": lambda _value: ("debit", "hold", "reverse", "pay", "balance"),
    "attempt": lambda _value: (0, 1, None),
    "copy": lambda _value: (1,),
    "left_fen": lambda _value: (None, 5),
    "reason": lambda _value: (),
    "entries": lambda entries: (
        entries[:1], (), (*entries, entries[0]), entries[::-1],
        tuple((account, fen + 1) for account, fen in entries), tuple((account, -fen) for account, fen in entries),
        *(tuple((other if at == place else account, fen) for at, (account, fen) in enumerate(entries))
          for place in range(len(entries))
          for other in ("cardholder:bank.a", "cardholder:bank.b/620001******0062", "wallet:wallet.a", "due:bank.a",
                        "due:bank.b", "hold:bank.a", "merchant:898000000000009:pending", "suspense:1", "fee:issuer"))),
}


def test_whatever_one_fact_of_a_sale_is_changed_to_both_judges_know_and_find_the_same() -> None:
    """Of the records of one sale each is changed in each of its facts, left out, said twice, and changed in place."""
    records = trace_of(until="1h")
    names = [record.sale for record in records if isinstance(record, t.SaleMeant)]
    place = next(at for at, each in enumerate(records) if isinstance(each, t.SaleMeant) and each.sale == names[3])
    last = next(at for at, each in enumerate(records) if isinstance(each, t.ReceiptGiven) and each.sale == names[3]) + 2
    assert last - place >= 15
    tried = found = 0
    for at in range(place, last):
        before, record, after = records[:at], records[at], records[at + 1:]
        ways = [[*before, *after], [*before, record, record, *after], [*before, *after[:1], record, *after[1:]]]
        ways += [[*before, other, *after] for other in _changed(record)]
        for way in ways:
            *_, (single, many) = fed(way, len(way))
            assert known_to(single) == known_to(many), (record, way[at])
            judgement = single.finish(records[-1].at_ms)
            assert judgement == many.finish(records[-1].at_ms), (record, way[at])
            tried += 1
            found += bool(judgement.findings)
    assert tried > 300
    assert found > 100
