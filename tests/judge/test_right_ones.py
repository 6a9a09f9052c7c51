"""Right machines that were accused once: no finding, and the money as it was worked out by hand."""

from __future__ import annotations

from importlib.resources import files

import pytest
from synthetic_day import DATE, MID, PAYABLE, PENDING, Day

from simulator.judge.rules import RULE_OF
from simulator.judge.verdict import Judgement, Verdict
from simulator.scenario.read import load_scenario
from simulator.trace.records import ChannelAnswered, ItemCleared, MerchantSettled, Posted
from simulator.trial import TrialOptions, try_scenario

FOLDER = files("daozhang_fixtures").joinpath("scenarios", "judge")


def judged(name: str) -> Judgement:
    return try_scenario(load_scenario(str(FOLDER.joinpath(f"{name}.toml"))), TrialOptions())


@pytest.mark.parametrize("name", sorted(
    entry.name.removesuffix(".toml") for entry in FOLDER.iterdir() if entry.name.endswith(".toml")))
def test_right_machines_are_not_accused(name):
    judgement = judged(name)
    assert [finding.what for finding in judgement.findings] == []
    assert judgement.verdict is Verdict.PASS


@pytest.mark.parametrize(("name", "taken", "arrived"), [
    ("completion-repeated", 1, 110_00),  # 110.00 of 100.00, once
    ("drop", 1, 8_00),  # the first is undone by the host
    ("drop-last", 0, 0),
    ("refund-in-flight-at-payout", 1, 100_00),  # 68.00 went back whole
    ("refund-part", 2, 168_00),  # 68.00, of which 20.00 were given back after it was paid, and 100.00
    ("refund-at-another-till", 3, 100_00),  # 20.00 of A, 50.00, 30.00
])
def test_their_money_is_where_it_belongs(name, taken, arrived):
    money = judged(name).money
    assert (money.taken.sales, money.arrived.fen) == (taken, arrived)


def test_banks_settle_among_themselves_at_the_end_of_the_day_what_was_paid_at_once():
    day = Day()
    key = day.sale()
    day.add(ItemCleared, "clearing", key=key, what="sale", mid=MID, amount_fen=6800, fee_fen=41,
            settlement_date=DATE, payout=f"instant/{key}")
    day.add(MerchantSettled, "clearing", mid=MID, settlement_date=DATE, gross_fen=6800, fee_fen=41,
            net_fen=6759, items=1, payout=f"instant/{key}", due_ms=day.at)
    day.add(Posted, "clearing", why="clearing", key=f"instant/{key}",
            entries=((PENDING, -6800), (PAYABLE, 6759), ("fee:acquirer", 41)))
    day.end()
    rule = RULE_OF[21]
    assert [finding.code for finding in day.judged(rules=(rule,)).findings] == []


@pytest.mark.parametrize(("told", "given", "codes"), [
    ({"response_code": "10", "part_fen": 5000}, 5000, []),
    ({"response_code": "10", "part_fen": 6000}, 5000, ["issued_other_sum"]),  # moved is not what was said
    ({"response_code": "10", "part_fen": 5000}, 0, ["issued_other_sum"]),  # kept, and nobody was told
    ({"response_code": "00"}, 5000, ["issued_other_sum"]),
])
def test_a_part_that_came_too_late_and_was_given_back_needs_no_answer(told, given, codes):
    """The host said 98 after its time was over; then the issuer gave 50.00 of 68.00, and has them back."""
    day = Day()
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.reply_arrives("98")
    day.conclude("s1", "declined")
    day.debited(5000)
    day.add(ChannelAnswered, "bank.a", key=day.key(), asked="debit", **told)
    if given:
        day.debited(-given, why="reverse")
    day.end()
    assert [finding.code for finding in day.judged(rules=(RULE_OF[19],)).findings] == codes
