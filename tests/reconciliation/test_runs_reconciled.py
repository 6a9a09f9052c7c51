"""Runs of right machines are closed; what a machine built wrong does to the books is told by its name."""

from __future__ import annotations

import json

import pytest

from hil.commands.entry import run

RIGHT = (
    "maintenance-case-study", "defects/market-day", "defects/two-merchants", "defects/payout-in-bank-window",
    "defects/account-of-somebody-else", "judge/disputes", "judge/late-reversal", "judge/tip-and-adjust", "judge/printer-fails",
    "judge/refund-at-another-till", "money/merchant-owes", "money/instant-then-returned", "money/deposit-from-first-sales",
)
WRONG = {  # a defect in its scenario: the state that tells it, and on which sides
    "acquirer.books_sales_twice@defects/market-day": ("duplicate", {"host"}),
    "acquirer.books_twice_the_sum@defects/market-day": ("differs", {"terminal", "host"}),
    "clearing.loses_every_third@defects/two-coffees": ("unsettled", {"terminal", "host"}),
    "clearing.loses_voids@defects/market-day": ("unsettled", {"terminal", "host"}),
    "clearing.fen_more@defects/two-coffees": ("differs", {"terminal", "host"}),
    "clearing.for_other_merchant@defects/market-day": ("differs", {"terminal", "host"}),
    "clearing.gross_more@defects/two-coffees": ("payout_differs", {"terminal", "host"}),
    "payout.fen_more@defects/two-coffees": ("payout_differs", {"terminal", "host"}),
    "payout.no_name_check@defects/account-of-somebody-else": ("payout_differs", {"terminal", "host"}),
    "payout.drops_returns@defects/closed-account": ("owed", {"terminal", "host"}),
    "payout.twice_after_window@defects/payout-in-bank-window": ("duplicate", {"bank"}),
    "bank.returns_everything@defects/two-coffees": ("suspended", {"terminal", "host"}),
}


def reconciled(tmp_path, capsys, scenario, *defects):
    trace = tmp_path / "run.jsonl"
    words = [word for defect in defects for word in ("--defect", defect)]
    run(["run", scenario, "--trace", str(trace), *words])
    capsys.readouterr()
    code = run(["reconcile", str(trace), "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("scenario", RIGHT)
def test_a_right_run_is_closed(tmp_path, capsys, scenario):
    code, facts = reconciled(tmp_path, capsys, scenario)
    assert (code, facts["closed"], facts["open"]) == (0, True, [])
    assert facts["read"]["terminal"]["count"] > 0
    assert facts["money"]["open_fen"] == 0


@pytest.mark.parametrize("wrong", WRONG)
def test_what_a_wrong_machine_does_is_told(tmp_path, capsys, wrong):
    defect, _, scenario = wrong.partition("@")
    state, sides = WRONG[wrong]
    code, facts = reconciled(tmp_path, capsys, scenario, defect)
    assert code == 1
    assert set(facts["states"][state]) - {"closed"} >= sides


def test_a_batch_that_a_factory_reset_wiped_is_found(tmp_path, capsys):
    """Two sales before the reset are with the host alone."""
    code, facts = reconciled(tmp_path, capsys, "factory-reset")
    assert code == 1
    assert facts["states"]["only_here"] == {"closed": False, "host": {"count": 2, "sum_fen": 5600}}
    assert facts["money"]["open_fen"] == 0
