"""A clerk keys a sale twice by habit, and a fault has sales keyed twice: it happens to each sale once."""

from __future__ import annotations

from collections import Counter

from simulator.judge.verdict import Verdict
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import FaultFired, Record, SaleMeant
from simulator.trial import TrialOptions, try_scenario

TWICE = """
title = "keyed twice, by habit and by a fault"
start = "2026-03-10T10:00"
until = "1d"
drain = "5d"
[[merchants]]
name = "M"
terminals = {}
habits = { settles = "22:30" }
sales = { per_hour = 6, mistakes = { duplicate_entry = 1.0 } }
[[faults]]
label = "twice"
mode = "operator.duplicate_entry"
target = "M"
chance = 0.5
"""


def test_no_two_orders_bear_one_name() -> None:
    records: list[Record] = []
    judgement = try_scenario(scenario_of_text(TWICE), TrialOptions(), [records.append])
    named = Counter(each.sale for each in records if isinstance(each, SaleMeant))
    by_fault = sum(isinstance(each, FaultFired) for each in records)
    twins = [name for name in named if name.endswith("-twin")]
    assert 0 < by_fault < len(twins)
    assert [name for name, count in named.items() if count > 1] == []
    assert judgement.verdict is Verdict.PASS, judgement.reasons
