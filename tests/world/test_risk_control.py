"""A sale that risk control looks into: its merchant is paid nothing meanwhile, and its money is let go once."""

from __future__ import annotations

import pytest

from simulator.judge.verdict import RiskEnd, Verdict
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import NoticeSent, PayoutSent, Released, RiskLooked
from simulator.trial import TrialOptions, try_scenario

DAY = """
title = "Cash for cards"
start = 2026-01-27T08:00:00+08:00
until = "{until}"
drain = "10d"
cards = [{{ name = "card.li", balance = "60000.00" }}]
[[merchants]]
name = "shop"
terminals = {{ profile = "lakala-touch" }}
habits = {{ settles = "22:00" }}
script = [{{ at = "2026-01-27T10:00", sale = "S1", amount = "68.00", card = "card.li" }}]
[[faults]]
mode = "fraud.cash_out"
how = "{how}"
delay = "{delay}"
nth = 1
"""
RELEASE = '[[actions]]\ndo = "release_suspense"\nby = "shop"\nat = "2026-01-28T15:00"\n'
HELD, RELEASED = "9800.00元正在核查", "9800.00元核查完毕"


def run(how="released", delay="2h", more="", until="96h", defects=()):
    records = []
    judgement = try_scenario(
        scenario_of_text(DAY.format(how=how, delay=delay, until=until) + more),
        TrialOptions(defects=defects), [records.append])
    return judgement, records


def of(records, kind):
    return [each for each in records if isinstance(each, kind)]


@pytest.mark.parametrize(("how", "end"), [("released", RiskEnd.RELEASED), ("taken_back", RiskEnd.TAKEN_BACK)])
def test_it_is_held_and_ends_once_with_a_notice_of_both(how, end):
    judgement, records = run(how)
    assert (judgement.verdict, judgement.findings) == (Verdict.PASS, ())
    [row] = judgement.risk_holds
    assert (row.sale, row.amount_fen, row.end) == ("S1-cash", 980_000, end)
    held, done = of(records, RiskLooked)
    assert (held.held, done.held, held.amount_fen, held.sale) == (True, False, 980_000, "S1-cash")
    assert all(each.at_ms >= done.at_ms for each in of(records, PayoutSent) if each.net_fen > 0)
    told = [each.text for each in of(records, NoticeSent)]
    assert [sum(word in text for text in told) for word in (HELD, RELEASED)] == [1, 1]


def test_a_release_by_somebody_lets_it_go_and_the_case_does_not_do_so_again():
    judgement, records = run(delay="60h", more=RELEASE)
    assert (judgement.verdict, judgement.findings) == (Verdict.PASS, ())
    assert [each.held for each in of(records, RiskLooked)] == [True, False]
    assert len(of(records, Released)) == 1
    assert len([each for each in of(records, PayoutSent) if each.net_fen > 0]) == 1


def test_a_host_that_pays_it_all_the_same_is_caught_by_the_rule_of_suspense_and_a_right_one_is_not():
    for defects, codes in ((), set()), (("payout.pays_what_risk_holds",), {"sent_though_held"}):
        judgement, _ = run(delay="60h", defects=defects)
        assert {each.code for each in judgement.findings if each.invariant == 26} == codes
        assert judgement.verdict is (Verdict.FAIL if codes else Verdict.PASS)
