"""The judge reads a stream: from a file as from a live run, in memory bounded by what is open."""

from __future__ import annotations

import gc
import sys
import tracemalloc
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest
from synthetic_day import CARD, HOST, MID, T0, Day, a_sale_that_arrives

from simulator.judge.judge import Judge, TraceError, judge_trace
from simulator.judge.verdict import Verdict
from simulator.local_time import DAY_MS, MINUTE_MS
from simulator.trace.records import (
    Arrived,
    BatchCounted,
    Concluded,
    ItemCleared,
    MerchantOpened,
    MerchantSettled,
    PayoutPosted,
    PayoutSent,
    Posted,
    ReceiptGiven,
    RunStarted,
    SaleMeant,
    Sent,
    TerminalOpened,
    key_of,
    to_line,
)

PAID_SALE_BYTES = 250


def _mixed() -> Day:
    day = Day()
    day.fault("network.outage", "")
    day.unanswered_sale("s1")
    day.reversal()
    day.give_back()
    key = day.sale("s2", 12_345)
    day.void("s2", key, 12_345)
    day.sale("s3", 1)
    day.arrive()
    day.unanswered_sale("s4")
    day.end()
    return day


@pytest.mark.parametrize("make", [_mixed, a_sale_that_arrives])
def test_a_trace_read_from_a_file_gives_the_same_judgement(make: object, tmp_path) -> None:
    day = make()  # type: ignore[operator]
    path = tmp_path / "trace.jsonl"
    path.write_bytes(b"".join(to_line(record) + b"\n" for record in day.records))
    with path.open("rb") as lines:
        assert judge_trace(lines) == day.judged()


def test_reading_is_lazy() -> None:
    lines = [to_line(record) for record in a_sale_that_arrives().records]
    taken = 0

    def source():
        nonlocal taken
        for line in lines:
            taken += 1
            yield line
            assert taken <= len(lines)
        yield b"{"

    with pytest.raises(TraceError, match=f"line {len(lines) + 1}: cut off"):
        judge_trace(source())
    assert taken == len(lines)


