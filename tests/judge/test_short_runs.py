"""A run that ended before its money was due proves nothing: INCONCLUSIVE, and neither PASS nor FAIL."""

from __future__ import annotations

from simulator.judge.verdict import Verdict
from simulator.scenario.read import scenario_of_text
from simulator.trial import TrialOptions, try_scenario

DAY = """
title = "A day"
start = 2026-01-27T10:00:00+08:00
until = "{until}"
drain = "{drain}"
[[merchants]]
name = "corner shop"
terminals = {{ count = 1 }}
habits = {{ settles = "21:00" }}
script = [{{ at = "10:05", sale = "S1", amount = "68.00" }}]
[expect]
arrived = "all"
{within}
"""


def verdict(until: str, drain: str, within: str = "") -> Verdict:
    scenario = scenario_of_text(DAY.format(until=until, drain=drain, within=within))
    return try_scenario(scenario, TrialOptions()).verdict


def test_money_that_is_not_due_yet_leaves_it_open():
    assert verdict("13h30m", "1h") is Verdict.INCONCLUSIVE  # until after cut-over; due next morning


def test_the_same_with_a_later_drain_passes():
    assert verdict("13h30m", "2d") is Verdict.PASS


def test_a_bound_that_has_passed_is_not_met():
    assert verdict("13h30m", "1h", 'within = "2h"') is Verdict.FAIL
