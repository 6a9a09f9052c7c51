"""Host and devices as processes on the wall clock: killed anywhere, the money arrives all the same."""

from __future__ import annotations

import resource
import signal
import socket
import subprocess
import sys

import msgspec
import pytest

from hil.bench.virtual_bench import VirtualBench
from hil.commands.entry import run
from hil.control.control import ControlError
from hil.device.requests import CutPower, PrinterFails
from hil.host.requests import Crash
from hil.host.state import CALENDAR, Calendar
from hil.host.store import Fact, HostStore
from hil.ports.ports import PortError
from hil.processes.process import BenchError, BenchProcess
from simulator.judge.verdict import State, Verdict
from simulator.local_time import DAY_MS, date_at
from simulator.machines.acquirer.records import AnyHostRecord
from simulator.scenario.read import load_scenario
from simulator.trace.records import Arrived, Journaled, Lost, PayoutPosted, Sent
from simulator.wire.kinds import Kind
from simulator.world.run import build_world, run_virtual

pytestmark = pytest.mark.live

TID = "10000001"
SCENARIO = """
title = "A shop on the bench"
start = 2026-01-27T10:00:00+08:00
until = "12h"
drain = "2d"
banks = [{ name = "bank.a", latency = "5ms" }]

[[merchants]]
name = "corner shop"
terminals = { count = 2, link = "ethernet", settings = { reply_timeout = "3s", reversal_idle = "1s" } }
habits = { settles = "22:30", after_failed_sale = "repeats", repeats_after = "40s" }
script = [
    { at = "10:05", sale = "S1", amount = "68.00" },
    { at = "10:15", sale = "S2", amount = "120.00" },
    { at = "10:30", sale = "S3", amount = "9.90" },
]
"""
LOST_REPLY = """
mode = "network.outage"
on = "reply"
mti = "0210"
nth = {nth}
"""


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "shop.toml"
    path.write_text(SCENARIO)
    return path


@pytest.fixture
def bench(scenario, tmp_path):
    with VirtualBench(scenario, tmp_path / "bench") as bench:
        yield bench


def settle_and_judge(bench, device, sales):
    device.wait_at_rest()
    assert device.operate(Kind.SETTLEMENT).result == "approved"
    bench.pay_out()
    judgement = bench.finish()
    assert judgement.verdict is Verdict.PASS, judgement.findings
    assert judgement.money.arrived.sales == judgement.money.taken.sales == sales
    return {each.number: each.state for each in judgement.invariants}


def power_goes(device, sale, amount_fen, cut):
    try:
        device.sell_into_power_cut(sale, amount_fen, cut)
    except BenchError:
        return False
    return True


def test_power_is_cut_at_every_boundary_between_effects_of_a_sale(bench):
    device = bench.plug_in(TID)
    device.sign_on()
    cuts = 0
    while True:
        sale = f"S{cuts}"
        if not power_goes(device, sale, 1_000 + cuts, CutPower(after_effects=cuts)):
            break
        device.power_on()
        device.sell_in_the_end(sale, 1_000 + cuts)
        cuts += 1
    assert cuts >= 4  # stored, sent, booked, printed at least
    device.cut_power()  # the switch was still armed
    device.power_on()
    states = settle_and_judge(bench, device, cuts + 1)
    assert {number for number, state in states.items() if state is State.HELD} >= {1, 2, 3, 4, 7}


def test_the_host_is_killed_at_every_boundary_between_effects_of_a_sale(scenario, tmp_path):
    scenario.write_text(SCENARIO.replace('reply_timeout = "3s"', 'reply_timeout = "1s"'))
    with VirtualBench(scenario, tmp_path / "bench") as bench:
        kill_the_host_everywhere(bench, bench.plug_in(TID))


def kill_the_host_everywhere(bench, device):
    device.sign_on()
    kills = 0
    while True:
        sale = f"S{kills}"
        bench.prepare_crash(Crash(after_effects=kills))
        device.sell(sale, 1_000 + kills)
        if bench.host.is_running() and bench.report().effects_done:
            break
        bench.wait_for_crash()
        bench.restart_host()
        device.sell_in_the_end(sale, 1_000 + kills)
        kills += 1
        assert kills < 20
    assert kills >= 3  # asked, issuer, decided at least
    bench.crash_host()
    bench.restart_host()
    states = settle_and_judge(bench, device, kills + 1)
    assert {number for number, state in states.items() if state is State.HELD} >= {1, 2, 3, 4, 6}


