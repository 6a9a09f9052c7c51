"""A refund of what was paid already: owed, netted, and told so, to the fen and the day.

The sums were computed by hand in the heads of the scenarios; found by tests from outside.
"""

from __future__ import annotations

import io

import pytest

from simulator.catalogue.language import Language
from simulator.judge.verdict import Judgement, Verdict, Where
from simulator.local_time import datetime_at
from simulator.report.text import write_text
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import CarriedForward, PayoutPosted, Posted, Record
from simulator.trial import TrialOptions, try_scenario

HEAD = """
title = "refunds after payout"
start = "2026-03-10T09:00"
until = "{until}"
[[merchants]]
name = "M"
terminals = {{}}
habits = {{ settles = "21:00" }}
{more}
script = [
{script}
]
"""
SOLD = ' { at = "2026-03-10T10:00", sale = "S", amount = "100" },\n'


def run(script: str, until: str = "2026-03-16T12:00", more: str = "") -> tuple[Judgement, list[Record]]:
    """A shop that sells 100.00 on Tuesday 10 March and is paid 99.40 on Wednesday."""
    trace: list[Record] = []
    text = HEAD.format(script=SOLD + script, until=until, more=more)
    judgement = try_scenario(scenario_of_text(text), TrialOptions(keep_sales=None), [trace.append])
    return judgement, trace


def rows(judgement: Judgement) -> dict[str, tuple[str, int, int, int, str]]:
    return {
        row.sale: (row.where.value, row.amount_fen, row.fee_fen, row.net_fen,
                   f"{datetime_at(row.when_ms):%m-%d}" if row.when_ms else "")
        for row in judgement.sales
    }


def statement(trace: list[Record]) -> dict[str, int]:
    return {f"{datetime_at(each.at_ms):%m-%d}": each.net_fen for each in trace
            if isinstance(each, PayoutPosted)}


def test_a_merchant_that_sells_nothing_more_owes_what_was_given_back() -> None:
    judgement, trace = run(
        '{ at = "2026-03-11T10:00", do = "refund", sale = "R", of = "S", amount = "100" }')
    assert judgement.verdict is Verdict.PASS
    assert rows(judgement) == {"S": ("undone", 10_000, 0, 0, "")}
    assert [(each.merchant, each.fen) for each in judgement.owed] == [("M", 9_940)]
    [item] = judgement.owed[0].because
    assert (item.what, item.sale, item.date, item.fen, item.fee_fen) == ("refund", "S", "2026-03-11", -10_000, -60)
    assert judgement.money.owed_fen == 9_940
    assert judgement.money.arrived.sales == judgement.money.fee_fen == 0
    assert judgement.money.returned.fen == 10_000
    assert statement(trace) == {"03-11": 9_940}
    [carried] = [each for each in trace if isinstance(each, CarriedForward)]
    assert (carried.owed_fen, carried.payout) == (9_940, "2026-03-11/898000000000001")


def test_what_is_netted_has_arrived_with_the_next_line_of_the_statement_and_not_before() -> None:
    """Wednesday -59.64; Thursday 49.70 goes against it, 9.94 are owed; Friday 29.82 - 9.94 = 19.88."""
    script = """
 { at = "2026-03-11T11:00", do = "refund", sale = "R", of = "S", amount = "60" },
 { at = "2026-03-12T11:00", sale = "N", amount = "50" },
 { at = "2026-03-13T11:00", sale = "P", amount = "30" }"""
    judgement, trace = run(script)
    assert judgement.verdict is Verdict.PASS
    assert rows(judgement) == {
        "S": ("arrived", 10_000, 60, 9_940, "03-11"),
        "N": ("arrived", 5_000, 30, 4_970, "03-16"),
        "P": ("arrived", 3_000, 18, 2_982, "03-16"),
    }
    assert {row.sale: row.returned_fen for row in judgement.sales} == {"S": 6_000, "N": 0, "P": 0}
    assert "netted" in next(row.why for row in judgement.sales if row.sale == "N")
    assert statement(trace) == {"03-11": 9_940, "03-16": 1_988}
    assert judgement.owed == ()


def test_a_sale_paid_only_by_netting_says_so() -> None:
    script = """
 { at = "2026-03-11T11:00", do = "refund", sale = "R", of = "S", amount = "60" },
 { at = "2026-03-12T11:00", sale = "N", amount = "50" }"""
    judgement, trace = run(script, "2026-03-14T12:00")
    assert judgement.verdict is Verdict.PASS
    assert rows(judgement)["N"] == ("netted", 5_000, 30, 4_970, "")
    assert judgement.money.netted.fen == 5_000
    assert judgement.money.taken.fen == 15_000
    assert [each.fen for each in judgement.owed] == [994]
    assert statement(trace) == {"03-11": 9_940}


def test_what_the_acquirer_advances_stands_in_an_account_of_its_own_until_it_is_netted() -> None:
    """As above: 59.64 advanced, of which Thursday's sale brings back 49.70; 9.94 stay advanced."""
    script = """
 { at = "2026-03-11T11:00", do = "refund", sale = "R", of = "S", amount = "60" },
 { at = "2026-03-12T11:00", sale = "N", amount = "50" }"""
    judgement, trace = run(script, "2026-03-14T12:00", 'refund_beyond = "advanced"')
    assert judgement.verdict is Verdict.PASS
    balances: dict[str, int] = {}
    for each in trace:
        if isinstance(each, Posted):
            for account, fen in each.entries:
                balances[account] = balances.get(account, 0) + fen
    assert balances["advance:898000000000001"] == -994
    assert balances["merchant:898000000000001:payable"] == 0
    assert all(each.advanced for each in trace if isinstance(each, CarriedForward))
    assert [each.fen for each in judgement.owed] == [994]
    assert next(row for row in judgement.sales if row.sale == "N").where is Where.NETTED


@pytest.mark.parametrize(("language", "said"), [
    ("en", "owes ¥99.40 for refund S -¥100.00"), ("zh", "欠款 ¥99.40（因 退货 S -¥100.00）"),
])
def test_the_merchants_own_line_says_why_it_owes(language: Language, said: str) -> None:
    """S 100.00 was paid as 99.40; R gives all of it back and brings its 0.60 of fee: 99.40 are owed."""
    judgement, _ = run('{ at = "2026-03-11T10:00", do = "refund", sale = "R", of = "S", amount = "100" }')
    text = io.StringIO()
    write_text(judgement, text, language=language)
    assert said.replace(" ", "") in "".join(text.getvalue().split())  # wherever the line was broken
