"""A batch takes nothing that its totals cannot say: twelve digits a sum, three a count."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from terminal_bench import CARD, IDENTITY, NOON, SEALER, Bench, original_of

from simulator.catalogue.terminal_reasons import Refusal
from simulator.judge.verdict import Verdict
from simulator.machines.terminal.batch import LARGEST_SUM_FEN
from simulator.machines.terminal.events import Booted, Conclude, Operated, Result, Send
from simulator.machines.terminal.journal import compact
from simulator.machines.terminal.machine import Terminal
from simulator.machines.terminal.profile import Card, TerminalProfile
from simulator.machines.terminal.records import Advised, Booked, ClerkEntered, SignedOn
from simulator.scenario.read import scenario_of_text
from simulator.trial import TrialOptions, try_scenario
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

FOREIGN = Card(pan="5100000000000008")
PROFILE = TerminalProfile(qr=True, offline_limit_fen=10**12 - 1)
LIMIT = PROFILE.batch_limit
NO_WORD = lambda _request, _reply: None  # noqa: E731


def ready():
    bench = Bench(profile=PROFILE)
    bench.sign_on()
    return bench


def full(told):
    return (told.result, told.reason) == (Result.REFUSED, Refusal.BATCH_FULL)


def test_two_of_the_largest_sales_need_two_batches():
    bench = ready()
    assert bench.sell("one", LARGEST_SUM_FEN).result is Result.APPROVED
    sent = len(bench.sent)
    assert full(bench.sell("two", LARGEST_SUM_FEN))
    assert full(bench.sell("a fen", 1))
    assert len(bench.sent) == sent
    assert bench.operate(Kind.SETTLEMENT).result is Result.APPROVED
    assert bench.sent[sent].message.details[:15] == f"{LARGEST_SUM_FEN:012}001"
    assert bench.sell("two", LARGEST_SUM_FEN).result is Result.APPROVED
    assert bench.operate(Kind.SETTLEMENT).result is Result.APPROVED


def test_the_last_fen_fits_and_the_next_does_not():
    bench = ready()
    bench.sell("most", LARGEST_SUM_FEN - 5)
    assert full(bench.sell("six", 6))
    assert bench.sell("five", 5).result is Result.APPROVED
    assert full(bench.sell("one", 1))


def test_foreign_cards_and_credits_have_sums_of_their_own():
    bench = ready()
    sold = bench.sell("domestic", LARGEST_SUM_FEN)
    assert bench.sell("foreign", LARGEST_SUM_FEN, FOREIGN).result is Result.APPROVED
    assert full(bench.sell("foreign again", 1, FOREIGN))
    assert bench.operate(Kind.VOID, "void", original=original_of(sold)).result is Result.APPROVED
    refused = bench.operate(
        Kind.REFUND, "refund", amount_fen=1, card=CARD, original=original_of(sold))
    assert full(refused)
    assert bench.operate(Kind.BALANCE, "balance", card=CARD).result is Result.APPROVED
    hold = bench.operate(Kind.PREAUTH, "hold", amount_fen=500, card=CARD)
    assert hold.result is Result.APPROVED
    done = bench.operate(
        Kind.COMPLETION, "completion", amount_fen=500, card=CARD, original=original_of(hold))
    assert full(done)
    assert bench.operate(Kind.SETTLEMENT).result is Result.APPROVED


ADDING = [
    (Kind.SALE, {"card": CARD}), (Kind.OFFLINE_SALE, {"card": CARD}),
    (Kind.COMPLETION, {"card": CARD, "original": True}),
    (Kind.COMPLETION_ADVICE, {"card": CARD, "original": True}),
    (Kind.TIP, {"original": True}), (Kind.ADJUST, {"original": True}),
    (Kind.QR_SALE, {"qr_code": "281234"}),
]


@pytest.mark.parametrize(("kind", "facts"), ADDING, ids=[kind.value for kind, _ in ADDING])
def test_whatever_adds_to_a_full_sum_is_refused(kind, facts):
    bench = ready()
    sold = bench.sell("most", LARGEST_SUM_FEN)
    facts = facts | ({"original": original_of(sold)} if "original" in facts else {})
    assert full(bench.operate(kind, "more", amount_fen=1, **facts))


def test_what_is_stored_and_not_answered_yet_takes_its_room():
    bench = ready()
    sold = bench.sell("sale", 700)
    bench.host.answers["0220"] = NO_WORD
    facts = {"card": CARD, "original": original_of(sold)}
    first = bench.operate(Kind.REFUND, "refund", amount_fen=LARGEST_SUM_FEN, **facts)
    assert first.result is Result.PENDING
    assert full(bench.operate(Kind.REFUND, "another", amount_fen=1, **facts))


def test_a_full_batch_is_full_after_a_power_cut():
    bench = ready()
    bench.sell("most", LARGEST_SUM_FEN)
    bench.boot()
    assert full(bench.sell("one", 1))
    memory = Terminal(IDENTITY, PROFILE, SEALER, compact(bench.records)).memory
    assert memory.gross_fen == LARGEST_SUM_FEN


def test_a_batch_of_a_smaller_limit_waits_for_the_clerk():
    bench = Bench(profile=replace(PROFILE, batch_limit=2))
    bench.sign_on()
    assert [bench.sell(name, 100).result for name in ("one", "two")] == [Result.APPROVED] * 2
    sent = len(bench.sent)
    assert full(bench.sell("three", 100))
    assert len(bench.sent) == sent
    assert bench.operate(Kind.SETTLEMENT).result is Result.APPROVED
    assert bench.sell("three", 100).result is Result.APPROVED


def test_a_terminal_that_settles_by_itself_does_so_when_its_batch_is_full():
    bench = Bench(profile=replace(PROFILE, batch_limit=2, batch_full="settle"))
    bench.sign_on()
    for name in ("one", "two"):
        bench.sell(name, 100)
    sent = len(bench.sent)
    assert full(bench.sell("three", 100))
    assert [each.message.mti for each in bench.sent[sent:]][:1] == ["0500"]
    assert bench.sent[sent].message.details[:15] == f"{200:012}002"
    assert bench.sell("three", 100).result is Result.APPROVED
    assert bench.sent[-1].message.batch == bench.sent[sent].message.batch + 1


@pytest.mark.parametrize(("booked", "stored", "sells"), [
    (LIMIT - 1, 0, True), (LIMIT, 0, False), (LIMIT - 2, 1, True),
    (LIMIT - 1, 1, False), (LIMIT - 3, 3, False),
])
def test_a_batch_counts_to_999_with_what_may_still_be_approved(booked, stored, sells):
    records = [ClerkEntered("01"), SignedOn(1, bytes(16), bytes(8))]
    records += [Booked(Kind.SALE, "", NOON, 1, stan, 100, CARD.pan, receipt_due=False)
                for stan in range(1, booked + 1)]
    records += [Advised(Kind.REFUND, "", NOON, 1, 1_000 + number, Message(mti="0220", amount_fen=1))
                for number in range(stored)]
    terminal = Terminal(IDENTITY, PROFILE, SEALER, records)
    terminal.handle(Booted(), NOON)
    asked = Operated(kind=Kind.SALE, order="next", amount_fen=100, card=CARD)
    effects = terminal.handle(asked, NOON)
    refused = [each for each in effects if isinstance(each, Conclude)]
    assert [each.reason for each in refused] == ([] if sells else [Refusal.BATCH_FULL])
    if not stored:
        assert any(isinstance(each, Send) for each in effects) is sells


DAY = """
title = "two sales that no batch can hold together"
start = 2026-01-27T08:00:00+08:00
until = "2d"
drain = "3d"
[[banks]]
name = "bank.a"
opening_balance = "9999999999.99"
[[merchants]]
name = "dealer"
bank = "bank.a"
terminals = { count = 1 }
habits = { settles = "22:30" }
script = [
    { at = "10:05", sale = "S1", amount = "9999999999.99" },
    { at = "10:15", sale = "S2", amount = "9999999999.99" },
]
"""


def test_a_world_with_more_money_than_a_batch_can_say_ends_with_a_verdict():
    judgement = try_scenario(scenario_of_text(DAY), TrialOptions())
    assert judgement.verdict is Verdict.PASS, judgement.findings
    assert judgement.money.taken.sales == 1
