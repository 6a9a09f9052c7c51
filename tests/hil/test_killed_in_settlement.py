"""Device and host as processes, killed at every boundary of a settlement that has to upload its batch."""

from __future__ import annotations

import pytest

from hil.bench.virtual_bench import VirtualBench
from hil.device.requests import CutPower
from hil.host.requests import Crash
from hil.ports.ports import PortError
from simulator.judge.verdict import State, Verdict
from simulator.trace.records import Sent
from simulator.wire.kinds import Kind

pytestmark = pytest.mark.live

SCENARIO = """
title = "A settlement that does not balance"
start = 2026-01-27T10:00:00+08:00
until = "12h"
drain = "2d"
acquirer = { latency = "2ms" }
banks = [{ name = "bank.a", latency = "5ms" }]
[network.ethernet]
latency = "2ms"
[[merchants]]
name = "corner shop"
terminals = { count = 1, settings = { reply_timeout = "1s" } }
"""
WRONG_TOTALS = 'mode = "record.wrong_details"\nhow = "totals"'
MOST = 40


@pytest.fixture
def bench(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text(SCENARIO)
    with VirtualBench(path, tmp_path / "bench") as bench:
        yield bench


def settle_in_the_end(device):
    for _ in range(10):
        if device.operate(Kind.SETTLEMENT).result == "approved":
            return
    raise AssertionError("not settled in 10 tries")


def judged(bench, device, sales):
    settle_in_the_end(device)
    bench.pay_out()
    judgement = bench.finish()
    assert judgement.verdict is Verdict.PASS, judgement.findings
    assert judgement.money.arrived.sales == judgement.money.taken.sales == sales
    states = {each.number: each.state for each in judgement.invariants}
    assert {states[number] for number in (1, 3, 5, 6)} == {State.HELD}
    assert any(isinstance(each, Sent) and each.mti == "0320" for each in bench.records())


def test_power_is_cut_at_every_boundary_between_effects_of_settlement_and_upload(bench):
    device = bench.plug_in()
    device.sign_on()
    bench.fault(WRONG_TOTALS)
    for cuts in range(MOST):
        device.sell(f"S{cuts}", 1_000 + cuts)
        device.process.do(CutPower(after_effects=cuts))
        try:
            device.operate(Kind.SETTLEMENT)
        except PortError:
            device.wait_for_power_cut()
            device.power_on()
            device.wait_at_rest()
            settle_in_the_end(device)
        else:
            break
    assert MOST > cuts >= 6  # begun, sent, answered, details, end, closed at least
    device.cut_power()  # the switch was still armed
    device.power_on()
    judged(bench, device, cuts + 1)


def test_the_host_is_killed_at_every_boundary_between_effects_of_settlement_and_upload(bench):
    device = bench.plug_in()
    device.sign_on()
    bench.fault(WRONG_TOTALS)  # a killed host remembers it
    for kills in range(MOST):
        device.sell(f"S{kills}", 1_000 + kills)
        before = bench.report().effects_done
        bench.prepare_crash(Crash(after_effects=kills))
        device.operate(Kind.SETTLEMENT)
        if bench.host.is_running() and bench.report().effects_done > before:
            break
        bench.wait_for_crash()
        bench.restart_host()
        settle_in_the_end(device)
    assert MOST > kills >= 3  # totals, details and the end are answered, the batch is settled
    bench.crash_host()
    bench.restart_host()
    judged(bench, device, kills + 1)