def course(records, actor):
    """Messages and journal entries of one actor, without times; the calendar's own entries apart."""
    seen = []
    for record in records:
        if isinstance(record, Sent | Arrived) and record.actor == actor:
            seen.append((type(record).__name__, record.what, record.mti, record.batch,
                         record.stan, record.response_code, record.amount_fen))
        elif isinstance(record, Lost) and record.sender == actor:
            seen.append(("Lost", record.what, record.mti, record.batch, record.stan))
        elif isinstance(record, Journaled) and record.actor == actor and record.entry != "cutover":
            seen.append((record.entry, record.batch, record.stan))
    return seen


def test_the_same_scenario_takes_the_same_course_on_both_clocks(scenario, bench, tmp_path):
    one = SCENARIO.replace("count = 2", "count = 1") + "[[faults]]" + LOST_REPLY.format(nth=2)
    path = tmp_path / "virtual.toml"
    path.write_text(one)
    virtual = []
    run_virtual(build_world(load_scenario(path), [virtual.append], wire=True))

    device = bench.plug_in(TID)
    bench.fault(LOST_REPLY.format(nth=2))
    device.sign_on()
    for sale, amount_fen in (("S1", 6_800), ("S2", 12_000), ("S3", 990)):
        outcome = device.sell(sale, amount_fen)
        device.wait_at_rest()
        if outcome.result != "approved":
            assert sale == "S2"
            device.sell_in_the_end(sale, amount_fen)
    settle_and_judge(bench, device, 3)
    for actor in (f"terminal.{TID}", "acquirer"):
        assert course(bench.records(), actor) == course(virtual, actor)


def test_a_host_that_goes_away_is_said_to_have_gone_and_the_sale_is_made_when_it_is_back(bench):
    device = bench.plug_in(TID)
    device.sign_on()
    bench.crash_host()
    assert device.sell("S1", 5_000).result == "failed"
    assert "nobody listens" in device.status().last_link_error
    bench.restart_host()
    device.sell_in_the_end("S1", 5_000)
    settle_and_judge(bench, device, 1)


def test_a_host_that_was_off_over_cut_over_and_payout_makes_up_for_both(bench):
    device = bench.plug_in(TID)
    device.sign_on()
    device.sell("S1", 5_000)
    assert device.operate(Kind.SETTLEMENT).result == "approved"
    now_ms = bench.report().now_ms
    device.stop()
    bench.crash_host()
    store = HostStore(bench.folder / "host.sqlite", AnyHostRecord)
    calendar = Calendar(bench.ahead_ms + 3 * DAY_MS)
    store.append(facts=[Fact(now_ms, CALENDAR, msgspec.json.encode(calendar))])
    store.close()
    bench.restart_host()
    assert bench.report().now_ms >= now_ms + 3 * DAY_MS
    bench.wait("paid", lambda report: not report.pending)
    judgement = bench.finish()
    assert judgement.verdict is Verdict.PASS, judgement.findings
    assert judgement.money.arrived.sales == 1
    paid = [each for each in bench.records() if isinstance(each, PayoutPosted)]
    assert [date_at(each.at_ms).isoformat() for each in paid] == ["2026-01-28"]


def test_an_account_frozen_at_payout_is_paid_after_it_was_unfrozen(bench):
    device = bench.plug_in(TID)
    device.sign_on()
    device.sell("S1", 5_000)
    device.operate(Kind.SETTLEMENT)
    bench.fault('mode = "account.frozen"\ntarget = "corner shop"')
    bench.pay_out()
    suspended = {name: fen for name, fen in bench.balances().items() if "suspense" in name and fen}
    assert sum(suspended.values()) == 4_970
    bench.action('do = "unfreeze_account"\nby = "corner shop"')
    bench.action('do = "release_suspense"\nby = "corner shop"')
    bench.wait("paid", lambda report: not report.pending)
    judgement = bench.finish()
    assert judgement.verdict is Verdict.PASS, judgement.findings
    assert judgement.money.arrived.sales == 1


def test_a_printer_that_fails_leaves_the_sale_in_totals_or_reversed(bench):
    device = bench.plug_in(TID)
    device.sign_on()
    device.process.do(PrinterFails())
    device.sell("S1", 5_000)
    device.process.do(PrinterFails(fails=False))
    device.sell("S2", 6_000)
    device.wait_at_rest()
    device.operate(Kind.SETTLEMENT)
    bench.pay_out()
    judgement = bench.finish()
    assert judgement.verdict is Verdict.PASS, judgement.findings


