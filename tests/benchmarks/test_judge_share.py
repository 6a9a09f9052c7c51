"""What the judge costs: its share of the time of a run, and what it remembers after each cut-over.

The share is that of real runs, with and without it in turn: what judge and world take from each
other's caches counts.

Figures only; nothing here fails on a time.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from itertools import pairwise

import pytest

from hil.judging.traces import read_run
from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.gathering import AT_A_TIME, Gathering
from simulator.judge.judge import Judge
from simulator.judge.rule import Rule
from simulator.judge.rules import RULE_OF, RULES
from simulator.trace.records import Journaled, Posted, ReceiptGiven
from simulator.world.run import build_world, run_virtual
from tests.benchmarks.owners import sizes_of
from tests.benchmarks.sales_load import TERMINALS, Seller, host, load, machine_load
from tests.benchmarks.test_model import fleet

pytestmark = pytest.mark.benchmark
SALES_A_DAY = 100_000
ROUNDS = 9


HEARS_RECORDS = Rule(  # and knows no step of a sale: all others hear every record too
    number=99, en="hears records", zh="逐条听取", findings=(), hears={ReceiptGiven: lambda _case, _record: None})


def run_s(scenario, listener):
    """CPU seconds of a run that somebody hears."""
    world = build_world(scenario, [listener])
    gc.collect()
    began = time.process_time()
    run_virtual(world)
    return time.process_time() - began


def test_share_of_the_judge(capsys):
    """In pairs, and of the best run of each kind, which a loaded machine disturbs less; beside it without steps."""
    scenario = fleet(200, "2h")
    shares, unjudged_s, judged_s, by_record_s = [], [], [], []
    for _ in range(ROUNDS):
        unjudged_s.append(run_s(scenario, lambda _record: None))
        judged_s.append(run_s(scenario, Gathering(Judge()).hear))
        shares.append(1 - unjudged_s[-1] / judged_s[-1])
        by_record_s.append(run_s(scenario, Gathering(Judge(rules=[*RULES, HEARS_RECORDS])).hear))
    shares.sort()
    best, without_steps = (1 - min(unjudged_s) / min(each) for each in (judged_s, by_record_s))
    with capsys.disabled():
        print(f"\nthe judge takes {shares[ROUNDS // 2]:.0%} of a run ({shares[0]:.0%} to {shares[-1]:.0%}); of the best"
              f" runs {best:.0%}, and {without_steps:.0%} where it hears every record")


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
            judge = Judge(rules=[rule for rule in RULES if rule.number not in numbers])
            gc.collect()
            began = time.process_time()
            for at in range(0, len(records), AT_A_TIME):
                judge.feed_all(records[at:at + AT_A_TIME])
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


@pytest.mark.timeout(7_200)
def test_what_grows_from_one_cut_over_to_the_next(capsys):
    """Monday to Thursday, each day paid on the next: how much world and judge hold together, and who of them holds more than a day before."""
    held, roots, judge = [], {}, Judge()

    def look(record):
        judge.feed(record)
        if isinstance(record, Journaled) and record.entry == "cutover":
            gc.collect()
            held.append(sizes_of(roots))

    roots |= {"judge": judge, "world": build_world(fleet(1_000, "100h", per_hour=SALES_A_DAY / 24, start="2026-03-02"), [look])}
    run_virtual(roots["world"])
    with capsys.disabled():
        for day, (before, now) in enumerate(pairwise([{}, *held]), 1):
            print(f"\ncut-over {day}: {sum(now.values()) / 2**20:,.1f} MiB, of the judge "
                  f"{sum(size for way, size in now.items() if way.startswith('judge')) / 2**20:,.1f}; more than before:")
            more = sorted(((size - before.get(way, 0), way) for way, size in now.items()), reverse=True)
            print("\n".join(f"  {size / 2**20:6.2f} {way}" for size, way in more[:6]))


LIVE_SALES = 20_000


def test_share_beside_a_live_host(tmp_path, capsys):
    """Processor time of whoever judges a live host while it runs, record by record, beside that of the host."""
    server = host(tmp_path)
    try:
        sellers = [Seller(number, server.address) for number in range(TERMINALS)]
        load(server, [seller.frames(10) for seller in sellers])
        began_s = server.worked_s
        load(server, [seller.frames(LIVE_SALES // TERMINALS) for seller in sellers])
        host_s = server.worked_s - began_s
    finally:
        server.stop()
    records = read_run([tmp_path / "host.sqlite"]).merged()
    sales = sum(isinstance(record, Posted) and record.why == PostingReason.CAPTURE for record in records)
    taken = {}
    for name, at_a_time in (("record by record", 1), ("many at a time", AT_A_TIME)):
        judge = Judge()
        gc.collect()
        began_s = time.process_time()
        if at_a_time == 1:
            for record in records:
                judge.feed(record)
        else:
            for at in range(0, len(records), at_a_time):
                judge.feed_all(records[at:at + at_a_time])
        taken[name] = (time.process_time() - began_s) / sales
    each_s = host_s / LIVE_SALES
    with capsys.disabled():
        print(f"\n{sales:,} sales, {len(records) / sales:.1f} records each; host {each_s * 1e3:.2f} ms of a processor each; judge "
              + ", ".join(f"{name} {each * 1e3:.3f} ms ({each / (each + each_s):.0%} of both)" for name, each in taken.items())
              + f"; load of the machine {machine_load()}")
