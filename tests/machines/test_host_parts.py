"""Deadlines, prefixes and what an idle terminal costs the host."""

from __future__ import annotations

import gc
import sys
import tracemalloc

import pytest
from acquirer_bench import SEALER, SETTINGS, HostBench, ScriptedTerminal, signed_on
from hypothesis import given
from hypothesis import strategies as st

from simulator.machines.acquirer.deadlines import Deadlines
from simulator.machines.acquirer.events import RequestReceived
from simulator.machines.acquirer.machine import Acquirer
from simulator.machines.acquirer.registry import TerminalEntry
from simulator.machines.acquirer.settings import PrefixTable
from simulator.wire.keys import WorkingKeys
from simulator.wire.kinds import Kind

STEPS = st.lists(st.one_of(
    st.tuples(st.just("arm"), st.sampled_from("abcd"), st.sampled_from([10, 25, 40])),
    st.tuples(st.just("disarm"), st.sampled_from("abcd"), st.just(0)),
    st.tuples(st.just("pass"), st.just(""), st.integers(0, 30)),
    st.tuples(st.just("shift"), st.just(""), st.integers(1, 100)),
), max_size=40)


@given(STEPS)
def test_deadlines_agree_with_a_plain_table(steps: list[tuple[str, str, int]]) -> None:
    deadlines = Deadlines()
    table: dict[str, int] = {}
    now = 0
    for verb, name, ms in steps:
        if verb == "arm":
            deadlines.arm(name, now, ms)
            table[name] = now + ms
        elif verb == "disarm":
            deadlines.disarm(name)
            table.pop(name, None)
        elif verb == "shift":
            deadlines.shift(ms)
            table = {each: due + ms for each, due in table.items()}
            now += ms
        else:
            now += ms
            due = sorted((at, each) for each, at in table.items() if at <= now)
            assert deadlines.take_due(now) == [each for _, each in due]
            for _, each in due:
                del table[each]
        assert deadlines.next_ms() == (min(table.values()) if table else None)


@pytest.mark.parametrize(("digits", "name"), [
    ("6217000000", "b"), ("6211000000", "a"), ("62", "a"), ("6", ""), ("", ""), ("51", ""),
])
def test_the_longest_prefix_wins(digits: str, name: str) -> None:
    assert PrefixTable((("62", "a"), ("6217", "b"))).find(digits) == name


def test_an_idle_signed_on_terminal_costs_the_host_less_than_700_bytes() -> None:
    count = 2_000
    mid = "898000000000001"

    def fresh_keys(tid: str, serial: int, _download: str) -> WorkingKeys:
        seed = f"{tid}{serial:08}".encode()
        return WorkingKeys(seed, seed[8:])

    blank = HostBench()
    asked = [
        ScriptedTerminal(blank, f"{10_000_000 + number}").message(Kind.SIGN_ON)
        for number in range(count)
    ]
    gc.collect()
    tracemalloc.start()
    host = Acquirer(
        SETTINGS, [TerminalEntry(tid=each.tid, mid=mid, merchant="shop") for each in asked],
        SEALER, fresh_keys,
    )
    for request in asked:
        host.handle(RequestReceived("line", request), 0)
    gc.collect()
    used, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert sum(book.keys is not None for book in host.books.terminals.values()) == count
    assert used / count < 700


def test_what_a_day_leaves_behind_is_bounded_by_its_transactions() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    for _ in range(20):
        terminal.sale(1)
    assert bench.host.work.waiting == {}
    assert bench.host.books.unanswered == {}
    assert bench.host.work.deadlines.next_ms() is None
    book = next(iter(bench.host.books.terminals.values()))
    transaction = (book.batches or {})[1].transactions[2]
    assert sys.getsizeof(transaction) < 160
