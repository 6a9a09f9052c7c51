"""A sale that its terminal lost: held, named as pending, settled or given back; the judge knows which."""

from __future__ import annotations

from importlib.resources import files

import pytest

from simulator.judge.verdict import Judgement, State, Verdict
from simulator.local_time import DAY_MS
from simulator.scenario.read import load_scenario, scenario_of_text
from simulator.trace.records import BatchCounted, ItemCleared, Record, StillPending, Warned
from simulator.trial import TrialOptions, try_scenario

SCENARIO = load_scenario(str(
    files("daozhang_fixtures").joinpath("scenarios/defects/not-uploaded.toml")))
LOSES = TrialOptions(defects=("terminal.drops_receipted_sale",))


def run(**changes: object) -> tuple[Judgement, list[Record]]:
    records: list[Record] = []
    acquirer = SCENARIO.acquirer.model_copy(update=changes)
    scenario = SCENARIO.model_copy(update={"acquirer": acquirer})
    return try_scenario(scenario, LOSES, [records.append]), records


OF_THE_TERMINAL = {12}  # it settles without what it was told: nobody's money, and wrong all the same


def violated(judgement: Judgement) -> set[int]:
    return {each.number for each in judgement.invariants if each.state is State.VIOLATED}


def test_it_is_settled_after_its_days_and_every_fen_arrives() -> None:
    judgement, records = run()
    assert violated(judgement) == OF_THE_TERMINAL
    assert judgement.money.arrived.fen == 59_50
    assert [each.code for each in records if isinstance(each, Warned)].count("held_settled") == 2
    assert {each.settlement_date for each in records if isinstance(each, ItemCleared)} == {"2026-01-29"}


def test_it_is_given_back_and_the_merchant_is_not_paid() -> None:
    judgement, records = run(after_held="give_back")
    assert violated(judgement) == {3} | OF_THE_TERMINAL
    assert judgement.money.arrived.fen == 0
    assert judgement.money.lost.fen == 59_50
    cleared = [each.amount_fen for each in records if isinstance(each, ItemCleared)]
    assert sum(cleared) == 0
    assert len(cleared) == 4


def test_while_it_is_held_it_is_named_as_pending() -> None:
    judgement, records = run(held_for_ms=30 * DAY_MS)
    assert violated(judgement) == {3, 10} | OF_THE_TERMINAL
    held = [each for each in records if isinstance(each, StillPending)]
    assert [(each.what, each.stan) for each in held] == [("held", 2), ("held", 3)]
    assert not any(isinstance(each, ItemCleared) for each in records)


def test_the_finding_says_that_the_terminal_did_not_confirm_it() -> None:
    judgement, _ = run(held_for_ms=30 * DAY_MS)
    lost = [each for each in judgement.findings if each.invariant == 3]
    assert len(lost) == 2
    assert all("did not confirm it" in each.what for each in lost)


DAMAGED = files("daozhang_fixtures").joinpath("scenarios/modes/terminal.component_failed.toml").read_text("utf-8")


@pytest.mark.parametrize("setting", ['capture = "host"', 'missing_from_upload = "settle"'])
def test_where_nothing_is_held_a_host_settles_what_its_terminal_lost_and_both_were_told(setting: str) -> None:
    """Four sales of 86.40 at the host, 28.00 less at a terminal that shows its damage: nobody did wrong."""
    text = DAMAGED.replace('held_for = "2d"', setting)
    assert text != DAMAGED
    records: list[Record] = []
    judgement = try_scenario(scenario_of_text(text), TrialOptions(), [records.append])
    assert judgement.verdict is Verdict.PASS, judgement.reasons
    closed = [each for each in records if isinstance(each, BatchCounted) and each.closed and each.batch == 1]
    assert {(each.actor, each.debit_fen, each.debit_count) for each in closed} == {
        ("acquirer", 86_40, 4), ("terminal.10000001", 58_40, 3)}
    assert {each.code for each in records if isinstance(each, Warned)} >= {"journal_damaged", "not_uploaded"}


def test_a_batch_closed_by_force_before_a_damaged_terminal_settles_is_told_apart_too() -> None:
    text = DAMAGED.replace('held_for = "2d"', 'force_settlement_after = "1d", cut_over = "22:00"').replace(
        'settles = "22:30"', 'settles = "never"').replace("[expect]", """
[[actions]]
do = "settle"
by = "coffee bar"
at = "2026-01-29T12:00"

[expect]""")
    records: list[Record] = []
    judgement = try_scenario(scenario_of_text(text), TrialOptions(), [records.append])
    assert judgement.verdict is Verdict.PASS, judgement.reasons
    closed = [each for each in records if isinstance(each, BatchCounted) and each.closed and each.batch == 1]
    assert [(each.actor, each.result, each.debit_fen) for each in closed] == [
        ("acquirer", "forced", 86_40), ("terminal.10000001", "2", 58_40)]
