"""What the judge costs: its share of the time of a run, and what it remembers after each cut-over.

Figures only; nothing here fails on a time.
"""

from __future__ import annotations

import gc
import time
import tracemalloc

import pytest

from simulator.judge.judge import Judge
from simulator.trace.records import Journaled
from simulator.world.run import build_world, run_virtual
from tests.benchmarks.test_model import fleet

pytestmark = pytest.mark.benchmark
SALES_A_DAY = 100_000
ROUNDS = 3


def world_s(scenario):
    """CPU seconds of a run that nobody judges."""
    world = build_world(scenario, [lambda _record: None])
    began = time.process_time()
    run_virtual(world)
    return time.process_time() - began


def judge_s(records):
    """CPU seconds of the judge over the records of a run."""
    judge = Judge()
    began = time.process_time()
    for record in records:
        judge.feed(record)
    return time.process_time() - began


def test_share_of_the_judge(capsys):
    scenario = fleet(200, "2h")
    records = []
    run_virtual(build_world(scenario, [records.append]))
    pairs = [(world_s(scenario), judge_s(records)) for _ in range(ROUNDS)]
    shares = sorted(judged / (ran + judged) for ran, judged in pairs)
    with capsys.disabled():
        print(f"\nthe judge takes {shares[ROUNDS // 2]:.0%} of a run, {len(records):,} records "
              f"({shares[0]:.0%} to {shares[-1]:.0%})")


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
