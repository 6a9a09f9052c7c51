"""Disputes in a world: who is told, what is posted, and that all accounts rest."""

from __future__ import annotations

import re

import pytest

from simulator.catalogue.disputes import DisputeStage
from simulator.catalogue.slip_reasons import SlipReason
from simulator.judge.rules.disputes import RULE
from simulator.judge.verdict import Verdict
from simulator.money import accounts
from simulator.money.defects.disputes import ROWS
from simulator.scenario.read import load_scenario, scenario_of_text
from simulator.trace.records import Disputed, NoticeSent, PayoutPosted, Posted
from simulator.trial import TrialOptions, try_scenario
from simulator.world.defects import DEFECTS

NAME = "fixtures/scenarios/judge/disputes.toml"
SHORT = """
title = "A case that is open at the end"
start = 2026-01-27T10:00:00+08:00
until = "2d"
drain = "1d"
[[merchants]]
name = "shop"
terminals = { count = 1 }
script = [
  { at = "10:05", sale = "S1", amount = "68.00" },
  { at = "10:06", sale = "S2", amount = "8.00" },
]
[[disputes]]
sale = "S1"
at = "2026-01-28T12:00"
"""


@pytest.mark.parametrize("wire", [False, True])
def test_what_is_paid_is_what_was_computed_by_hand(wire: bool) -> None:
    records = []
    judgement = try_scenario(load_scenario(NAME), TrialOptions(wire=wire), [records.append])
    assert judgement.verdict is Verdict.PASS, judgement.reasons
    assert [each.net_fen for each in records if isinstance(each, PayoutPosted)] == [784_76, 534_68]
    sums: dict[str, int] = {}
    for each in records:
        for account, fen in each.entries if isinstance(each, Posted) else ():
            sums[account] = sums.get(account, 0) + fen
    assert accounts.unsettled(sums.items()) == []
    told = [each.text for each in records if isinstance(each, NoticeSent) and "争议单D1" in each.text]
    assert re.fullmatch(r"【交易争议】争议单D1：交易68\.00元（持卡人不认可交易），退单，请于02月04日10:00前处理。", told[0])
    assert told[1].endswith("结案：退还持卡人。")


def test_a_case_that_is_open_at_the_end_is_undecided_and_says_what_to_set() -> None:
    judgement = try_scenario(scenario_of_text(SHORT), TrialOptions())
    assert judgement.findings == ()
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert any("dispute D1 is open until 2026-02-27" in each for each in judgement.reasons)
    expected = try_scenario(
        scenario_of_text(SHORT + '[expect]\ndisputes = { D1 = "lost" }\n'), TrialOptions())
    assert expected.verdict is Verdict.INCONCLUSIVE
    assert expected.findings[-1].code == "expected_dispute_later"


def test_a_sale_that_was_declined_cannot_be_disputed() -> None:
    text = SHORT.replace('amount = "68.00"', 'amount = "9000000.00"')
    judgement = try_scenario(
        scenario_of_text(text + '[expect]\ndeclined = ["S1"]\ndisputes = { D1 = "refused" }\n'), TrialOptions())
    assert judgement.verdict is Verdict.PASS, judgement.reasons


def test_every_finding_about_disputes_is_reached_by_some_desk_built_wrong() -> None:
    scenario = load_scenario(NAME)
    slips = load_scenario("modes/record.slip_missing")
    found = {
        finding.code for row in (*ROWS, DEFECTS["terminal.prints_no_slip_again"])
        for finding in try_scenario(
            slips if "slip" in row.name else scenario, TrialOptions(defects=(row.name,))).findings
    }
    no_desk_does = {"lost_for_another_slip", "returned_while_disputed"}  # tests/judge/bad_disputes.py shows them
    assert {sentence.code for sentence in RULE.findings} - no_desk_does <= found


def test_a_tip_that_was_stored_before_it_went_up_is_part_of_what_may_be_disputed() -> None:
    """68.00 and 8.00 of tip: the case is about 76.00, though the counter said nothing of what it adds to."""
    text = SHORT.replace(
        '{ at = "10:06", sale = "S2", amount = "8.00" }',
        '{ at = "10:06", do = "tip", sale = "S2", of = "S1", amount = "8.00" }').replace(
        'drain = "1d"', 'drain = "40d"')
    records = []
    judgement = try_scenario(scenario_of_text(text), TrialOptions(), [records.append])
    assert {each.amount_fen for each in records if isinstance(each, Disputed)} == {76_00}
    assert judgement.verdict is Verdict.PASS, judgement.reasons


@pytest.mark.parametrize(("act", "lacking"), [("evidence", SlipReason.UNSIGNED), ("accept", None)])
def test_a_slip_is_missing_whoever_asks_for_it_and_is_no_reason_for_who_gives_in(
    act: str, lacking: SlipReason | None,
) -> None:
    """S1 was never signed by a fault's doing; the case that asks for the slip is one of the script."""
    text = SHORT.replace('at = "2026-01-28T12:00"', 'at = "2026-01-27T12:00"\ncourse = ['
                         '{ do = "request", after = "0h" }, { do = "ACT", after = "1h" }]'.replace("ACT", act))
    text = text.replace('drain = "1d"', 'drain = "40d"') + (
        '[[faults]]\nmode = "record.slip_missing"\nhow = "unsigned"\nat = "10:00"\nfor = "5m30s"\n')
    records = []
    judgement = try_scenario(scenario_of_text(text), TrialOptions(), [records.append])
    assert judgement.verdict is Verdict.PASS, judgement.reasons
    course = [(each.stage, each.lacking, each.gave_in) for each in records
              if isinstance(each, Disputed) and each.case == "D1"]
    assert course == [(DisputeStage.REQUESTED, None, False), (DisputeStage.LOST, lacking, act == "accept")]
