"""Every scenario that comes with the program comes out as it says, money conserved to the fen."""

from pathlib import Path

import pytest

from simulator.judge.verdict import State, Verdict
from simulator.scenario.read import load_scenario, scenario_of_text
from simulator.trial import TrialOptions, try_scenario

FOLDER = Path("fixtures/scenarios")
FAILING = {"maintenance-case-study-no-retry.toml"}


@pytest.mark.parametrize("name", sorted(
    str(path.relative_to(FOLDER)) for path in (*FOLDER.glob("*.toml"), *FOLDER.glob("judge/*.toml"))))
def test_a_scenario_comes_out_as_it_says(name):
    judgement = try_scenario(load_scenario(FOLDER / name), TrialOptions())
    money = judgement.money
    wanted = Verdict.FAIL if name in FAILING else Verdict.PASS
    assert judgement.verdict is wanted, judgement.reasons
    assert judgement.invariants[0].state is State.HELD
    assert money.taken.fen == (
        money.arrived.fen + money.on_the_way.fen + money.suspended.fen + money.lost.fen)
    assert money.net_fen + money.fee_fen == money.arrived.fen


@pytest.mark.parametrize(("year", "said"), [("2026", False), ("2090", True)])
def test_a_year_whose_holidays_nobody_announced_is_called_provisional(year, said):
    text = (FOLDER / "lost-reply.toml").read_text("utf-8").replace("2026-", f"{year}-")
    judgement = try_scenario(scenario_of_text(text), TrialOptions())
    assert any(f"holidays of {year}" in note for note in judgement.notes) is said
