"""Faults and remedies of a live host: what it cannot do it refuses, what it did it remembers."""

from __future__ import annotations

import pytest

from hil.bench.virtual_bench import VirtualBench
from hil.commands.entry import run
from hil.control.control import ControlError
from simulator.judge.verdict import Verdict
from simulator.trace.records import ActionTaken, FaultBegan, FaultFired
from simulator.wire.kinds import Kind

pytestmark = pytest.mark.live

SCENARIO = """
title = "A shop on the bench"
start = 2026-01-27T10:00:00+08:00
until = "12h"
drain = "2d"
banks = [{ name = "bank.a", latency = "5ms" }]
[[merchants]]
name = "shop"
terminals = { count = 1, link = "ethernet", settings = { reply_timeout = "2s", reversal_idle = "1s" } }
"""
IMPOSSIBLE = [
    ("fault", 'mode = "terminal.power_lost"', "terminal.power_lost (cut_power at terminal_step)"),
    ("fault", 'mode = "terminal.hung"', "terminal.hung (hang at terminal_step)"),
    ("fault", 'mode = "terminal.factory_reset"', "terminal.factory_reset (wipe at operation)"),
    ("fault", 'mode = "operator.wrong_amount"', "operator.wrong_amount (mistype at operation)"),
    ("fault", 'mode = "operator.sale_in_maintenance"\nat = "1h"\nfor = "1h"',
     "operator.sale_in_maintenance (go_on at window)"),
    ("action", 'do = "restart_terminal"', "restart_terminal needs hands at a terminal"),
    ("action", 'do = "update_software"\nsoftware = "32000000"', "update_software needs hands"),
    ("action", 'do = "settle"\nby = "shop"', "settle needs hands"),
]
FIRST_REPLY_LOST = 'mode = "network.outage"\non = "reply"\nmti = "0210"\nnth = 1'


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text(SCENARIO)
    return path


@pytest.fixture
def bench(scenario, tmp_path):
    with VirtualBench(scenario, tmp_path / "bench") as bench:
        yield bench


@pytest.mark.parametrize(("what", "toml", "said"), IMPOSSIBLE)
def test_a_scenario_that_asks_a_live_host_for_what_it_cannot_do_is_refused(
    tmp_path, capsys, what, toml, said,
):
    path = tmp_path / "shop.toml"
    moment = '\nat = "1h"' if what == "action" else ""
    path.write_text(f"{SCENARIO}[[{what}s]]\n{toml}{moment}\n")
    assert run(["host", str(path), "--state", str(tmp_path / "host.sqlite")]) == 2
    told = capsys.readouterr().err
    line = SCENARIO.count("\n") + 2
    assert f"shop.toml:{line}: {what}s[1]" in told
    assert said in told
    assert "10000001 is outside" in told
    assert not (tmp_path / "host.sqlite").exists()


def test_what_it_cannot_do_is_refused_over_the_control_port_and_leaves_no_record(bench):
    for what, toml, said in IMPOSSIBLE:
        ask = bench.fault if what == "fault" else bench.action
        with pytest.raises(ControlError) as refused:
            ask(toml)
        assert said in str(refused.value)
        assert "10000001 is outside" in str(refused.value)
    bench.host.kill()
    assert not [each for each in bench.records() if isinstance(each, ActionTaken | FaultFired | FaultBegan)]


def sold_and_paid(bench, device, sales):
    device.wait_at_rest()
    assert device.operate(Kind.SETTLEMENT).result == "approved"
    bench.pay_out()
    judgement = bench.finish()
    assert judgement.money.arrived.sales == sales
    return judgement


def fired(bench):
    return [each.fault for each in bench.records() if isinstance(each, FaultFired)]


def test_a_fault_that_struck_once_does_not_strike_again_after_a_restart(bench):
    device = bench.plug_in()
    device.sign_on()
    bench.fault(FIRST_REPLY_LOST)
    assert device.sell("S1", 5_000).result == "failed"
    device.wait_at_rest()
    bench.crash_host()
    bench.restart_host()
    device.sell_in_the_end("S1", 5_000)
    judgement = sold_and_paid(bench, device, 1)
    assert (judgement.verdict, judgement.reasons) == (Verdict.PASS, ())
    assert len(fired(bench)) == 1


def test_a_fault_that_was_added_is_there_after_a_restart(bench):
    device = bench.plug_in()
    device.sign_on()
    bench.fault(FIRST_REPLY_LOST)
    bench.crash_host()
    bench.restart_host()
    device.sell_in_the_end("S1", 5_000)
    judgement = sold_and_paid(bench, device, 1)
    assert judgement.verdict is Verdict.PASS
    assert fired(bench) == ["network.outage live 1"]


def test_a_host_that_is_down_for_ten_minutes_is_up_once_the_calendar_has_jumped_over_them(bench):
    """How long it is down belongs to the calendar: no protocol waits for it."""
    device = bench.plug_in()
    device.sign_on()
    bench.fault('mode = "acquirer.system_update"\nfor = "10m"')
    assert device.sell("S1", 5_000).result == "failed"
    bench.jump(by_ms=20 * 60_000)
    device.sell_in_the_end("S1", 5_000)
    assert sold_and_paid(bench, device, 1).verdict is Verdict.PASS


def test_what_a_remedy_ended_is_over_after_a_restart_and_a_fault_that_stayed_away_is_told(bench):
    device = bench.plug_in()
    device.sign_on()
    bench.fault('mode = "network.router_down"\nlabel = "router"\nnth = 9')
    bench.fault('mode = "account.frozen"\ntarget = "shop"\nlabel = "ice"')
    bench.action('do = "unfreeze_account"\nby = "shop"')
    bench.crash_host()
    bench.restart_host()
    device.sell_in_the_end("S1", 5_000)
    judgement = sold_and_paid(bench, device, 1)
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert judgement.reasons == (
        "fault 'router' (network.router_down) never struck",
        "fault 'ice' (account.frozen) never struck")
