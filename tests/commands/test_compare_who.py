"""``daozhang run --compare`` says who paid twice and who was not paid, on both sides; sums by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hil.commands.entry import run
from simulator.report.wrap import width_of
from simulator.scenario.read import load_virtual, scenario_of_text
from simulator.trial import TrialOptions, try_scenario

PENDING = """
title = "another way to pay while a wallet is pending"
start = 2026-01-27T10:00:00+08:00
until = "6d"
[[merchants]]
name = "shop"
terminals = { count = 2, profile = "lakala-touch", settings = { reply_timeout = "60s" } }
script = [
    { at = "10m", do = "qr_sale", sale = "S1", amount = "68.00" },
    { at = "3h", sale = "S2", amount = "5.00" },
]
[[wallets]]
name = "wallet.a"
title = "w"
pending_share = 1.0
pending_for = "12s"
[[actions]]
do = "another_payment_method"
by = "shop"
pay = "card"
at = "605s"
for = "1h"
"""
TWO_SHOPS = """
title = "one of two accounts is closed"
start = 2026-01-27T10:00:00+08:00
until = "4d"
[[merchants]]
name = "teahouse"
terminals = { count = 1 }
script = [
    { at = "10m", sale = "T1", amount = "68.00" },
    { at = "20m", sale = "T2", amount = "12.00" },
]
[[merchants]]
name = "bakery"
terminals = { count = 1 }
script = [{ at = "10m", sale = "B1", amount = "30.00" }]
[[faults]]
mode = "account.abnormal"
target = "teahouse"
code = "closed"
at = "1h"
"""


def compared(capsysbinary, tmp_path, text, what, *more):
    path = tmp_path / "day.toml"
    path.write_text(text, encoding="utf-8")
    run(["run", str(path), "--compare", what, *more])
    out, err = capsysbinary.readouterr()
    assert not err
    return out.decode()


def test_another_way_to_pay_while_a_wallet_is_pending_is_paid_twice(capsysbinary, tmp_path):
    """68.00 by wallet and 68.00 by card for one thing: 68.00 too much; without the advice none."""
    both = json.loads(compared(capsysbinary, tmp_path, PENDING, "actions", "--json", "-"))
    assert both["first"]["paid_twice"] == {"sales": 1, "fen": 6800}
    [who] = both["first"]["overpaid"]
    assert (sorted(who["sales"]), who["fen"]) == (["S1", "S1-other"], 6800)
    assert both["other"]["paid_twice"] == {"sales": 0, "fen": 0}
    assert both["other"]["overpaid"] == []
    [change] = [each for each in both["changes"] if each["what"] == "paid_twice"]
    assert (change["by"], change["good"]) == (6800, False)


@pytest.mark.parametrize("at", ["30m", "2d"], ids=["before it is paid out", "after it was paid out"])
@pytest.mark.parametrize(("back", "left"), [("68.00", 0), ("20.00", 4800)])
def test_what_was_given_back_is_not_paid_twice(at, back, left):
    """Of 68.00 too much 20.00 come back: 48.00 remain; with all of it back nobody paid twice."""
    refund = f'{{ at = "{at}", do = "qr_refund", sale = "R1", of = "S1", amount = "{back}" }},'
    text = PENDING.replace('    { at = "3h"', f'    {refund}\n    {{ at = "3d"')
    told = try_scenario(scenario_of_text(text), TrialOptions()).wronged
    assert (told.paid_twice.sales, told.paid_twice.fen) == (int(left > 0), left)


def test_a_closed_account_leaves_its_merchant_unpaid_and_no_other(capsysbinary, tmp_path):
    """68.00 + 12.00 of the teahouse stand in suspense; the bakery has its money."""
    both = json.loads(compared(capsysbinary, tmp_path, TWO_SHOPS, "faults", "--json", "-"))
    assert both["first"]["not_paid"] == {"sales": 2, "fen": 8000}
    [whom] = both["first"]["unpaid"]
    assert (whom["merchant"], whom["sales"], whom["fen"]) == ("teahouse", 2, 8000)
    assert both["other"]["not_paid"] == {"sales": 0, "fen": 0}
    assert both["first"]["paid_twice"] == {"sales": 0, "fen": 0}


def test_a_sale_that_is_debited_and_never_reversed_is_paid_for_nothing():
    """A terminal that gives up without a reversal: 120.00 are gone, and nobody had goods for them."""
    scenario = load_virtual(Path("fixtures/scenarios/defects/given-up-sale.toml"))
    right = try_scenario(scenario, TrialOptions()).wronged
    wrong = try_scenario(scenario, TrialOptions(defects=("terminal.no_reversal",))).wronged
    assert (right.for_nothing.sales, right.for_nothing.fen) == (0, 0)
    assert (wrong.for_nothing.sales, wrong.for_nothing.fen) == (1, 12000)
    assert wrong.not_paid.sales == 0  # no goods were given


def test_an_issuer_that_books_a_repetition_again_has_somebody_pay_twice():
    scenario = load_virtual(Path("fixtures/scenarios/defects/advice-repeated-to-issuer.toml"))
    right = try_scenario(scenario, TrialOptions()).wronged
    wrong = try_scenario(scenario, TrialOptions(defects=("issuer.no_duplicate_check",))).wronged
    assert right.paid_twice.sales == 0
    assert wrong.paid_twice.sales == 1
    assert wrong.paid_twice.fen > 0
    assert wrong.paid_twice.fen % 380_00 == 0  # each repetition is the whole completion of 380.00


@pytest.mark.parametrize(("language", "twice", "whom"), [
    ("en", "customers who paid twice", "merchants not paid"), ("zh", "重复付款的顾客", "商户未收到款"),
])
def test_both_columns_say_it_in_words(capsysbinary, tmp_path, language, twice, whom):
    said = compared(capsysbinary, tmp_path, PENDING, "actions", "--lang", language)
    [row] = [line for line in said.splitlines() if line.startswith(twice)]
    assert row.removeprefix(twice).split() == ["1", "·", "¥68.00", "0", "·", "¥0.00"]
    assert "S1-other" in said
    said += compared(capsysbinary, tmp_path, TWO_SHOPS, "faults", "--lang", language)
    [_, row] = [line for line in said.splitlines() if line.startswith(whom)]
    assert row.removeprefix(whom).split() == ["2", "·", "¥80.00", "0", "·", "¥0.00"]
    assert "teahouse: 2 · ¥80.00" in said
    assert max(map(width_of, said.splitlines())) <= 80
