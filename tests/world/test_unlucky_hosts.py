"""A host that dies over its own cut-over, and a refund that it gave up when its batch closed."""

from __future__ import annotations

from simulator.judge.verdict import Verdict
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import Concluded, FaultFired, Journaled, Record, Sent
from simulator.trial import TrialOptions, try_scenario

DIES_OVER_ITS_CUT_OVER = """
title = "a host that dies over its own cut-over"
start = 2026-01-29T08:00:00+08:00
until = "16h"
seed = 5
[acquirer]
cut_over = "21:00"
[[merchants]]
name = "shop"
terminals = { count = 1 }
sales = { per_hour = 0.0 }
script = [
    { at = "10:00:00", sale = "S1", amount = "10.00" },
    { at = "21:45:00", sale = "S2", amount = "20.00" },
]
[[faults]]
mode = "acquirer.outage"
at = "2026-01-29T20:50"
for = "30m"
off_for = "6m"
"""
NO_BANK_UNTIL_ITS_BATCH_IS_CLOSED = """
title = "a refund that no bank answers until its batch is closed"
start = 2026-01-29T08:00:00+08:00
until = "40h"
drain = "4d"
seed = 5
[acquirer]
cut_over = "21:00"
force_settlement_after = "1d"
issuer_timeout = "8s"
[[banks]]
name = "bank.a"
[[merchants]]
name = "shop"
bank = "bank.a"
terminals = { count = 1 }
sales = { per_hour = 0.0 }
habits = { settles = "never" }
script = [
    { at = "10:00:00", sale = "S1", amount = "10.00" },
    { at = "15:00:00", do = "refund", sale = "S1b", of = "S1" },
]
[[faults]]
mode = "bank.maintenance"
target = "bank.a"
at = "2026-01-29T14:00"
for = "34h"
how = "silent"
"""


def test_what_the_calendar_says_is_done_when_the_host_is_up_again() -> None:
    records: list[Record] = []
    judgement = try_scenario(scenario_of_text(DIES_OVER_ITS_CUT_OVER), TrialOptions(), [records.append])
    assert any(isinstance(each, FaultFired) and "store:cutover" in each.anchor for each in records)
    assert [each.at_ms for each in records if isinstance(each, Journaled) and each.entry == "cutover"]
    second = [each for each in records if isinstance(each, Sent) and each.mti == "0210"][-1]
    assert second.settlement_date == "0130"
    assert judgement.verdict is Verdict.PASS


def test_a_refund_that_was_given_up_is_refused_for_good() -> None:
    """Told "not now" it would come back for ever."""
    records: list[Record] = []
    judgement = try_scenario(
        scenario_of_text(NO_BANK_UNTIL_ITS_BATCH_IS_CLOSED), TrialOptions(), [records.append])
    shown = [each for each in records if isinstance(each, Concluded) and each.what == "refund"]
    assert [each.response_code for each in shown][-1] == "12", shown
    assert judgement.verdict is Verdict.PASS, judgement.findings
