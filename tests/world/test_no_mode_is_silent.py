"""What a fault asks for changes the run, or is refused by name before it, or is told as what never happened."""

from __future__ import annotations

import json
from functools import cache

import pytest

from simulator.faults.modes import MODES, TargetKind
from simulator.judge.verdict import Verdict
from simulator.scenario.read import ScenarioError, scenario_of_text
from simulator.trace.records import FaultFired, RunStarted
from simulator.trial import TrialOptions, try_scenario

DAY = """
title = "all that a shop does"
start = 2026-01-27T10:00:00+08:00
until = "14h"
drain = "4d"
[[cards]]
name = "card.li"
[[merchants]]
name = "shop"
router = "router.1"
region = "north"
terminals = { profile = "lakala-touch", settings = { disabled = ["offline_sale"], supervised = ["void"] } }
habits = { settles = "11:00", settles_again_after = "5m" }
script = [
    { at = "10:00", sale = "S1", amount = "68.00", card = "card.li" },
    { at = "10:05", do = "void", of = "S1" },
    { at = "10:10", sale = "S2", amount = "30.00", card = "card.li" },
    { at = "10:15", do = "qr_sale", sale = "Q1", amount = "9.00" },
    { at = "10:20", do = "refund", of = "S2", amount = "10.00" },
    { at = "10:25", sale = "S3", amount = "12.00" },
]
"""
PLAIN = DAY.replace("lakala-touch", "generic").replace(
    ', settings = { disabled = ["offline_sale"], supervised = ["void"] }', "").replace(
    '{ at = "10:15", do = "qr_sale", sale = "Q1", amount = "9.00" },', "")
DAYS = {"whole": DAY, "plain": PLAIN}
TARGETS = {
    TargetKind.ALL: "", TargetKind.TERMINAL: "shop/1", TargetKind.MERCHANT: "shop",
    TargetKind.ROUTER: "router.1", TargetKind.ISP: "isp.a", TargetKind.REGION: "north",
    TargetKind.BANK: "bank.a", TargetKind.WALLET: "wallet.a", TargetKind.CARD: "card.li",
    TargetKind.ACQUIRER: "acquirer",
}
WINDOWS = ({"at": "10:01", "for": "12h"}, {"at": "10:12", "for": "1m"})
TRIGGERS = (
    {}, {"nth": 1}, {"times": 1}, {"nth": 2}, {"at": "10:08", "for": "10m"}, {"of": "sale"},
    {"chance": 0.5}, {"of": "settlement", "nth": 1}, {"at": "10:12", "nth": 1},
)
WAYS = [(mode, way) for mode in MODES.values() for way, _ in mode.ways]
CASES = [  # each way with two triggers, and each trigger and target in turn
    pytest.param(day, mode, way, trigger, kind, id=f"{mode.id}-{way}-{day}-{number}")
    for place, (mode, way) in enumerate(WAYS)
    for number, (day, trigger) in enumerate((
        ("whole", (WINDOWS if mode.state else TRIGGERS)[place % (2 if mode.state else 9)]),
        ("plain", (WINDOWS if mode.state else TRIGGERS)[(place * 2 + 1) % (2 if mode.state else 9)]),
    ))
    for kind in [sorted(mode.targets)[(place + number) % len(mode.targets)]]
]


def trace_of(text):
    told = []
    judgement = try_scenario(scenario_of_text(text), TrialOptions(), [told.append])
    return judgement, [each for each in told if not isinstance(each, RunStarted)]


@cache
def without_fault(day):
    return trace_of(DAYS[day])[1]


def with_fault(day, **keys):
    lines = [f"{key} = {json.dumps(value)}" for key, value in keys.items() if value != ""]
    return "\n".join((DAYS[day], "[[faults]]", *lines, ""))


@pytest.mark.parametrize(("day", "mode", "way", "trigger", "kind"), CASES)
def test_a_fault_has_an_effect_or_is_refused_or_is_told_to_have_stayed_away(day, mode, way, trigger, kind):
    how = way if len(mode.ways) > 1 else ""
    try:
        judgement, told = trace_of(with_fault(day, mode=mode.id, how=how, target=TARGETS[kind], **trigger))
    except ScenarioError as error:
        refused = str(error)
    else:
        refused = ""
    if refused:
        assert mode.id in refused or way in refused
        return
    never = [reason for reason in judgement.reasons if "never struck" in reason]
    fired = [each for each in told if isinstance(each, FaultFired)]
    others = [each for each in told if not isinstance(each, FaultFired)]
    assert bool(fired) is not bool(never)
    if never:
        assert judgement.verdict is Verdict.INCONCLUSIVE
        assert mode.id in never[0]
    else:
        assert others != without_fault(day)


@pytest.mark.parametrize(("mode", "how"), [
    ("terminal.component_failed", "record"), ("operator.unauthorised_clerk", "no_right"),
])
@pytest.mark.parametrize("trigger", [{"nth": 1}, {"times": 1}, {"nth": 2}])
def test_what_cannot_be_done_at_one_event_is_done_at_the_next_where_it_can(mode, how, trigger):
    _, told = trace_of(with_fault("whole", mode=mode, how=how, **trigger))
    assert len([each for each in told if isinstance(each, FaultFired)]) == 1


def test_a_storm_is_none_where_the_sale_was_over_before_anybody_pressed_again():
    judgement, told = trace_of(with_fault("whole", mode="operator.retry_storm"))
    assert not [each for each in told if isinstance(each, FaultFired)]
    assert judgement.verdict is Verdict.INCONCLUSIVE
    slow = with_fault("whole", mode="operator.retry_storm", times=1) + (
        '[[faults]]\nmode = "network.delay"\nof = "sale"\ndelay = "20s"\n')
    _, told = trace_of(slow)
    assert [each.mode for each in told if isinstance(each, FaultFired)].count("operator.retry_storm") == 1


@pytest.mark.parametrize(("keys", "said"), [
    ({"mode": "operator.disabled_function"}, "needs a terminal that has a function that is switched off"),
    ({"mode": "operator.unauthorised_clerk", "how": "no_right"}, "asks for the supervisor's password"),
    ({"mode": "operator.mis_scan"}, "needs a terminal that scans codes"),
    ({"mode": "operator.mis_scan", "how": "wrong_sum"}, "needs a terminal that scans codes"),
])
def test_what_no_terminal_has_is_refused_before_the_run(keys, said):
    with pytest.raises(ScenarioError, match=said):
        scenario_of_text(with_fault("plain", **keys).replace('"generic"', '"lakala-keypad"'))


def test_a_kind_that_needs_no_supervisor_is_refused_where_only_that_is_meant():
    with pytest.raises(ScenarioError, match="supervisor's password"):
        scenario_of_text(with_fault("whole", mode="operator.unauthorised_clerk", how="no_right", of="refund"))


def test_receipts_do_not_jam_where_nobody_prints():
    electronic = DAY.replace("lakala-touch", "lakala-esign-4g")
    with pytest.raises(ScenarioError, match="needs a terminal that has a printer"):
        scenario_of_text(electronic + '[[faults]]\nmode = "terminal.driver_stale"\n')
