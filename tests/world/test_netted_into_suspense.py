"""What is kept from a merchant who owes is paid by that, whatever becomes of the payout after it."""

from __future__ import annotations

import pytest
from hunt import unexplained_fen

from simulator.judge.verdict import Verdict, Where
from simulator.scenario.read import scenario_of_text
from simulator.trial import TrialOptions, try_scenario

# A is paid (100.00 - 0.60) and refunded the next day, when only 20.00 - 0.12 are sold: nothing is paid that day, and
# what is owed is taken off the next payout of 300.00 - 1.80.
OWED = """
title = "what was netted, and the next payout stands in suspense"
start = "2026-03-10T10:00"
until = "4d"
drain = "5d"
[[merchants]]
name = "M"
payout = "T+1"
fee = { percent = "0.6" }
refund_beyond = "owed"
terminals = {}
habits = { settles = "22:30" }
script = [
    { at = "2026-03-10T10:10", sale = "A", amount = "100.00" },
    { at = "2026-03-11T10:10", sale = "B", amount = "20.00" },
    { at = "2026-03-11T10:20", do = "refund", sale = "R", of = "A" },
    { at = "2026-03-12T10:10", sale = "C", amount = "300.00" },
]
"""
CLOSED = """
[[faults]]
label = "closed"
mode = "account.abnormal"
target = "M"
at = "2026-03-12T23:30"
for = "20h"
"""


@pytest.mark.parametrize(("text", "where"), [
    (OWED, {"A": Where.UNDONE, "B": Where.ARRIVED, "C": Where.ARRIVED}),
    (OWED + CLOSED, {"A": Where.UNDONE, "B": Where.NETTED, "C": Where.SUSPENDED}),
], ids=["paid", "closed"])
def test_what_was_netted_does_not_stand_in_suspense(text: str, where: dict[str, Where]) -> None:
    judgement = try_scenario(scenario_of_text(text), TrialOptions(keep_sales=None))
    assert judgement.verdict is Verdict.PASS, judgement.reasons
    assert {row.sale: row.where for row in judgement.sales} == where
    assert unexplained_fen(judgement) == 0
    assert judgement.money.netted_net_fen == (2000 - 12 if where["B"] is Where.NETTED else 0)


# B, netted wholly (20.00 - 0.12), is given back in part the day after: 5.00, less 0.03 of its fee, since 15.00 cost 0.09.
# C (1.00 - 0.01) is netted as well, and of what is owed then (79.52 + 4.97 - 0.99) nothing is ever paid.
GIVEN_BACK = OWED.replace('amount = "300.00" },', """amount = "1.00" },
    { at = "2026-03-12T10:30", do = "refund", sale = "S", of = "B", amount = "5.00" },""")


def test_what_is_given_back_of_a_netted_sale_lies_between_net_and_statement() -> None:
    judgement = try_scenario(scenario_of_text(GIVEN_BACK), TrialOptions(keep_sales=None))
    assert not judgement.findings
    assert {row.sale: row.where for row in judgement.sales} == {
        "A": Where.UNDONE, "B": Where.NETTED, "C": Where.NETTED}
    assert judgement.money.netted_net_fen == (2000 - 12) + (100 - 1)
    assert judgement.money.owed_fen == 7952 + 497 - 99
    assert unexplained_fen(judgement) == 0
