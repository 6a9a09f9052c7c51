"""A fault that somebody added and that never struck: wherever it was planned, the run proves nothing about it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from hil.bench.virtual_bench import VirtualBench
from hil.judging.judging import judge_run
from hil.judging.traces import read_run
from hil.targets.target import Sale, TargetSetting
from hil.targets.targets import TARGETS, target_named
from simulator.judge.verdict import Verdict
from simulator.scenario.read import load_scenario
from simulator.wire.kinds import Kind
from tests.nursery_on_demand import daozhang

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "fixtures/benches/virtual.toml"
SCENARIO = """
title = "A shop"
start = 2026-01-27T10:00:00+08:00
until = "30d"
cards = [{{ name = "card.customer" }}]
[[merchants]]
name = "corner shop"
terminals = {{ settings = {{ {settings} }} }}
habits = {{ settles = "never", after_failed_sale = "gives_up", repeats_after = "1s" }}
"""
STRIKES = 'label = "sale"\nmode = "network.outage"\non = "reply"\nmti = "0210"\nnth = 1'
CANNOT = 'label = "preauth"\nmode = "acquirer.mac_failure"\nhow = "request"\nmti = "0100"\nnth = 1'  # nobody asks for one
MAY_STAY_AWAY = 'label = "may"\nmode = "network.outage"\non = "reply"\nmti = "0110"\nnth = 1\nmay_stay_away = true'
TOLD = "fault 'preauth' (acquirer.mac_failure) never struck"


@pytest.mark.parametrize("name", [*sorted(TARGETS), "bench"])
@pytest.mark.parametrize(("faults", "away"), [
    ((STRIKES, MAY_STAY_AWAY), ()), ((STRIKES, CANNOT), ("acquirer.mac_failure",))], ids=["strikes", "cannot"])
def test_a_target_names_what_never_struck_and_its_run_passes_only_without_it(tmp_path, name, faults, away):
    kind = target_named(name, str(BENCH) if name == "bench" else "")
    target = kind(TargetSetting(
        scenario=kind.scenario(SCENARIO.format(settings=kind.terminal_settings)), folder=tmp_path / "run"))
    try:
        for fault in faults:
            target.fault(fault)
        assert "network.outage" in target.unstruck()  # nobody has sold yet
        assert target.sell(Sale(name="S1", amount_fen=5_000)).result == "failed"
        assert target.unstruck() == away
        target.rest(1)
        assert target.sell(Sale(name="S1", amount_fen=5_000)).result == "approved"
        assert target.settle(1).result == "approved"
        judgement = target.judge()
    finally:
        target.close()
    assert judgement.findings == ()
    assert judgement.verdict is (Verdict.INCONCLUSIVE if away else Verdict.PASS)
    assert judgement.reasons == ((TOLD,) if away else ())


@pytest.mark.parametrize(("fault", "verdict"), [(STRIKES, Verdict.PASS), (CANNOT, Verdict.INCONCLUSIVE)], ids=["strikes", "cannot"])
def test_the_state_of_a_host_says_it_over_a_restart_whoever_judges_it_and_with_or_without_the_scenario(tmp_path, fault, verdict):
    path = tmp_path / "shop.toml"
    path.write_text(SCENARIO.format(settings='reply_timeout = "2s", reversal_idle = "1s"'))
    with VirtualBench(path, tmp_path / "run") as bench:
        device = bench.plug_in()
        device.sign_on()
        bench.fault(fault)
        bench.crash_host()
        bench.restart_host()
        device.sell_in_the_end("S1", 5_000)
        device.wait_at_rest()
        assert device.operate(Kind.SETTLEMENT).result == "approved"
        bench.pay_out()
        bench.finish()
    state = tmp_path / "run/host.sqlite"
    for scenario in (None, load_scenario(path)):
        judgement = judge_run(read_run([state, device.trace]), scenario)
        assert (judgement.verdict, judgement.findings) == (verdict, ())
        assert judgement.reasons == ((TOLD,) if verdict is Verdict.INCONCLUSIVE else ())


def test_a_host_that_judges_itself_names_a_fault_that_was_added_over_its_control_port(tmp_path):
    path, out = tmp_path / "day.toml", tmp_path / "judged.json"
    path.write_text(SCENARIO.format(settings=""))
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("daozhang")), "host", str(path), "--state", str(tmp_path / "host.sqlite"),
         "--judge", "--json", str(out)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    end = time.monotonic() + 120
    while time.monotonic() < end and "control on" not in (line := process.stdout.readline()):
        assert line, process.stderr.read()
    name, _, port = line.split()[-1].rpartition(":")
    with socket.create_connection((name, int(port)), 60) as control:
        control.sendall(json.dumps({"do": "fault", "toml": CANNOT}).encode() + b"\n")
        assert b'"acquirer.mac_failure"' in control.makefile("rb").readline()
    process.send_signal(signal.SIGTERM)
    said, errors = process.communicate(timeout=120)
    assert process.returncode == 4, errors
    assert TOLD in json.loads(out.read_text())["reasons"]
    assert "never struck" in said


FEATURE = """Feature: mine
  Scenario: {name}
    Given a merchant "Corner Shop" with one terminal
    And the fault "network.outage" strikes
      | on  | reply |
      | mti | {mti} |
      | nth | 1     |
    When the merchant sells for ¥68.00
    Then {then}
"""
STAYS_AWAY = FEATURE.format(name="stays away", mti="0110", then="the terminal says that the sale is approved")
COMES = FEATURE.format(name="comes", mti="0210", then="it does not go through")


@pytest.mark.parametrize("options", [["target=virtual"], ["target=bench", "-D", f"bench={BENCH}"]], ids=["virtual", "bench"])
def test_a_feature_on_processes_fails_where_its_fault_never_struck(tmp_path, options):
    (tmp_path / "away.feature").write_text(STAYS_AWAY)
    (tmp_path / "comes.feature").write_text(COMES)
    done = daozhang(["behave", "away.feature", "comes.feature", "-f", "plain", "-D", *options], tmp_path, {"DAOZHANG_LANG": "en"})
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert said.count("never struck: network.outage") == 1, said
    assert "1 scenario passed, 1 failed" in said, said


def test_a_test_in_pytest_fails_where_its_fault_never_struck_and_a_judgement_says_so_itself(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider\n")
    (tmp_path / "test_theirs.py").write_text(textwrap.dedent(f"""
        def test_strikes(dut, host):
            host.fault({STRIKES!r})
            host.fault({MAY_STAY_AWAY!r})
            assert dut.sale(5_000, order="S1").result == "failed"

        def test_cannot(dut, host):
            host.fault({CANNOT!r})
            assert dut.sale(5_000, order="S1").approved

        def test_is_judged(dut, host):
            host.fault({CANNOT!r})
            assert dut.sale(5_000, order="S1").approved
            assert dut.judged().verdict.value == "INCONCLUSIVE"
    """))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:daozhang", "-p", "hil.targets.pytest_plugin", "--bench", str(BENCH), "."],
        cwd=tmp_path, capture_output=True, text=True, timeout=280, check=False,
        env={"PATH": "/usr/bin:/bin", "DAOZHANG_LANG": "en", "PYTHONPATH": str(ROOT)})
    assert done.returncode == 1, done.stdout
    assert "1 failed, 2 passed" in done.stdout, done.stdout
    assert "INCONCLUSIVE: never struck: acquirer.mac_failure" in done.stdout, done.stdout
    assert "test_theirs.py::test_cannot - Failed" in done.stdout
