"""What a report says of a payout agrees with the trace, also where a sale was booked twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from synthetic_day import HOST, TERMINAL, TID, Day

from simulator.judge.judge import Judge
from simulator.judge.verdict import Judgement, Money, Where
from simulator.local_time import DAY_MS
from simulator.scenario.read import load_scenario
from simulator.trace.records import BatchCounted, PayoutPosted, Record
from simulator.trial import judged
from simulator.world.run import build_world, run_virtual

SCENARIOS = Path(__file__).parents[2] / "fixtures" / "scenarios"


def _parts_of(money: Money) -> tuple[int, int]:
    parts = (money.arrived, money.on_the_way, money.suspended, money.lost)
    return sum(part.sales for part in parts), sum(part.fen for part in parts)


def _agrees(judgement: Judgement, records: list[Record]) -> None:
    """No payout that was posted is called missing; sums add up."""
    money = judgement.money
    assert (money.taken.sales, money.taken.fen) == _parts_of(money)
    posted = {record.payout for record in records if isinstance(record, PayoutPosted)}
    told = [row.why for row in judgement.sales]
    told += [finding.what for finding in judgement.findings]
    told += [step.text for finding in judgement.findings for step in finding.steps]
    for text in told:
        assert "never posted" not in text or not any(payout in text for payout in posted), text
    lost = {(each.cause, each.where) for each in judgement.by_cause if each.where is Where.LOST}
    found = {each.cause for each in judgement.findings if each.code == "approved_not_arrived"}
    assert found <= {cause for cause, _ in lost}


@pytest.mark.parametrize(("file", "defect"), [
    ("lost-reply.toml", "terminal.no_reversal"),
    ("lost-reply.toml", "terminal.retries_as_new_sale"),
    ("defects/repeated-requests.toml", "acquirer.captures_copies"),
])
def test_a_sale_booked_twice_and_paid_once_has_arrived(file: str, defect: str) -> None:
    scenario = load_scenario(SCENARIOS / file)
    judge = Judge()
    records: list[Record] = []
    world = build_world(scenario, [judge.feed, records.append], defects=(defect,))
    run_virtual(world)
    judgement = judged(scenario, judge.finish(int(world.env.now)))
    _agrees(judgement, records)
    assert [row.where for row in judgement.sales] == [Where.ARRIVED] * 3
    assert judgement.money.arrived.fen == sum(row.amount_fen for row in judgement.sales) == 19_790
    assert judgement.by_cause == ()
    one_sided = [each for each in judgement.findings if each.invariant == 4]
    assert [each.cause for each in one_sided] == [
        "fraud.duplicate" if defect.startswith("acquirer") else "network.outage",
    ]
    assert "has neither goods" not in one_sided[0].what


def _booked_twice(*, cleared: int) -> Day:
    """The first reply is lost and nothing reversed; the repeated sale is shown approved."""
    day = Day()
    day.unanswered_sale("s1", 12_000)
    day.send("s1", 12_000)
    day.request_arrives(12_000)
    day.debited(12_000)
    day.captured(12_000)
    day.reply_arrives()
    day.conclude("s1", fen=12_000)
    day.receipt("s1")
    day.close_batch()
    day.items = day.items[2 - cleared:]
    return day


@pytest.mark.parametrize("cleared", [1, 2])
def test_the_sum_that_the_customer_meant_arrives_once(cleared: int) -> None:
    day = _booked_twice(cleared=cleared)
    day.clear()
    day.pay()
    day.wait(3 * DAY_MS)
    day.end()
    judgement = day.judged()
    _agrees(judgement, day.records)
    assert judgement.money.arrived.fen == judgement.money.taken.fen == 12_000
    twice = next(each for each in judgement.findings if each.code == "debited_again")
    assert "debited 2 times, ¥240.00 in all; ¥120.00 of it" in twice.what


def test_a_payout_that_was_not_posted_is_still_told() -> None:
    day = _booked_twice(cleared=1)
    day.clear()
    day.wait(3 * DAY_MS)
    day.end()
    judgement = day.judged()
    _agrees(judgement, day.records)
    assert judgement.money.lost.fen == 12_000
    assert "never posted" in judgement.sales[0].why


def test_a_refund_that_waits_for_the_next_settlement_leaves_the_sale_arrived() -> None:
    day = Day()
    key = day.sale("s1")
    day.close_batch()
    day.clear()
    day.void("s1", key, 3000)
    day.pay()
    day.wait(3 * DAY_MS)
    day.end()
    judgement = day.judged()
    _agrees(judgement, day.records)
    assert judgement.sales[0].where is Where.ARRIVED
    assert [each for each in judgement.findings if each.invariant == 3] == []


@pytest.mark.parametrize("goes_on", [False, True], ids=["last batch", "next batch begun"])
def test_what_an_upload_did_not_confirm_is_said_to_be_held_out(*, goes_on: bool) -> None:
    day = Day()
    day.sale("s1", 12_000)
    day.sale("s2", 500)
    day.ask_settlement("2")
    for actor in (HOST, TERMINAL):
        day.add(BatchCounted, actor, tid=TID, batch=1, debit_fen=12_500, debit_count=2,
                credit_fen=0, credit_count=0, result="2", closed=True)
    day.items = day.items[1:]
    day.clear()
    day.pay()
    if goes_on:
        day.batch += 1
        day.mean("s3")
        day.send("s3")
        day.request_arrives()
        day.reply_arrives("51")
        day.conclude("s3", "declined", code="51")
    day.wait(4 * DAY_MS)
    day.end()
    judgement = day.judged()
    _agrees(judgement, day.records)
    row = judgement.sales[0]
    assert row.where is Where.LOST
    assert row.why == (
        f"batch 000001 of terminal {TID} is settled without it: the terminal's records did not "
        "confirm it"
    )
    assert "终端记录未予确认" in row.why_zh
