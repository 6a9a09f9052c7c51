"""Sales that are paid at once at a live host that is killed at every boundary of a sale: each is paid once."""

from __future__ import annotations

from collections import Counter

import pytest

from hil.bench.virtual_bench import VirtualBench
from hil.host.requests import Crash
from simulator.judge.verdict import Verdict
from simulator.trace.records import ItemCleared, PayoutPosted
from simulator.wire.kinds import Kind

pytestmark = pytest.mark.live

SCENARIO = """
title = "Paid at once"
start = 2026-01-27T10:00:00+08:00
until = "12h"
drain = "2d"
acquirer = { latency = "2ms", advance_pool = "5000.00" }
banks = [{ name = "bank.a", latency = "5ms" }]
[network.ethernet]
latency = "2ms"
[[merchants]]
name = "corner shop"
payout = { terms = "instant", fee = { plus = "0.10" } }
terminals = { count = 1, settings = { reply_timeout = "1s" } }
"""
MOST = 12


@pytest.fixture
def bench(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text(SCENARIO)
    with VirtualBench(path, tmp_path / "bench") as bench:
        yield bench


def test_a_host_that_is_killed_between_any_two_effects_of_a_sale_pays_it_once(bench):
    device = bench.plug_in()
    device.sign_on()
    for kills in range(MOST):
        before = bench.report().effects_done
        bench.prepare_crash(Crash(after_effects=kills))
        device.sell(f"S{kills}", 1_000 + kills)
        if bench.host.is_running() and bench.report().effects_done > before:
            break
        bench.wait_for_crash()
        bench.restart_host()
        device.sell_in_the_end(f"S{kills}", 1_000 + kills)
    assert MOST > kills >= 3  # asked, decided, answered at least
    bench.crash_host()
    bench.restart_host()
    assert device.operate(Kind.SETTLEMENT).result == "approved"
    bench.pay_out()
    judgement = bench.finish()
    assert judgement.verdict is Verdict.PASS, judgement.findings
    records = bench.records()
    posted = Counter(each.payout for each in records if isinstance(each, PayoutPosted))
    at_once = {each.payout for each in records if isinstance(each, ItemCleared) and each.payout}
    assert len(at_once) >= kills
    assert at_once <= set(posted)
    assert set(posted.values()) == {1}
