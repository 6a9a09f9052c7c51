"""A host that judges its own run when it is stopped, however it is stopped."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hil.commands.program import run
from hil.judging.judging import judge_run
from hil.judging.traces import read_run
from simulator.trace.records import ClockSet, PhaseEntered

pytestmark = pytest.mark.live

SCENARIO = """
title = "A shop on the bench"
start = 2026-01-27T10:00:00+08:00
until = "12h"
[[merchants]]
name = "corner shop"
terminals = { count = 1 }
"""
START_S = 60.0


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "day.toml"
    path.write_text(SCENARIO)
    return path


def started(scenario, *options):
    process = subprocess.Popen(
        [str(Path(sys.executable).with_name("daozhang")), "host", str(scenario), *options],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    end = time.monotonic() + START_S
    while time.monotonic() < end and "control on" not in (line := process.stdout.readline()):
        assert line, process.stderr.read()
    name, _, port = line.split()[-1].rpartition(":")
    with socket.create_connection((name, int(port)), START_S) as control:  # its clock runs
        control.sendall(b'{"do":"status"}\n')
        assert control.makefile("rb").readline()
    return process


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_is_judged_when_a_signal_stops_it_and_the_run_is_over(tmp_path, scenario, number):
    state, out = tmp_path / "host.sqlite", tmp_path / "judged.json"
    process = started(scenario, "--state", str(state), "--judge", "--json", str(out))
    process.send_signal(number)
    said, errors = process.communicate(timeout=START_S)
    assert process.returncode == 4, errors
    assert "no message of any terminal arrived" in " ".join(said.split())
    assert json.loads(out.read_text())["verdict"] == "INCONCLUSIVE"
    read = read_run([state])
    assert [each.phase for each in read.host.records if isinstance(each, PhaseEntered)][-1] == "ended"
    assert any(isinstance(each, ClockSet) for each in read.host.records)
    assert not read.growing


def test_a_trace_that_still_grows_is_judged_and_said_to_be_unfinished(tmp_path, scenario):
    state, trace = tmp_path / "host.sqlite", tmp_path / "host.jsonl"
    process = started(scenario, "--state", str(state), "--trace", str(trace))
    try:
        for path in (state, trace):
            judgement = judge_run(read_run([path]))
            assert judgement.verdict.value == "INCONCLUSIVE"
            assert any("still being written" in note for note in judgement.notes), path
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=START_S)
    assert judge_run(read_run([trace])).notes == ()


def test_a_way_to_write_a_judgement_without_one_is_refused(tmp_path, scenario, capsys):
    status = run(["host", str(scenario), "--state", str(tmp_path / "s"), "--junit", str(tmp_path / "j")])
    assert status == 2
    assert "--judge" in capsys.readouterr().err