def test_a_device_built_wrong_is_caught(bench):
    device = bench.plug_in(TID, "--defect", "terminal.no_reversal")
    device.sign_on()
    bench.fault(LOST_REPLY.format(nth=1))
    device.sell("S1", 5_000)
    device.wait_at_rest()
    device.operate(Kind.SETTLEMENT)
    bench.pay_out()
    judgement = bench.finish()
    assert judgement.verdict is Verdict.FAIL


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux")
def test_a_device_whose_disk_is_full_says_so_and_loses_nothing(bench):
    device = bench.plug_in(TID)
    device.sign_on()
    device.sell("S1", 5_000)
    room = device.nvm.stat().st_size + 5
    resource.prlimit(device.process.pid, resource.RLIMIT_FSIZE, (room, room))
    with pytest.raises(PortError):
        device.sell("S2", 6_000)
    assert device.process.wait() == 2
    assert "no room left" in device.process.words()
    device.power_on()
    device.sell_in_the_end("S2", 6_000)
    settle_and_judge(bench, device, 2)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 0)])
def test_ctrl_c_leaves_everything_whole(bench, number, status):
    device = bench.plug_in(TID)
    device.sign_on()
    device.sell("S1", 5_000)
    assert device.process.interrupt(number) == status
    assert bench.host.interrupt(number) == status
    bench.restart_host()
    device.power_on()
    settle_and_judge(bench, device, 1)


def test_what_cannot_be_is_one_clear_line_and_exit_2(bench, scenario, tmp_path, capsys):
    state = ("--state", tmp_path / "other.sqlite")
    device = bench.plug_in(TID)
    ours = ("--tid", TID, "--mid", device.mid, "--host", bench.address)
    cases = [
        (("host", scenario, "--listen", bench.address, *state), "in use by another program"),
        (("host", scenario, "--state", bench.folder / "host.sqlite"), "another host"),
        (("host", scenario, "--listen", "0.0.0.0:0", *state), "open to the network"),
        (("host", scenario, "--listen", "here", *state), "HOST:PORT"),
        (("host", tmp_path, *state), "directory"),
        (("host", scenario, "--defect", "no.such", *state), "no.such"),
        (("device", *ours, "--nvm", device.nvm), "another device"),
        (("device", *ours, "--nvm", tmp_path / "x.nvm", "--profile", "toaster"), "lakala-keypad"),
        (("device", *ours, "--nvm", tmp_path / "x.nvm", "--defect", "toast"), "no_reversal"),
        (("device", "--tid", "7", *ours[2:], "--nvm", tmp_path / "x.nvm"), "--tid"),
    ]
    for arguments, words in cases:
        status = run([str(argument) for argument in arguments])
        said = capsys.readouterr().err
        assert (status, words in said, len(said.splitlines())) == (2, True, 1), (arguments, said)


def test_a_fault_or_a_command_that_cannot_be_says_what_can(bench):
    for ask, words in (
        (lambda: bench.fault('mode = "no.such"'), "network.outage"),
        (lambda: bench.fault("mode ="), "no TOML"),
        (lambda: bench.jump(by_ms=-1), "by_ms is 0 to"),
        (bench.jump, "by_ms"),
        (lambda: bench.host.do(Crash()), "one of the two"),
    ):
        with pytest.raises(ControlError, match=words):
            ask()


def test_a_process_that_cannot_start_is_an_error_of_the_bench(tmp_path):
    with pytest.raises(BenchError, match=r"status 2: .*no-such-file"):
        BenchProcess("host", ["host", "no-such-file.toml", "--state", str(tmp_path / "s")],
                     tmp_path / "err")


def test_who_looks_on_sees_who_came_what_happened_and_who_left(bench):
    device = bench.plug_in(TID)
    device.sign_on()
    device.sell("S1", 5_000)
    process = device.process
    device.stop()
    bench.wait("gone", lambda report: TID not in report.connected)
    assert f"terminal {TID} connected" in bench.host.words()
    assert f"terminal {TID} gone" in bench.host.words()
    assert "sale S1: approved" in process.words()


def test_a_device_does_not_outlive_a_bench_that_was_killed(tmp_path):
    program = (
        "import sys, pathlib; from hil.processes.process import BenchProcess;"
        "folder = pathlib.Path(sys.argv[1]);"
        "device = BenchProcess('device', ['device', '--tid', '10000001', '--mid',"
        "    '898000000000001', '--host', '127.0.0.1:9', '--nvm', str(folder / 'x.nvm')],"
        "    folder / 'err');"
        "print(device.ports['control'], flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as killed:
        host, _, port = killed.stdout.readline().decode().strip().partition(":")
        with socket.create_connection((host, int(port)), 30) as control:
            killed.kill()
            assert control.recv(1) == b""  # it ended, in good order
