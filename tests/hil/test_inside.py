"""Simulated terminals in a live host, beside one at a port: they sell, are killed, and lose nothing."""

from __future__ import annotations

import socket
import time

import pytest

from hil.bench.virtual_bench import VirtualBench
from hil.control.control import ControlError
from hil.device.requests import CutPower
from hil.host.requests import Announce, Crash, Heal
from simulator.catalogue.line_reasons import PortWarning
from simulator.judge.verdict import State, Verdict, Where
from simulator.trace.records import (
    Concluded,
    FaultFired,
    Lost,
    Restarted,
    SaleMeant,
    Sent,
    TerminalOpened,
    Warned,
)
from simulator.wire.kinds import Kind

pytestmark = pytest.mark.live

SCENARIO = """
title = "One at a port, some inside"
start = 2026-01-27T10:00:00+08:00
until = "12h"
drain = "2d"
acquirer = { latency = "2ms", issuer_timeout = "2s", issuer_reversal_every = "1s" }
banks = [{ name = "bank.a", latency = "5ms" }]
[network.ethernet]
latency = "2ms"
[[merchants]]
name = "corner shop"
sales = { per_hour = 36000, mix = { qr = 0.1, preauth = 0.05 } }
habits = { repeats_after = "500ms", tries = 20 }
terminals = [
    { outside = true, settings = { reply_timeout = "1s", reversal_idle = "200ms" } },
    { count = 12, settings = { reply_timeout = "1s", reversal_idle = "200ms" } },
]
script = [
    { at = "61s", sale = "first", amount = "12.00", terminal = 2 },
    { at = "62s", do = "void", of = "first", terminal = 2 },
    { at = "63s", sale = "second", amount = "8.00", terminal = 3 },
]
"""
OUTSIDE = "10000001"


