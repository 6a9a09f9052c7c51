"""A live host is killed with a case open and limits half used: both go on where they were."""

from __future__ import annotations

import pytest

from hil.bench.virtual_bench import VirtualBench
from simulator.catalogue.disputes import DisputeStage
from simulator.judge.verdict import Verdict
from simulator.trace.records import Concluded, Disputed
from simulator.wire.kinds import Kind

pytestmark = pytest.mark.live

SCENARIO = """
title = "A case and limits over a kill"
start = 2026-01-27T10:00:00+08:00
until = "30h"
drain = "4d"
acquirer = { latency = "2ms", disputes = { representment_within = "2h" } }
banks = [{ name = "bank.a", latency = "5ms" }]
[network.ethernet]
latency = "2ms"
[[merchants]]
name = "corner shop"
limits = { day = "100.00" }
terminals = [
    { outside = true, settings = { reply_timeout = "1s", reversal_idle = "200ms" } },
    { count = 1, settings = { reply_timeout = "1s", reversal_idle = "200ms" } },
]
script = [{ at = "61s", sale = "first", amount = "12.00", terminal = 2 }]
habits = { settles = ["10:10"] }
[[disputes]]
sale = "first"
at = "1h"
course = [{ do = "chargeback" }]
"""


@pytest.fixture
def bench(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text(SCENARIO)
    with VirtualBench(path, tmp_path / "bench") as bench:
        yield bench


def killed(bench):
    bench.crash_host()
    bench.restart_host()


def stages(bench):
    return [each.stage for each in bench.records() if isinstance(each, Disputed)]


def test_a_case_ends_when_its_term_is_over_and_limits_still_bind(bench):
    """12.00 and 60.00 count against 100.00 a day: 40.00 more are refused, 28.00 are not."""
    device = bench.plug_in()
    device.sign_on()
    bench.jump(by_ms=62_000)
    bench.wait("the first sale is told", lambda _: any(
        isinstance(each, Concluded) and each.what == "sale" for each in bench.records()))
    assert device.sell("S1", 6_000).result == "approved"
    killed(bench)
    device.wait_at_rest()
    refused = device.sell("S2", 4_000)
    assert (refused.result, refused.response_code) == ("declined", "61")
    assert device.sell("S3", 2_800).result == "approved"
    assert device.operate(Kind.SETTLEMENT).result == "approved"
    bench.jump(by_ms=3_600_000)
    bench.wait("the case is open", lambda _: stages(bench))
    killed(bench)
    assert stages(bench) == [DisputeStage.CHARGED_BACK]
    bench.jump(by_ms=7_200_000)
    bench.wait("the term is over", lambda _: len(stages(bench)) > 1)
    killed(bench)
    assert stages(bench) == [DisputeStage.CHARGED_BACK, DisputeStage.LOST]
    bench.drain()
    bench.pay_out()
    judgement = bench.finish()
    assert judgement.verdict is Verdict.PASS, (judgement.findings, judgement.reasons)
