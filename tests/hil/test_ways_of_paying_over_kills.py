"""What an approval clears, and what is paid at once, over kills of a live host: each sale once and to the fen."""

from __future__ import annotations

from collections import Counter

import pytest

from hil.bench.virtual_bench import VirtualBench
from hil.host.requests import Crash
from simulator.judge.verdict import Verdict
from simulator.trace.records import ItemCleared, MerchantSettled, PayoutPosted
from simulator.wire.kinds import Kind

pytestmark = pytest.mark.live

TID = "10000001"
SCENARIO = """
title = "A shop at a port"
start = 2026-01-27T10:00:00+08:00
until = "12h"
drain = "2d"
banks = [{{ name = "bank.a", latency = "5ms" }}]
{acquirer}

[[merchants]]
name = "corner shop"
{payout}
terminals = {{ settings = {{ reply_timeout = "1s", reversal_idle = "1s" }} }}
"""
MOST_KILLS = 20


def bench_of(tmp_path, acquirer="", payout=""):
    scenario = tmp_path / "shop.toml"
    scenario.write_text(SCENARIO.format(acquirer=acquirer, payout=payout))
    return VirtualBench(scenario, tmp_path / "bench")


def sell_over_kills(bench, device):
    """The host is killed behind each effect of a sale; the sums that were sold."""
    device.sign_on()
    sums = []
    while True:
        fen = 1_000 + 100 * len(sums)
        sums.append(fen)
        bench.prepare_crash(Crash(after_effects=len(sums) - 1))
        device.sell(f"S{len(sums)}", fen)
        if bench.host.is_running() and bench.report().effects_done:
            break
        bench.wait_for_crash()
        bench.restart_host()
        device.sell_in_the_end(f"S{len(sums)}", fen)
        assert len(sums) < MOST_KILLS
    assert len(sums) >= 4
    bench.crash_host()  # the switch was still armed
    bench.restart_host()
    return sums


def fee_fen(fen):
    """0.6 %, half up, by whole numbers."""
    return (fen * 60 + 5_000) // 10_000


def test_an_approval_is_the_clearing_record_of_a_host_that_is_killed(tmp_path):
    """One batch is reconciled, one is left open: what is in it is cleared all the same."""
    with bench_of(tmp_path, acquirer='acquirer = { capture = "host" }') as bench:
        device = bench.plug_in(TID)
        sums = sell_over_kills(bench, device)
        device.wait_at_rest()
        assert device.operate(Kind.SETTLEMENT).result == "approved"
        device.sell_in_the_end("open", 7_700)
        bench.crash_host()
        bench.restart_host()
        bench.pay_out()
        judgement = bench.finish()
        records = bench.records()
    assert judgement.verdict is Verdict.PASS, judgement.findings
    stays = [each for each in records if isinstance(each, ItemCleared)]
    cleared = Counter()
    for each in stays:
        cleared[each.key] += each.amount_fen
    assert sorted(fen for fen in cleared.values() if fen) == sorted([*sums, 7_700])
    assert len(stays) == len({(each.key, each.what) for each in stays})
    paid = sum(each.net_fen for each in records if isinstance(each, PayoutPosted))
    assert paid == sum(fen - fee_fen(fen) for fen in (*sums, 7_700))
    assert judgement.money.arrived.sales == len(sums) + 1


def test_what_is_paid_at_once_is_paid_once_by_a_host_that_is_killed(tmp_path):
    """Each sale is a payout of its own; what was paid and then reversed, its answer lost in a kill, is owed."""
    with bench_of(tmp_path, payout='payout = "instant"') as bench:
        device = bench.plug_in(TID)
        sums = sell_over_kills(bench, device)
        device.sell_in_the_end("last", 99_900)
        bench.crash_host()  # while its payout is on its way to the bank
        bench.restart_host()
        device.wait_at_rest()
        assert device.operate(Kind.SETTLEMENT).result == "approved"
        bench.pay_out()
        judgement = bench.finish()
        records = bench.records()
    assert judgement.verdict is Verdict.PASS, judgement.findings
    paid = [each for each in records if isinstance(each, PayoutPosted)]
    assert len(paid) == len({each.payout for each in paid})
    told = [each.payout for each in records if isinstance(each, MerchantSettled)]
    assert len(told) == len(set(told))
    at_once = [each for each in paid if each.payout.startswith("instant/")]
    assert len(at_once) >= len(sums) + 1
    owed_fen = sum(each.fen for each in judgement.owed)
    assert sum(each.net_fen for each in paid) - owed_fen == sum(fen - fee_fen(fen) for fen in (*sums, 99_900))
    assert judgement.money.arrived.sales == len(sums) + 1
