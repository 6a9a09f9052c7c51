"""A run that ended before its money was due proves nothing: INCONCLUSIVE, and neither PASS nor FAIL."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.judge.verdict import Judgement, Verdict
from simulator.local_time import HOUR_MS, datetime_at
from simulator.scenario.read import scenario_of_text
from simulator.trial import TrialOptions, try_scenario

FOLDER = Path(__file__).parents[2] / "fixtures" / "scenarios"
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


def test_a_drain_of_nothing_proves_nothing_of_money_that_is_not_there_yet():
    assert verdict("2h", "0s") is Verdict.INCONCLUSIVE


def judgement_of(name: str, **changed: str) -> Judgement:
    text = (FOLDER / name).read_text("utf-8")
    for old, new in changed.values():
        assert old in text
        text = text.replace(old, new)
    return try_scenario(scenario_of_text(text), TrialOptions())


AS_LONG_AS_SAID = {
    "judge/closed-at-the-weekend.toml": ('drain = "1d"', 'drain = "3d"', "2026-02-03 09:00"),
    "money/holiday-longer-than-drain.toml": ('until = "12h"', 'until = "12h"\ndrain = "10d"', "2026-02-24 09:00"),
}


@pytest.mark.parametrize("name", AS_LONG_AS_SAID)
def test_a_run_that_is_too_short_says_what_to_set(name):
    _, long_enough, due = AS_LONG_AS_SAID[name]
    judgement = judgement_of(name)
    assert judgement.verdict is Verdict.PASS  # which is that it came out as INCONCLUSIVE
    assert judgement.findings == () or {each.code for each in judgement.findings} == {"expected_later"}
    assert judgement.money.on_the_way.sales == 1
    said = [text for text in judgement.reasons if due in text]
    assert said
    assert long_enough.rpartition("drain")[2].strip(" =") in said[0]
    assert len(judgement.reasons) == len(judgement.reasons_zh)


@pytest.mark.parametrize("name", AS_LONG_AS_SAID)
def test_with_what_it_says_the_money_arrives(name):
    old, new, due = AS_LONG_AS_SAID[name]
    judgement = judgement_of(name, drain=(old, new), verdict=('"INCONCLUSIVE"', '"PASS"'))
    assert judgement.verdict is Verdict.PASS, judgement.reasons
    assert [datetime_at(each.at_ms).strftime("%Y-%m-%d %H:%M") for each in judgement.arrivals] == [due]


OWING = """
title = "The host dies under a sale"
start = 2026-01-27T10:00:00+08:00
until = "16m"
drain = "{drain}"
[[merchants]]
name = "corner shop"
terminals = {{ count = 1 }}
habits = {{ settles = "21:00", after_failed_sale = "gives_up" }}
script = [{{ at = "10:15", sale = "S1", amount = "8.00" }}]
[[faults]]
mode = "acquirer.outage"
at = "10:14:59"
for = "50s"
"""


def _owing(drain: str, *defects: str) -> Judgement:
    scenario = scenario_of_text(OWING.format(drain=drain))
    return try_scenario(scenario, TrialOptions(defects=defects))


def test_a_reversal_that_is_owed_when_a_run_ends_at_once_is_open_and_no_finding():
    judgement = _owing("0s")
    assert (judgement.verdict, judgement.findings) == (Verdict.INCONCLUSIVE, ())
    assert 'drain = "2d"' in judgement.reasons[0]
    assert _owing("2d").verdict is Verdict.PASS


def test_a_terminal_that_forgets_what_it_owes_does_not_end_the_run():
    """It calls itself quiet at once; by the rules it has a day and more to deliver its reversal."""
    judgement = _owing("2d", "terminal.no_reversal")
    assert judgement.verdict is Verdict.FAIL
    assert judgement.ended_ms - judgement.began_ms > 24 * HOUR_MS
