"""The chronicle: what was done to a run in the order of the day, and which faults never struck."""

from io import StringIO

import pytest

from simulator.faults.atoms import atoms_of
from simulator.judge.tracking.chronicle import ENTRIES_KEPT, Chronicle
from simulator.judge.verdict import Verdict
from simulator.report.text import write_text
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import ActionTaken, FaultBegan, FaultFired
from simulator.trial import TrialOptions, try_scenario

SHOP = """
title = "one sale"
start = 2026-01-26T09:00:00+08:00
until = "12h"
[[banks]]
name = "bank.a"
[[merchants]]
name = "tea house"
bank = "bank.a"
terminals = { count = 1, profile = "zhongfu" }
script = [{ at = "10:00", sale = "S1", amount = "18.00" }]
"""
FAULTS = """
[[faults]]
label = "the wall"
mode = "network.outage"
at = "2026-01-26T12:00"
for = "5m"
[[faults]]
mode = "network.outage"
on = "reply"
how = "dropped"
mti = "0210"
nth = 1
"""


def judged(faults="", **options):
    return try_scenario(scenario_of_text(SHOP + faults), TrialOptions(**options))


def test_a_fault_that_never_struck_is_told_and_one_that_struck_is_not():
    judgement = judged(FAULTS)
    assert judgement.reasons == ("fault 'the wall' (network.outage) never struck",)
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert (judged().verdict, judged().reasons, judged().notes) == (Verdict.PASS, (), ())


def test_a_fault_that_may_stay_away_is_told_and_decides_nothing():
    judgement = judged(FAULTS.replace('for = "5m"', 'for = "5m"\nmay_stay_away = true'))
    assert judgement.notes == ("fault 'the wall' (network.outage) never struck",)
    assert (judgement.verdict, judgement.reasons) == (Verdict.PASS, ())


@pytest.mark.parametrize(("wanted", "came"), [
    ("INCONCLUSIVE", Verdict.PASS), ("PASS", Verdict.INCONCLUSIVE), ("FAIL", Verdict.FAIL)])
def test_a_scenario_may_expect_that_nothing_can_be_said(wanted, came):
    assert judged(FAULTS + f'[expect]\nverdict = "{wanted}"\n').verdict is came


def test_a_failure_that_came_without_its_fault_is_not_the_expected_one():
    wrong = '[expect]\narrived = "none"\nverdict = "FAIL"\n'
    assert judged(wrong).verdict is Verdict.PASS
    assert judged(FAULTS + wrong).verdict is Verdict.INCONCLUSIVE


def test_atoms_of_another_day_are_told():
    line = ('{"fault":"old","mode":"network.outage","point":"reply","verb":"drop",'
            '"anchor":"10000001/000009/000999/sale/0"}')
    atoms = atoms_of([line])
    assert judged(atoms=atoms).reasons == ("fault 'old' (network.outage) never struck",)


def test_the_events_of_a_run_are_told_in_their_order():
    texts = [event.text for event in judged(FAULTS).events]
    assert texts[0] == "the run begins"
    assert texts[1].startswith("'network.outage' first strikes: 10000001/000001/")
    assert texts[2:4] == ["'the wall' begins (network.outage)", "'the wall' ends (network.outage)"]
    assert texts[-1] == "the run ends"
    assert judged().events == ()


def test_a_fault_is_told_when_it_first_strikes_and_the_chronicle_is_bounded():
    chronicle = Chronicle()
    for n in range(ENTRIES_KEPT):
        chronicle.fired(FaultFired(n, "run", "f", "network.outage", "reply", "a/1/2/sale/0", "drop"))
    assert len(chronicle.entries()) == 1
    for n in range(ENTRIES_KEPT * 2):
        chronicle.began(FaultBegan(n, "run", str(n), "network.outage"))
    assert len(chronicle.entries()) == ENTRIES_KEPT


def test_no_text_of_a_scenario_moves_the_cursor_of_a_report():
    out = StringIO()
    evil = scenario_of_text(SHOP.replace("one sale", "one\\u001b[2J\\u202esale"))
    write_text(try_scenario(evil, TrialOptions()), out)
    assert "one\\x1b[2J\\u202esale" in out.getvalue()
    assert "\x1b" not in out.getvalue()


def test_a_remedy_names_who_took_it():
    chronicle = Chronicle()
    chronicle.acted(ActionTaken(1, "merchant.tea house", "retry_settlement", "tea house/1"))
    assert [each.text for each in chronicle.entries()] == ["tea house: retry settlement, tea house/1"]
