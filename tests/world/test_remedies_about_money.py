"""Remedies about accounts and payouts: what is put off, asked for, looked at."""

from __future__ import annotations

from simulator.judge.verdict import Verdict
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import ActionTaken, PayoutPosted, Released, Suspended
from simulator.trial import TrialOptions, try_scenario

DAY = """
title = "a remedy about money"
start = 2026-01-27T10:00:00+08:00
until = "6d"
[[merchants]]
name = "shop"
terminals = { count = 1 }
script = [{ at = "10m", sale = "S1", amount = "100.00" }]
"""


def tried(text):
    records = []
    judgement = try_scenario(scenario_of_text(DAY + text), TrialOptions(), [records.append])
    return judgement, records


def of(records, kind):
    return [record for record in records if isinstance(record, kind)]


def test_a_payout_that_is_put_off_stands_in_suspense_and_is_paid_once_when_its_time_is_over():
    judgement, records = tried('[[actions]]\ndo = "defer_payout"\nat = "1h"\nfor = "47h"\n')
    [held], [freed], [paid] = (of(records, kind) for kind in (Suspended, Released, PayoutPosted))
    assert held.reason == "deferred"
    assert held.net_fen == freed.net_fen == paid.net_fen == 9940  # 100.00 less 0.6 %
    assert freed.at_ms - records[0].at_ms == 48 * 3_600_000
    assert judgement.verdict is Verdict.PASS


def test_a_payout_that_is_put_off_for_good_is_there_to_be_seen_and_released_by_hand():
    stays, records = tried('[[actions]]\ndo = "defer_payout"\nat = "1h"\n')
    assert not of(records, PayoutPosted)
    assert (stays.money.suspended.sales, stays.money.suspended_net_fen) == (1, 9940)
    released, records = tried(
        '[[actions]]\ndo = "defer_payout"\nat = "1h"\n'
        '[[actions]]\ndo = "release_suspense"\nat = "3d"\n')
    assert [each.net_fen for each in of(records, PayoutPosted)] == [9940]
    assert released.verdict is Verdict.PASS


def test_the_bank_tries_again_at_once_what_it_had_put_off_where_it_is_asked():
    slow = '[[faults]]\nmode = "bank.delay"\nat = "1h"\nfor = "30h"\ndelay = "2d"\n'
    _, without = tried(slow)
    _, asked = tried(slow
                     + '[[actions]]\ndo = "contact_bank"\nby = "shop"\nat = "2026-01-28T14:00"\n')
    [late], [early] = of(without, PayoutPosted), of(asked, PayoutPosted)
    assert late.at_ms - early.at_ms > 24 * 3_600_000
    assert late.net_fen == early.net_fen == 9940
    assert [each.detail.split(" ")[0] for each in of(asked, ActionTaken)] == ["payout"]


def test_who_looks_is_told_account_fee_and_statement():
    looks = ("check_account", "check_fee", "check_statement")
    _, records = tried("".join(
        f'[[actions]]\ndo = "{do}"\nby = "shop"\nat = "3d"\n' for do in looks))
    assert [each.detail for each in of(records, ActionTaken)] == [
        "bound account at bank.a in the merchant's name, own account in order",
        "terms: 0.60 %; paid so far 1 of 99.40",
        "bank statement 1 of 99.40",
    ]
