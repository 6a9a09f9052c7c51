"""A refund finds its sale by RRN at the merchant's tills, and all of them together give back no more."""

from __future__ import annotations

import pytest
from acquirer_bench import MID, OTHER_PAN, SETTINGS, TID, HostBench, ScriptedTerminal
from msgspec.structs import replace

from simulator.machines.acquirer.events import CutOverReached
from simulator.machines.acquirer.registry import TerminalEntry
from simulator.wire.kinds import Kind
from simulator.wire.message import Message, Original

SALE = 10_000
OTHER_TILL, STRANGER = "10000002", "10000003"
OTHER_MID = "898000000000002"
TODAY = "0129"
UNNAMED = Original(0, 0, TODAY)


def shop(**settings: object) -> tuple[HostBench, dict[str, ScriptedTerminal], Message]:
    """Two tills of one merchant, one of another; a sale at the first till, its approval."""
    owners = {TID: MID, OTHER_TILL: MID, STRANGER: OTHER_MID}
    bench = HostBench(
        settings=replace(SETTINGS, **settings),
        entries=[TerminalEntry(tid=tid, mid=mid) for tid, mid in owners.items()])
    tills = {tid: ScriptedTerminal(bench, tid, mid) for tid, mid in owners.items()}
    for till in tills.values():
        till.sign_on()
    return bench, tills, tills[TID].sale(SALE)


@pytest.mark.parametrize(("tid", "amount_fen", "original", "fields", "code"), [
    (STRANGER, SALE, UNNAMED, {}, "25"),
    (STRANGER, SALE, Original(1, 2, TODAY), {}, "25"),
    (OTHER_TILL, SALE + 1, UNNAMED, {}, "64"),
    (OTHER_TILL, SALE, Original(0, 0, "0128"), {}, "25"),
    (OTHER_TILL, SALE, UNNAMED, {"pan": OTHER_PAN}, "25"),
    (OTHER_TILL, SALE, UNNAMED, {"rrn": "999999999999"}, "25"),
    (OTHER_TILL, SALE, UNNAMED, {"rrn": "000000000000"}, "25"),
    (OTHER_TILL, SALE, UNNAMED, {"rrn": ""}, "25"),
    (OTHER_TILL, SALE, Original(1, 9, TODAY), {}, "25"),  # F61 names another than F37
    (OTHER_TILL, 0, UNNAMED, {}, "13"),
    (OTHER_TILL, SALE, UNNAMED, {}, "00"),
    (OTHER_TILL, SALE, Original(1, 2, TODAY), {}, "00"),
    (OTHER_TILL, SALE, Original(0, 0), {}, "00"),
    (OTHER_TILL, SALE, None, {}, "00"),
    (TID, SALE, UNNAMED, {}, "00"),
    (TID, SALE, Original(1, 2), {"rrn": "000000000000"}, "00"),
    (TID, SALE, Original(1, 2), {"rrn": ""}, "00"),
])
def test_which_sale_a_refund_finds(
    tid: str, amount_fen: int, original: Original | None, fields: dict[str, object], code: str,
) -> None:
    bench, tills, sold = shop()
    before = len(bench.asked)
    named = {"rrn": sold.rrn, "original": original} | fields
    assert tills[tid].do(Kind.REFUND, amount_fen, **named).response_code == code
    assert len(bench.asked) - before == (code == "00")
    bench.drain()
    assert bench.faults() == []


def test_the_same_number_at_another_till_is_not_taken_for_the_one_that_f37_names() -> None:
    bench, tills, sold = shop()
    own = tills[OTHER_TILL].sale(SALE // 2)
    assert (own.batch, own.stan) == (sold.batch, sold.stan)
    reply = tills[OTHER_TILL].do(
        Kind.REFUND, SALE, rrn=sold.rrn, original=Original(sold.batch, sold.stan or 0, TODAY))
    assert reply.response_code == "00"
    assert bench.asked[-1].original.tid == TID


def test_all_refunds_together_give_back_no_more_than_the_sale() -> None:
    bench, tills, sold = shop()
    refunds = [(OTHER_TILL, 4_000, "00"), (TID, 4_000, "00"), (OTHER_TILL, 2_001, "64"),
               (TID, 2_001, "64"), (OTHER_TILL, 2_000, "00"), (TID, 1, "64"), (OTHER_TILL, 1, "64")]
    for tid, amount_fen, code in refunds:
        bench.crash()
        reply = tills[tid].do(Kind.REFUND, amount_fen, rrn=sold.rrn, original=UNNAMED)
        assert reply.response_code == code, (tid, amount_fen)
    assert tills[TID].do(Kind.VOID, SALE, original=Original(1, 2)).response_code == "64"
    bench.drain()
    assert sum(capture.amount_fen for capture in bench.captures) == 0
    assert bench.faults() == []


def test_a_refund_that_comes_again_is_answered_as_before_and_another_sales_is_not_its_copy() -> None:
    bench, tills, sold = shop()
    second = tills[TID].sale(SALE)
    refund = tills[OTHER_TILL].message(Kind.REFUND, 1_000, rrn=sold.rrn, original=UNNAMED)
    for _ in range(3):
        (reply,) = bench.receive(refund)
        assert reply.response_code == "00"
    reused = tills[OTHER_TILL].seal(replace(refund, rrn=second.rrn, mac=None))
    (reply,) = bench.receive(reused)
    assert reply.response_code == "77"
    assert sum(capture.amount_fen for capture in bench.captures) == 2 * SALE - 1_000


def test_it_is_found_after_its_batch_was_settled() -> None:
    bench, tills, sold = shop()
    tills[TID].items[2] = (Kind.SALE, SALE, "")
    tills[TID].settle()
    bench.event(CutOverReached("2026-01-31"))
    reply = tills[OTHER_TILL].do(Kind.REFUND, SALE, rrn=sold.rrn, original=UNNAMED)
    assert reply.response_code == "00"


@pytest.mark.parametrize(("tid", "code"), [(OTHER_TILL, "25"), (TID, "00")])
def test_a_setting_keeps_refunds_at_their_own_till(tid: str, code: str) -> None:
    _, tills, sold = shop(refunds_across_tills=False)
    reply = tills[tid].do(Kind.REFUND, SALE, rrn=sold.rrn, original=UNNAMED)
    assert reply.response_code == code


def test_a_void_is_made_at_its_own_till() -> None:
    _, tills, sold = shop()
    reply = tills[OTHER_TILL].do(Kind.VOID, SALE, rrn=sold.rrn, original=Original(1, 2))
    assert reply.response_code == "25"
