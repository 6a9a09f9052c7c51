"""What no scenario reached before comes up and comes out as computed by hand; no rule stands unexercised."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.judge.rules import RULES
from simulator.judge.verdict import State, Verdict
from simulator.money import accounts
from simulator.scenario.read import load_scenario
from simulator.trace.records import LogEvent, PayoutPosted, Posted
from simulator.trial import TrialOptions, try_scenario

FOLDER = Path("fixtures/scenarios")
# Payouts in fen, each computed by hand in the head of its file or here.
PAID = {
    "disputes": [784_76, 534_68],
    "foreign-cards": [117_29, 69_58],  # 118.00 - 0.71 · 70.00 - 0.42
    "keys-do-not-fit": [137_17],
    "late-reversal": [117_29, 49_70],
    "legal-hold": [29_82, 67_59],  # the bar's on the 28th
    "older-keys": [137_17],  # 138.00 - 0.41 - 0.30 - 0.12
    "partial-approval": [109_34],
    "printer-fails": [137_17],
    "stan-wraps": [166_99],  # 168.00 - 0.41 - 0.12 - 0.06 - 0.18 - 0.24
    "tip-and-adjust": [152_58],  # 153.50 - 0.47 - 0.33 - 0.12
    "upload-differs": [87_47],
}


@pytest.mark.parametrize("wire", [False, True], ids=["objects", "bytes"])
@pytest.mark.parametrize("name", PAID)
def test_right_machines_pass_and_pay_what_was_computed_by_hand(name: str, wire: bool) -> None:
    records = []
    judgement = try_scenario(
        load_scenario(FOLDER / f"judge/{name}.toml"), TrialOptions(wire=wire), [records.append])
    assert judgement.findings == ()
    assert judgement.verdict is Verdict.PASS, judgement.reasons
    assert sorted(each.net_fen for each in records if isinstance(each, PayoutPosted)) == sorted(PAID[name])
    sums: dict[str, int] = {}
    for each in records:
        for account, fen in each.entries if isinstance(each, Posted) else ():
            sums[account] = sums.get(account, 0) + fen
    assert accounts.unsettled(sums.items()) == []


def test_every_rule_comes_up_in_some_scenario_that_comes_with_the_program() -> None:
    # what people meant is known of terminals at ports alone, where a log tells of it
    left = {rule.number for rule in RULES if LogEvent.MEANT not in rule.sees or rule.needs}
    paths = [
        *sorted((FOLDER / "judge").glob("*.toml")), *sorted((FOLDER / "money").glob("*.toml")),
        FOLDER / "all-invariants.toml", FOLDER / "emergency-plan.toml", *sorted((FOLDER / "defects").glob("*.toml")),
    ]
    for path in paths:
        judgement = try_scenario(load_scenario(path), TrialOptions())
        left -= {each.number for each in judgement.invariants if each.state is State.HELD}
        if not left:
            return
    assert left == set()
