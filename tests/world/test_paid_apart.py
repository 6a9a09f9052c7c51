"""What a payout brought of a sale and another, not paid yet, takes off again: between net and statement to the fen."""

from __future__ import annotations

import pytest
from hunt import unexplained_fen

from simulator.judge.verdict import Judgement, Verdict, Where
from simulator.scenario.read import scenario_of_text
from simulator.trial import TrialOptions, try_scenario

# A, 100.00 - 0.60, is paid at once, and its answer comes too late: it is reversed, sold again and paid again.  B is
# beyond what is paid at once: 500.00 - 3.00 less the reversal's 99.40 are for the next morning.
SOLD_TWICE = """
title = "a sale is paid at once, reversed and paid at once again"
start = "2026-03-10T10:00"
until = "2d"
drain = "5d"
[[merchants]]
name = "M"
payout = { terms = "instant", sale_limit = "300.00", rest = "T+1" }
terminals = {}
habits = { settles = "22:30", after_failed_sale = "repeats", repeats_after = "5s" }
script = [
    { at = "10:10", sale = "A", amount = "100.00" },
    { at = "10:40", sale = "B", amount = "500.00" },
]
[[faults]]
label = "unheard"
mode = "network.delay"
target = "M"
how = "reply"
delay = "10m"
nth = 1
of = "sale"
"""
# A is paid and long forgotten when it is given back: C, 200.00 - 1.20, less the 99.40 of A, are for the day after.
GIVEN_BACK_LATER = """
title = "a sale that was paid days ago is given back"
start = "2026-03-09T10:00"
until = "7d"
drain = "5d"
[[merchants]]
name = "M"
payout = "T+1"
terminals = {}
habits = { settles = "22:30" }
script = [
    { at = "2026-03-09T10:10", sale = "A", amount = "100.00" },
    { at = "2026-03-11T10:10", sale = "B", amount = "40.00" },
    { at = "2026-03-12T10:10", sale = "C", amount = "200.00" },
    { at = "2026-03-12T10:20", do = "refund", sale = "R", of = "A" },
]
"""
CLOSED = """
[[faults]]
label = "closed"
mode = "account.abnormal"
target = "M"
at = "{at}"
for = "20h"
"""


def tried(text: str, closed: str) -> Judgement:
    """``closed``: from when on the merchant's account takes nothing; "": never."""
    text += CLOSED.format(at=closed) if closed else ""
    judgement = try_scenario(scenario_of_text(text), TrialOptions(keep_sales=None))
    assert judgement.verdict is Verdict.PASS, judgement.reasons
    return judgement


@pytest.mark.parametrize(("closed", "apart_fen", "paid_fen"), [
    ("", 0, 9940 + 9940 + (49700 - 9940)), ("2026-03-10T23:30", 9940, 9940 + 9940),
], ids=["paid", "closed"])
def test_what_was_paid_twice_is_named_until_it_is_taken_off(closed: str, apart_fen: int, paid_fen: int) -> None:
    judgement = tried(SOLD_TWICE, closed)
    rows = {row.sale: row for row in judgement.sales}
    assert {name: row.where for name, row in rows.items()} == {
        "A": Where.ARRIVED, "B": Where.SUSPENDED if closed else Where.ARRIVED}
    assert (rows["A"].amount_fen, rows["A"].fee_fen, rows["A"].net_fen) == (10_000, 60, 9_940)
    assert judgement.payout_sums.paid_fen == paid_fen
    assert judgement.money.paid_apart_fen == apart_fen
    assert unexplained_fen(judgement) == 0


@pytest.mark.parametrize(("closed", "apart_fen", "paid_fen"), [
    ("", 0, 9940 + 3976 + (19880 - 9940)), ("2026-03-12T23:30", 9940, 9940 + 3976),
], ids=["paid", "closed"])
def test_what_is_given_back_of_a_paid_sale_is_named_until_it_is_taken_off(
    closed: str, apart_fen: int, paid_fen: int,
) -> None:
    judgement = tried(GIVEN_BACK_LATER, closed)
    assert {row.sale: row.where for row in judgement.sales} == {
        "A": Where.UNDONE, "B": Where.ARRIVED, "C": Where.SUSPENDED if closed else Where.ARRIVED}
    assert judgement.payout_sums.paid_fen == paid_fen
    assert judgement.money.paid_apart_fen == apart_fen
    assert unexplained_fen(judgement) == 0
