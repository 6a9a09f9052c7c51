"""What is given back of a sale that was approved in part is the sum on its receipt, whoever keys it and when."""

from __future__ import annotations

import pytest

from simulator.judge.verdict import Judgement, Verdict
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import Concluded, Record, SaleUndone, Sent
from simulator.trial import TrialOptions, try_scenario

# 150.00 are asked, 100.00 are there: 100.00 are sold.
SOLD_IN_PART = """
title = "given back after an approval in part"
start = "2026-03-10T10:00"
until = "2d"
drain = "5d"
[[cards]]
name = "card.li"
balance = "100.00"
approves_in_part = true
[[merchants]]
name = "M"
terminals = {}
habits = { settles = "22:30" }
script = [
    { at = "10:05", sale = "A", amount = "150.00", card = "card.li" },
    { at = "10:06", sale = "B", amount = "300.00" },
"""
BY_SCRIPT = ('{ at = "2026-03-11T10:30", do = "refund", sale = "R", of = "A" },\n]\n', "R", 10_000, 0)
SAME_DAY = ('{ at = "10:30", do = "void", sale = "R", of = "A" },\n]\n', "R", 10_000, 0)
AS_ASKED = ('{ at = "2026-03-11T10:30", do = "refund", sale = "R", of = "A", amount = "150.00" },\n]\n', "R", 10_000, 0)
A_PART = ('{ at = "2026-03-11T10:30", do = "refund", sale = "R", of = "A", amount = "30.00" },\n]\n', "R", 3_000, 3_000)
BY_REMEDY = (
    ']\n[[actions]]\ndo = "void_or_refund"\nby = "M"\nsale = "A"\nat = "2026-03-11T10:30"\n', "A-refund", 10_000, 0)


def tried(text: str) -> tuple[Judgement, list[Record]]:
    records: list[Record] = []
    return try_scenario(scenario_of_text(text), TrialOptions(), [records.append]), records


@pytest.mark.parametrize("case", [BY_SCRIPT, SAME_DAY, AS_ASKED, A_PART, BY_REMEDY],
                         ids=["by_script", "same_day", "as_asked", "a_part", "by_remedy"])
def test_the_sum_on_the_receipt_is_given_back(case: tuple[str, str, int, int]) -> None:
    step, order, given_fen, told_fen = case
    judgement, records = tried(SOLD_IN_PART + step)
    sold = [each for each in records if isinstance(each, Concluded) and each.sale == "A"]
    assert [(each.result, each.amount_fen) for each in sold] == [("approved", 10_000)]
    undone = [each for each in records if isinstance(each, SaleUndone) and each.order == order]
    assert [each.amount_fen for each in undone] == [told_fen]  # 0: all of it
    sent = [each for each in records if isinstance(each, Sent) and each.sale == order and each.actor != "acquirer"]
    assert [each.amount_fen for each in sent] == [given_fen]
    ended = [each for each in records if isinstance(each, Concluded) and each.sale == order]
    assert [(each.result, each.response_code) for each in ended] == [("approved", "00")]
    assert judgement.verdict is Verdict.PASS, judgement.reasons
