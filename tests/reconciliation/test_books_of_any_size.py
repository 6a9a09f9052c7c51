"""Whatever is dropped, doubled or altered is told, that alone; totals add up in any order of lines."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.reconciliation.states import CLOSED, State
from tests.reconciliation.books import books, sale

SUMS = st.sampled_from(["10.00", "10.00", "68.00", "0.01", "1234.50", "-5.00"])


@settings(max_examples=40, deadline=None)
@given(
    sums=st.lists(SUMS, min_size=2, max_size=25), seed=st.integers(0, 1 << 30), at=st.integers(0, 1 << 30),
    how=st.sampled_from(["right", "host_misses", "terminal_misses", "host_twice", "terminal_twice", "another_sum"]))
def test_exactly_what_is_wrong_is_told(tmp_path_factory, sums, seed, at, how):
    pairs = [sale(number, yuan) for number, yuan in enumerate(sums, 1)]
    terminal, host = [each[0] for each in pairs], [each[1] for each in pairs]
    wrong = at % len(sums)
    expected = {
        "right": {}, "host_misses": {terminal[wrong]: "only_here"}, "terminal_misses": {host[wrong]: "only_here"},
        "host_twice": {host[wrong]: "duplicate"}, "terminal_twice": {terminal[wrong]: "duplicate"},
    }.get(how)
    match how:
        case "host_misses":
            del host[wrong]
        case "terminal_misses":
            del terminal[wrong]
        case "host_twice":
            host.append(host[wrong])
        case "terminal_twice":
            terminal.append(terminal[wrong])
        case "another_sum":
            host[wrong] = sale(wrong + 1, "77.70")[1]
            expected = {terminal[wrong]: "differs", host[wrong]: "differs"}
    rng = random.Random(seed)
    rng.shuffle(terminal)
    rng.shuffle(host)
    result, states, _ = books(tmp_path_factory.mktemp("books"), terminal, host)
    lines = {"terminal": terminal, "host": host}
    told = {lines[side][line - 2]: state for (side, line), state in states.items() if State(state) not in CLOSED}
    assert told == expected
    for side, count in result.read.items():
        assert count.count == len(lines[side.value]) == sum(
            counts[side].count for counts in result.states.values() if side in counts)
        assert count.fen == sum(counts[side].fen for counts in result.states.values() if side in counts)