BROKEN: dict[str, tuple[bytes, str]] = {
    "cut in the middle": (b'{"record":"posted","at_ms":17696', "line 2: cut off"),
    "an unknown record": (b'{"record":"swiped","at_ms":1,"actor":"x"}', "line 2: no record"),
    "a record without its facts": (b'{"record":"posted","at_ms":1,"actor":"x"}', "line 2: no record"),
    "a wrong type": (b'{"record":"receipt_given","at_ms":"x","actor":"x","sale":"s"}',
                     "line 2: no record"),
    "binary": (b"\x00\xff\xfe", "line 2: cut off"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_trace_names_line_and_reason(name: str) -> None:
    line, message = BROKEN[name]
    first = to_line(a_sale_that_arrives().records[0])
    with pytest.raises(TraceError, match=message):
        judge_trace([first, line])


def test_what_does_not_begin_like_a_trace_is_none() -> None:
    with pytest.raises(TraceError, match="empty"):
        judge_trace([])
    with pytest.raises(TraceError, match="begins with run_started"):
        judge_trace([to_line(a_sale_that_arrives().records[1])])


def test_memory_is_bounded_by_what_is_open() -> None:
    """Ten thousand sales a day on a hundred terminals for four days: one day is open at most."""
    judge = Judge()
    widest = 0

    def looked_at(*, is_over: bool) -> None:
        nonlocal widest
        widest = max(widest, judge.open_count())
        assert not is_over or judge.open_count() < 500

    at = _feed_days(judge, 100, 4, looked_at)
    judgement = judge.finish(at)
    assert judgement.verdict is Verdict.PASS
    assert judgement.money.arrived.sales == 40_000
    assert widest < 25_000
    assert len(judgement.sales) == 40
    assert judgement.sales_left_out == 40_000 - 40


def test_of_a_paid_sale_little_is_remembered() -> None:
    """Whatever rules and trackers keep for what may be refunded or disputed later: bytes, all in all."""
    left: list[int] = []

    def looked_at(*, is_over: bool) -> None:
        if is_over:
            gc.collect()
            left.append(tracemalloc.get_traced_memory()[0])

    tracemalloc.start()
    _feed_days(Judge(), 4, 5, looked_at)
    tracemalloc.stop()
    sales = 100 * 4 * 3  # of the last three days
    assert left[4] - left[1] < sales * PAID_SALE_BYTES, left


@pytest.mark.benchmark
@pytest.mark.timeout(3_600)
def test_bytes_of_a_paid_sale_by_day(capsys) -> None:
    """Figures only: what each day adds, until what is kept by number is full."""
    left: list[int] = []

    def looked_at(*, is_over: bool) -> None:
        if is_over:
            gc.collect()
            left.append(tracemalloc.get_traced_memory()[0])

    tracemalloc.start()
    _feed_days(Judge(), 30, 28, looked_at)
    tracemalloc.stop()
    with capsys.disabled():
        days = " ".join(f"{(now - before) / 3_000:.0f}" for before, now in pairwise(left))
        sys.stdout.write(f"\nbytes added for each of 3,000 paid sales a day: {days}\n")


@pytest.mark.benchmark
@pytest.mark.timeout(3_600)
def test_memory_of_many_a_day(capsys) -> None:
    """Figures only: after the first day it hardly grows."""
    left: list[int] = []

    def looked_at(*, is_over: bool) -> None:
        if is_over:
            gc.collect()
            left.append(tracemalloc.get_traced_memory()[0])

    tracemalloc.start()
    _feed_days(Judge(), 1_000, 4, looked_at)
    tracemalloc.stop()
    with capsys.disabled():
        sizes = " ".join(f"{size / 2**20:.1f}" for size in left)
        added = " ".join(f"{(now - before) / 100_000:.0f}" for before, now in pairwise(left))
        sys.stdout.write(f"\n100,000 paid sales a day: MiB after each {sizes}; bytes added for each sale {added}\n")


def _feed_days(judge: Judge, terminals: int, days: int, looked_at: Callable[..., None]) -> int:
    """So many days of a hundred sales at each terminal, looked at before each is paid and after; the last moment."""
    tids = [f"{10_000_000 + n}" for n in range(terminals)]
    at = T0
    judge.feed(RunStarted(at, "run", "long", 1, "test"))
    judge.feed(MerchantOpened(at, "merchant.shop", MID, "bank.a"))
    for tid in tids:
        judge.feed(TerminalOpened(at, f"terminal.{tid}", tid, MID, "shop", "generic"))
    for day in range(1, days + 1):
        keys = []
        for stan in range(1, 101):
            at += MINUTE_MS // 2
            keys += [_feed_sale(judge, at, tid, day, stan) for tid in tids]
        looked_at(is_over=False)
        for tid in tids:
            for actor in (HOST, f"terminal.{tid}"):
                judge.feed(BatchCounted(at, actor, tid, day, 10_000, 100, 0, 0, "1", closed=True))
        _feed_payout(judge, at, str(date(2026, 1, 31) + timedelta(days=day)), keys)
        at += DAY_MS
        looked_at(is_over=True)
    return at


def _feed_sale(judge: Judge, at: int, tid: str, batch: int, stan: int) -> str:
    sale = f"{tid}-{batch}-{stan}"
    key = key_of(tid, batch, stan)
    actor = f"terminal.{tid}"
    feed = judge.feed
    feed(SaleMeant(at, "merchant.shop", sale, 100, CARD))
    feed(Sent(at, actor, HOST, "sale", "0200", tid, batch, stan, 100, sale=sale))
    feed(Arrived(at, HOST, actor, "sale", "0200", tid, batch, stan, 100))
    feed(Posted(at, "bank.a", "debit", key, (("cardholder:bank.a", -100), ("due:bank.a", 100))))
    feed(Posted(at, HOST, "capture", key,
                (("scheme:receivable", -100), (f"merchant:{MID}:pending", 100))))
    feed(Arrived(at, actor, HOST, "sale", "0210", tid, batch, stan, 100, "00"))
    feed(Concluded(at, actor, sale, "sale", "approved", batch, stan, "00",
                   amount_fen=100))
    feed(ReceiptGiven(at, actor, sale))
    return key


def _feed_payout(judge: Judge, at: int, date: str, keys: list[str]) -> None:
    for key in keys:
        judge.feed(ItemCleared(at, "clearing", key, "sale", MID, 100, 1, date))
    net = 99 * len(keys)
    judge.feed(MerchantSettled(at, "clearing", MID, date, 100 * len(keys), len(keys), net,
                               len(keys), date, at))
    for why, key, entries in (
        ("clearing", date, ((f"merchant:{MID}:pending", -100 * len(keys)),
                            (f"merchant:{MID}:payable", net), ("fee:acquirer", len(keys)))),
        ("interbank", f"{date}/bank.a",
         (("due:bank.a", -100 * len(keys)), ("scheme:receivable", 100 * len(keys)))),
        ("payout", date, ((f"merchant:{MID}:payable", -net), ("payout:in_transit", net))),
        ("payout_posted", date, (("payout:in_transit", -net), (f"account:bank.a/{MID}", net))),
    ):
        judge.feed(Posted(at, "clearing", why, key, entries))
    judge.feed(PayoutSent(at, "clearing", date, MID, "bank.a", net))
    judge.feed(PayoutPosted(at, "bank.a", date, MID, net))


def test_declined_sales_are_forgotten_when_they_have_been_quiet() -> None:
    day = Day()
    judge = Judge()
    for number in range(200):
        day.mean(f"s{number}")
        day.send(f"s{number}")
        day.request_arrives()
        day.reply_arrives("51")
        day.conclude(f"s{number}", "declined", code="51")
        day.wait(20 * MINUTE_MS)
    most = 0
    for record in day.records:
        judge.feed(record)
        most = max(most, judge.open_count())
    assert most < 80  # six hours' worth, three things each
    judgement = judge.finish(day.at)
    assert judgement.money.declined.sales == 200
    assert judgement.money.taken.sales == 0