@pytest.fixture
def bench(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text(SCENARIO)
    with VirtualBench(path, tmp_path / "bench") as bench:
        yield bench


def open_shop(bench):
    bench.jump(by_ms=60_000)  # customers come from the second minute on


def meant(bench):
    return [each.sale for each in bench.records() if isinstance(each, SaleMeant)]


def judged(bench):
    bench.drain()
    bench.pay_out()
    judgement = bench.finish()
    said = [each.what for each in judgement.findings] or judgement.reasons
    assert judgement.verdict is Verdict.PASS, said
    states = {each.number: each.state for each in judgement.invariants}
    assert {states[number] for number in (1, 3, 5, 6)} == {State.HELD}
    sales = meant(bench)
    assert len(sales) == len(set(sales))  # nobody meant twice what was meant once
    return judgement


def test_both_kinds_sell_in_one_world_and_both_are_judged(bench):
    device = bench.plug_in()
    assert device.tid == OUTSIDE
    device.sign_on()
    open_shop(bench)
    for number in range(3):
        assert device.sell(f"S{number}", 1_000 + number).result == "approved"
        time.sleep(1)
    assert device.operate(Kind.SETTLEMENT).result == "approved"
    judgement = judged(bench)
    approved = {
        each.actor for each in bench.records()
        if isinstance(each, Concluded) and each.result == "approved" and each.what == "sale"}
    assert f"terminal.{OUTSIDE}" in approved
    assert len(approved) > 6  # by 10 sales a second, most of the others as well
    assert judgement.money.arrived.sales > 10
    assert (judgement.ends.simulated, judgement.ends.at_ports) == (
        12, ((OUTSIDE, "virtual device"),))


def test_inside_terminals_lose_nothing_when_the_host_is_killed_again_and_again(bench):
    device = bench.plug_in()
    device.sign_on()
    open_shop(bench)
    for kill in range(6):
        time.sleep(0.4 + 0.13 * kill)  # anywhere in a sale, no two alike
        bench.crash_host()
        bench.restart_host()
        device.wait_at_rest()
        device.sell(f"after kill {kill}", 500)
        device.sell_in_the_end(f"after kill {kill}", 500)
    time.sleep(1)
    device.wait_at_rest()
    device.operate(Kind.SETTLEMENT)
    judged(bench)
    records = bench.records()
    last = max(number for number, each in enumerate(records) if isinstance(each, Restarted))
    assert any(isinstance(each, SaleMeant) and not each.sale.startswith("after")
               for each in records[last:])  # customers go on coming
    back = {each.actor for each in records if isinstance(each, Restarted)}
    assert {f"terminal.{int(OUTSIDE) + number}" for number in range(1, 13)} < back
    told = {each.sale: each.result for each in records if isinstance(each, Concluded)}
    assert told["first"] == told["second"] == "approved"
    assert [each.result for each in records
            if isinstance(each, Concluded) and each.what == "void"].count("approved") == 1


@pytest.mark.parametrize("before", ["store:asked", "ask:debit", "store:decided", "reply:0210"])
def test_inside_sales_survive_a_kill_between_two_effects_of_the_acquirer(bench, before):
    open_shop(bench)
    for _ in range(2):
        bench.prepare_crash(Crash(before=before, nth=3))
        bench.wait_for_crash()
        bench.restart_host()
    time.sleep(1)
    judgement = judged(bench)
    assert judgement.money.arrived.sales > 5


def back_at(bench, tid):
    return [each.at_ms for each in bench.records()
            if isinstance(each, Restarted) and each.actor == f"terminal.{tid}"]


@pytest.mark.parametrize("mode", ["terminal.power_lost", "terminal.hung"])
def test_a_terminal_that_is_off_or_hangs_stays_so_over_a_kill_for_the_rest_of_its_time(bench, mode):
    open_shop(bench)
    victim = f"{int(OUTSIDE) + 3}"
    bench.fault(f'mode = "{mode}"\ntarget = "terminal:{victim}"\noff_for = "3s"\nnth = 1')
    bench.wait("the fault struck", lambda _: any(
        isinstance(each, FaultFired) for each in bench.records()))
    bench.crash_host()
    bench.restart_host()
    bench.jump(by_ms=10_000)
    bench.wait("it is back", lambda _: back_at(bench, victim))
    [struck] = [each for each in bench.records() if isinstance(each, FaultFired)]
    assert back_at(bench, victim)[0] - struck.at_ms - 10_000 >= 3_000  # the process was away: no time went by
    judged(bench)


def test_in_the_last_phase_no_customer_comes_any_more_not_even_after_a_kill(bench):
    open_shop(bench)
    time.sleep(1)
    bench.drain()
    before = len(meant(bench))
    bench.crash_host()
    bench.restart_host()
    time.sleep(1.5)
    assert len(meant(bench)) == before > 0
    bench.pay_out()
    assert bench.finish().verdict is Verdict.PASS


def test_nothing_that_is_announced_is_taken_for_a_terminal_inside(bench):
    with pytest.raises(ControlError, match=f"no terminal outside.*{OUTSIDE}"):
        bench.host.do(Announce(tid="10000002", device="virtual device"))
    with pytest.raises(ControlError, match="1 to 40 letters"):
        bench.host.do(Announce(tid=OUTSIDE, device="6200000000000120"))
    opened = {each.tid: each for each in bench.records() if isinstance(each, TerminalOpened)}
    assert (opened[OUTSIDE].end, opened[OUTSIDE].device, opened[OUTSIDE].observable) == (
        "port", "", False)
    assert (opened["10000002"].end, opened["10000002"].observable) == ("world", True)


def test_no_line_is_simulated_in_front_of_a_port(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text(SCENARIO.replace('latency = "2ms"\n[[', 'latency = "3s"\nloss = 0.9\n[['))
    with VirtualBench(path, tmp_path / "bench") as bench:
        device = bench.plug_in()
        began_s = time.monotonic()
        device.sign_on()
        for number in range(5):
            assert device.sell(f"S{number}", 1_000).result == "approved"
        assert time.monotonic() - began_s < 3
        assert not [each for each in bench.records() if isinstance(each, Sent) and each.attempt]


@pytest.mark.parametrize(("how", "why", "why_inside"), [
    ("dropped", "drop", "drop"), ("refused", "hung_up", "refuse_connect")])
def test_one_router_fault_strikes_both_kinds_where_they_share_it(bench, how, why, why_inside):
    device = bench.plug_in()
    device.sign_on()
    open_shop(bench)
    bench.fault(f'mode = "network.router_down"\nhow = "{how}"\ntarget = "router.1"\nlabel = "router"')
    assert device.sell("S1", 500).result == "failed"  # over a real socket, which stands
    time.sleep(2)
    if how == "refused":
        assert "the host hung up" in device.status().last_link_error
    bench.host.do(Heal())
    device.sell_in_the_end("S1", 500)
    time.sleep(1)
    assert device.operate(Kind.SETTLEMENT).result == "approved"
    judged(bench)
    struck = {
        each.tid for each in bench.records()
        if isinstance(each, Lost) and each.why == (why if each.tid == OUTSIDE else why_inside)
        and each.sender.startswith("terminal.")}
    assert OUTSIDE in struck
    assert len(struck) > 3


def test_a_terminal_whose_trace_nobody_reads_is_judged_from_its_port(bench):
    device = bench.plug_in()
    device.sign_on()
    for number in range(3):
        assert device.try_again(f"X{number}", 1_000).result == "approved"
    open_shop(bench)
    time.sleep(1)
    assert device.operate(Kind.SETTLEMENT).result == "approved"
    bench.drain()
    device.stop()
    del bench.devices[OUTSIDE]  # somebody else's: its trace is not ours to read
    bench.pay_out()
    judgement = bench.finish()
    assert judgement.verdict is Verdict.PASS, judgement.findings
    assert judgement.ends.unseen == (OUTSIDE,)
    arrived = [each for each in judgement.sales if each.tid == OUTSIDE]
    assert [each.where for each in arrived] == [Where.ARRIVED] * 3


def test_a_host_says_at_its_start_how_many_are_outside_and_inside(bench):
    assert "1 terminal outside, 12 inside" in bench.host.words()


def test_where_no_terminal_is_called_outside_all_are(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text(SCENARIO.replace("outside = true, ", ""))
    with VirtualBench(path, tmp_path / "bench") as bench:
        assert "13 terminals outside, 0 inside" in bench.host.words()
        assert len(bench.report().outside) == 13


ECHO_OF_10000003 = bytes.fromhex(
    "0034600003000060310031100108200000000000C00010" + b"10000003898000000000001".hex()
    + "0011000000013010")


def test_nobody_at_the_port_speaks_for_a_terminal_inside(bench):
    """Its frames are not answered, the host lives and serves the next one."""
    with socket.create_connection((bench.address.host, bench.address.port), 5) as line:
        line.sendall(ECHO_OF_10000003)
        assert line.recv(100) == b""
    device = bench.plug_in(OUTSIDE)
    assert device.sign_on().result == "approved"
    assert device.sell("S1", 500).result == "approved"
    warned = [each for each in bench.records() if isinstance(each, Warned)]
    assert any(each.code == PortWarning.NOT_AT_A_PORT and "10000003" in each.text for each in warned)


def test_a_switch_that_could_never_act_is_refused(bench):
    with pytest.raises(ControlError, match='no step "nonsense"'):
        bench.prepare_crash(Crash(before="nonsense"))
    device = bench.plug_in(OUTSIDE)
    with pytest.raises(ControlError, match='no step "send:9999"'):
        device.process.do(CutPower(before="send:9999"))
