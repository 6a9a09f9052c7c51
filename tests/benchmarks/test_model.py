"""The whole model with its judge beside a bare heapq loop of the same events, in the same run.

Ratios only: the machine is noisy.  ``make bench`` prints them; nothing here fails on a time.
"""

from __future__ import annotations

import cProfile
import gc
import pstats
import time
import tracemalloc
from pathlib import Path

import pytest

from simulator.judge.judge import Judge
from simulator.scenario.read import scenario_of_text
from simulator.world.run import build_world, run_virtual
from tests.benchmarks import bare_loop

SALES_PER_TERMINAL_HOUR = 12
PACKAGES = ("world", "machines", "judge", "money", "wire", "faults", "chance", "simpy")


def fleet(terminals, until, per_hour=None, start="2026-01-29"):
    """Its fifty customers have ten million yuan each: with the usual 100,000.00 they are out of money after 40,000 sales."""
    rate = terminals * SALES_PER_TERMINAL_HOUR if per_hour is None else per_hour
    return scenario_of_text(f"""
title = "fleet of {terminals}"
start = {start}T08:00:00+08:00
until = "{until}"
drain = "1s"
[[banks]]
name = "bank.a"
opening_balance = "9999999.99"
[[merchants]]
name = "chain store"
terminals = {{ count = {terminals} }}
sales = {{ per_hour = {float(rate)} }}
""")


def model(scenario, wire=False, profile=None):
    """CPU seconds and sales of a whole run; building the world is not counted."""
    judge = Judge()
    world = build_world(scenario, [judge.feed], wire=wire)
    began = time.process_time()
    if profile is not None:
        profile.enable()
    run_virtual(world)
    if profile is not None:
        profile.disable()
    took = time.process_time() - began
    judgement = judge.finish(world.env.now)
    assert not [each for each in judgement.invariants if each.violations]
    return took, judgement.money.taken.sales


def bare(scenario, terminals):
    rate = terminals * SALES_PER_TERMINAL_HOUR
    began = time.process_time()
    sales = bare_loop.run(terminals, rate, scenario.start_ms, scenario.until_ms)
    return time.process_time() - began, sales


def per_sale(measured):
    return sorted(took / sales for took, sales in measured)[len(measured) // 2]


def test_the_whole_model_beside_a_bare_heap_loop(benchmark, capsys):
    scenario = fleet(1_000, "3h")
    models, bares = [], []
    for _ in range(3):
        bares.append(bare(scenario, 1_000))
        models.append(model(scenario))
    benchmark.pedantic(model, (scenario,), rounds=1)
    ratio = per_sale(bares) / per_sale(models)
    benchmark.extra_info["model_to_bare"] = ratio
    with capsys.disabled():
        print(f"\n1,000 terminals, {models[0][1]:,} sales, medians of 3 interleaved runs")
        print(f"  bare heapq loop   {per_sale(bares) * 1e6:7.1f} µs a sale")
        print(f"  model with judge  {per_sale(models) * 1e6:7.1f} µs a sale")
        print(f"  the model reaches 1/{1 / ratio:.1f} of the bare loop's sales per second")


def test_where_the_time_goes(capsys):
    profile = cProfile.Profile()
    model(fleet(1_000, "1h"), profile=profile)
    spent = dict.fromkeys((*PACKAGES, "rest"), 0.0)
    for (file, _, _), (_, _, own, *_) in pstats.Stats(profile).stats.items():
        parts = Path(file).with_suffix("").parts
        name = next((each for each in PACKAGES if each in parts), "rest")
        spent[name] += own
    total = sum(spent.values())
    with capsys.disabled():
        print("\nwhere the time goes (under a profiler, which makes small functions dearer)")
        for name, own in sorted(spent.items(), key=lambda item: -item[1]):
            print(f"  {name:10} {own / total:6.1%}")


def test_real_encoding_beside_objects(capsys):
    scenario = fleet(200, "1h")
    model(scenario, wire=True)
    pairs = [(model(scenario), model(scenario, wire=True)) for _ in range(7)]
    ratios = sorted(per_sale([wire]) / per_sale([plain]) for plain, wire in pairs)
    with capsys.disabled():
        print(f"\n--wire costs {ratios[3]:.1f} times the run with objects, median of 7 interleaved "
              f"pairs ({ratios[0]:.1f} to {ratios[-1]:.1f})")


def test_time_a_sale_as_the_fleet_grows(capsys):
    small = [model(fleet(1_000, "3h")) for _ in range(3)]
    large = [model(fleet(100_000, "1h", per_hour=300_000))]
    with capsys.disabled():
        print(f"\n100,000 terminals, {large[0][1]:,} sales: "
              f"{per_sale(large) / per_sale(small):.2f} times the time a sale at 1,000")


def test_memory_of_an_idle_terminal(capsys):
    few, many = 1_000, 11_000
    sizes = []
    for terminals in (few, many):
        scenario = fleet(terminals, "10m", per_hour=0.0)
        gc.collect()
        tracemalloc.start()
        judge = Judge()
        world = build_world(scenario, [judge.feed])
        run_virtual(world)
        gc.collect()
        sizes.append(tracemalloc.get_traced_memory()[0])
        tracemalloc.stop()
        del world, judge, scenario
    each = (sizes[1] - sizes[0]) / (many - few)
    assert each < 4096, f"{each:.0f} bytes"
    with capsys.disabled():
        print(f"\nan idle terminal, signed on, with its host, link and judge: {each:,.0f} bytes")


pytestmark = pytest.mark.benchmark
