"""Where an approval clears an item, no batch is waited for: what is lost is what never came."""

from __future__ import annotations

import pytest

from simulator.judge.judge import judge_trace
from simulator.judge.verdict import Verdict, Where
from simulator.scenario.library import scenario_named
from simulator.scenario.read import ScenarioError, scenario_of_text
from simulator.trace.records import (
    AcquirerOpened,
    BatchCounted,
    ItemCleared,
    PayoutPosted,
    Record,
    to_line,
)
from simulator.trial import TrialOptions, try_scenario

MAINTENANCE = scenario_named("money/host-capture-maintenance") or ""
NO_RETRY = scenario_named("maintenance-case-study-no-retry") or ""
SHOP = """
title = "host capture"
start = "2026-03-10T10:00"
until = "{until}"
[acquirer]
capture = "host"
{acquirer}
[[merchants]]
name = "M"
terminals = {{ settings = {{ offline_limit = "500.00"{settings} }} }}
habits = {{ settles = {settles} }}
script = [{script}]
{more}
"""


def tried(text: str) -> tuple[Record, ...]:
    records: list[Record] = []
    try_scenario(scenario_of_text(text), TrialOptions(keep_sales=None), [records.append])
    return tuple(records)


def judged(records):
    return judge_trace(map(to_line, records), None)


def shop(script, *, until="2026-03-12T20:00", acquirer="", settings="", settles='"never"', more=""):
    return tried(SHOP.format(
        script=script, until=until, acquirer=acquirer, settings=settings, settles=settles, more=more))


def cleared(records):
    """Date, kind and sum of what was cleared, in order."""
    return [(each.settlement_date[5:], each.what, each.amount_fen)
            for each in records if isinstance(each, ItemCleared)]


def test_the_payouts_of_a_maintenance_are_those_computed_by_hand():
    paid = {each.payout: each.net_fen for each in tried(MAINTENANCE) if isinstance(each, PayoutPosted)}
    assert paid == {
        "2026-01-29/898000000000001": 58447, "2026-01-29/898000000000002": 4970,
        "2026-01-30/898000000000001": 378}


def test_the_case_study_without_a_retry_loses_nothing_at_such_an_acquirer():
    """Every sale was approved before the cut-over, so all of it is paid on the next working day."""
    text = NO_RETRY.replace('cut_over = "23:00"', 'cut_over = "23:00"\ncapture = "host"')
    assert text != NO_RETRY
    judgement = judged(tried(text))
    assert {row.sale for row in judgement.sales if row.where is Where.DECLINED} == {"S26"}, "its software was refused"
    assert {row.where for row in judgement.sales if row.sale != "S26"} == {Where.ARRIVED}
    assert len(judgement.sales) == 26
    assert judgement.verdict is Verdict.PASS, judgement.reasons


def test_a_sale_is_cleared_on_its_own_day_though_nobody_ever_settles():
    records = shop('{ at = "10:30", sale = "A", amount = "100" }, { at = "23:30", sale = "B", amount = "50" }')
    assert cleared(records) == [("03-10", "sale", 10000), ("03-11", "sale", 5000)]
    judgement = judged(records)
    assert judgement.verdict is Verdict.PASS
    assert all(row.where is Where.ARRIVED for row in judgement.sales)


def test_a_void_after_the_cut_over_is_a_counter_item_of_the_next_date():
    records = shop('{ at = "22:50", sale = "A", amount = "100" }, { at = "23:10", do = "void", of = "A" }, '
                   '{ at = "23:20", sale = "B", amount = "300" }')
    assert cleared(records) == [
        ("03-10", "sale", 10000), ("03-11", "void", -10000), ("03-11", "sale", 30000)]
    assert judged(records).verdict is Verdict.PASS


def test_a_reversal_after_the_cut_over_is_a_counter_item_of_the_next_date():
    """The reply to A is lost, and the line is down until long after the cut-over."""
    records = shop(
        '{ at = "22:58", sale = "A", amount = "100" }, { at = "2026-03-11T09:00", sale = "B", amount = "300" }',
        more="""
[[faults]]
mode = "network.outage"
how = "dropped"
on = "reply"
mti = "0210"
nth = 1
[[faults]]
mode = "network.outage"
at = "2026-03-10T22:58:10"
for = "9h"
""")
    items = cleared(records)
    assert ("03-10", "sale", 10000) in items
    assert ("03-11", "reversal", -10000) in items
    judgement = judged(records)
    assert judgement.verdict is Verdict.PASS, [each.what for each in judgement.findings]


