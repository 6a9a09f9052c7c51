"""Notices come, come late or do not come; the money does not depend on them."""

import pytest

from simulator.judge.verdict import Verdict
from simulator.local_time import HOUR_MS
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import NoticeSent, PayoutPosted
from simulator.trial import TrialOptions, try_scenario

PAID = """
title = "one payout, one notice"
start = 2026-01-27T10:00:00+08:00
until = "3d"
[[merchants]]
name = "shop"
terminals = { count = 1 }
script = [{ at = "10m", amount = "68.00" }]
[expect]
arrived = "all"
"""
FAULT = '[[faults]]\nmode = "notice.lost"\ntarget = "shop"\n'


@pytest.mark.parametrize(("fault", "late_ms", "delivered"), [
    ("", 0, True),
    (FAULT, 0, False),
    (FAULT + 'how = "late"', 6 * HOUR_MS, True),
    (FAULT + 'how = "late"\ndelay = "90m"', 90 * 60_000, True),
])
def test_a_notice_comes_when_it_should_and_the_money_does_anyway(fault, late_ms, delivered):
    records = []
    judgement = try_scenario(scenario_of_text(PAID + fault), TrialOptions(), [records.append])
    [notice] = [each for each in records if isinstance(each, NoticeSent)]
    [paid] = [each for each in records if isinstance(each, PayoutPosted)]
    assert judgement.verdict is Verdict.PASS
    assert (notice.at_ms - paid.at_ms, notice.delivered) == (late_ms, delivered)
    assert "67.59" in notice.text  # 68.00 less 0.41
