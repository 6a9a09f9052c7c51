"""What the judge costs: its share of the time of a run, and what it remembers after each cut-over.

The share is that of real runs, with and without it in turn: what judge and world take from each
other's caches counts.

Figures only; nothing here fails on a time.
"""

from __future__ import annotations

import gc
import time
import tracemalloc

import pytest

from simulator.judge.gathering import Gathering
from simulator.judge.judge import Judge
from simulator.judge.rules import RULE_OF, RULES
from simulator.trace.records import Journaled
from simulator.world.run import build_world, run_virtual
from tests.benchmarks.test_model import fleet

pytestmark = pytest.mark.benchmark
SALES_A_DAY = 100_000
ROUNDS = 5


def run_s(scenario, listener):
    """CPU seconds of a run that somebody hears."""
    world = build_world(scenario, [listener])
    gc.collect()
    began = time.process_time()
    run_virtual(world)
    return time.process_time() - began


def test_share_of_the_judge(capsys):
    scenario = fleet(200, "2h")
    shares = []
    for _ in range(ROUNDS):
        gathering = Gathering(Judge())
        unjudged_s = run_s(scenario, lambda _record: None)
        judged_s = run_s(scenario, gathering.hear)
        shares.append((judged_s - unjudged_s) / judged_s)
    shares.sort()
    with capsys.disabled():
        print(f"\nthe judge takes {shares[ROUNDS // 2]:.0%} of a run ({shares[0]:.0%} to {shares[-1]:.0%})")


LEFT_OUT = {
    "none": (), "those that seldom have anything to do": (15, 25, 30, 33, 35),
    "those that read postings": (17, 18, 19, 20, 21, 29, 34), "all": tuple(RULE_OF),
}


def test_time_without_some_rules(capsys):
    records = []
    run_virtual(build_world(fleet(100, "1h"), [records.append]))
    taken = {name: [] for name in LEFT_OUT}
    for _ in range(ROUNDS):
        for name, numbers in LEFT_OUT.items():
            hears = Judge(rules=[rule for rule in RULES if rule.number not in numbers]).hears
            gc.collect()
            began = time.process_time()
            for record in records:
                hears[type(record)](record)
            taken[name].append(time.process_time() - began)
    whole = min(taken["none"])
    with capsys.disabled():
        print("\nthe judge's time without some rules, best of each: " + ", ".join(
            f"{name} {min(each) / whole:.2f}" for name, each in taken.items()))


@pytest.mark.timeout(3_600)
def test_memory_after_each_cut_over(capsys):
    scenario = fleet(1_000, "76h", per_hour=SALES_A_DAY / 24)
    judge = Judge()
    remembered = []

    def look(record):
        judge.feed(record)
        if isinstance(record, Journaled) and record.entry == "cutover":
            gc.collect()
            remembered.append((judge.open_count(), tracemalloc.get_traced_memory()[0]))

    tracemalloc.start()
    run_virtual(build_world(scenario, [look]))
    tracemalloc.stop()
    with capsys.disabled():
        print(f"\n{SALES_A_DAY:,} sales a day: open at each cut-over, and MiB of world and judge: "
              + ", ".join(f"{count:,} {size / 2**20:,.0f}" for count, size in remembered))