def test_a_forced_settlement_moves_no_money_and_what_comes_late_is_counted_anew():
    """The batch is forced on the 12th; the advice of the 10th comes after that, and counts."""
    records = shop(
        '{ at = "10:30", sale = "A", amount = "100" }, '
        '{ at = "10:40", do = "offline_sale", sale = "F", amount = "40" }',
        acquirer='force_settlement_after = "1d"', settles='["2026-03-13T09:00"]', until="2026-03-14T10:00",
        more="""
[[faults]]
mode = "acquirer.maintenance"
at = "2026-03-10T10:35"
for = "60h"
services = ["offline_advice", "settlement"]
""")
    assert cleared(records) == [("03-10", "sale", 10000), ("03-13", "offline_sale", 4000)]
    counts = [(each.result, each.debit_fen) for each in records
              if isinstance(each, BatchCounted) and each.actor == "acquirer"]
    assert counts == [("forced", 10000), ("late", 14000)]
    judgement = judged(records)
    assert judgement.verdict is Verdict.PASS, [each.what for each in judgement.findings]


def test_the_trace_says_what_clears_and_when_a_day_ends():
    records = shop('{ at = "10:30", sale = "A", amount = "100" }',
                   acquirer='cut_over = "21:30"\npayout_at = "10:15"\nclosed_days = ["2026-03-11"]')
    (opened,) = (each for each in records if isinstance(each, AcquirerOpened))
    assert (opened.capture, opened.cut_over_ms, opened.payout_at_ms) == ("host", 77_400_000, 36_900_000)
    assert (opened.first_settlement_date, opened.closed_days) == ("2026-03-10", ("2026-03-11",))
    judgement = judged(records)
    (row,) = judgement.sales
    assert row.where is Where.ARRIVED
    (settled,) = (each for each in records if each.__class__.__name__ == "MerchantSettled")
    assert settled.due_ms == 1_773_281_700_000  # Thu 12 March 10:15, as the 11th is closed


@pytest.mark.parametrize(("acquirer", "words"), [
    ('missing_from_upload = "hold"', "acquirer.missing_from_upload: nothing is held where capture is host"),
    ('held_for = "2d"', "acquirer.held_for: nothing is held where capture is host"),
    ('after_held = "settle"', "acquirer.after_held: nothing is held where capture is host"),
    ('closed_days = ["2026-03-14"]', "2026-03-14 is no working day anyway"),
    ('opened_days = ["2026-03-12"]', "2026-03-12 is a working day anyway"),
    ('closed_days = ["2026-02-30"]', 'must be a date such as "2026-02-14"'),
    ('closed_days = ["2026-03-12", "2026-03-12"]', '"2026-03-12" is there twice'),
    ('closed_days = ["2026-03-12"]\nopened_days = ["2026-03-12"]', "2026-03-12 is a closed day too"),
    ('capture = "hosts"', "allowed: batch, host"),
])
def test_a_setting_without_an_effect_is_refused_by_name(acquirer, words):
    text = SHOP.format(script='{ at = "10:30", amount = "1" }', until="1d", acquirer=acquirer, settings="",
                       settles='"never"', more="")
    if acquirer.startswith("capture"):
        text = text.replace('capture = "host"\n', "")
    with pytest.raises(ScenarioError, match="acquirer") as refused:
        scenario_of_text(text)
    assert words in str(refused.value)


def test_a_tip_that_comes_after_its_batch_was_forced_counts_as_well():
    """The goods are gone and the slip is signed: 100.00 of the 10th, and 8.00 on the day they come."""
    records = shop(
        '{ at = "10:30", sale = "A", amount = "100" }, '
        '{ at = "10:40", do = "tip", sale = "A2", of = "A", amount = "8" }',
        acquirer='force_settlement_after = "1d"', settles='["2026-03-13T09:00"]', until="2026-03-14T10:00",
        more="""
[[faults]]
mode = "acquirer.maintenance"
at = "2026-03-10T10:35"
for = "60h"
services = ["offline_advice", "settlement"]
""")
    assert cleared(records) == [("03-10", "sale", 10000), ("03-13", "tip", 800)]
    judgement = judged(records)
    assert judgement.verdict is Verdict.PASS, [each.what for each in judgement.findings]
