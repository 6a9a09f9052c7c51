"""A device alone at a host loads its tables as a chip terminal does, killed in the middle or not."""

from __future__ import annotations

import signal

import pytest

from hil.commands.entry import run
from hil.device.requests import CutPower, DeviceStatus, Operate, Outcome, Status
from hil.host.requests import TakeAction
from hil.processes.process import BenchProcess, wait_until
from simulator.wire.kinds import Kind

pytestmark = pytest.mark.live

SCENARIO = """
title = "A chip terminal on the bench"
start = 2026-01-27T10:00:00+08:00
until = "12h"
[[merchants]]
name = "corner shop"
terminals = { count = 1 }
"""
TABLES = {"capk": 25, "aid": 11, "contactless": 1, "black_list": 40, "bin_b": 66, "bin_c": 6}
WHO = ["--tid", "10000001", "--mid", "898000000000001"]


def device_of(tmp_path, host, *more):
    port = host.ports["listening"]
    return BenchProcess("device", [
        "device", *WHO, "--host", f"{port.host}:{port.port}", "--nvm", str(tmp_path / "nvm"), *more,
    ], tmp_path / "device")


def host_of(tmp_path):
    (tmp_path / "day.toml").write_text(SCENARIO)
    return BenchProcess("host", [
        "host", str(tmp_path / "day.toml"), "--state", str(tmp_path / "state"),
    ], tmp_path / "host")


def status_of(device):
    return device.ask(Status(), DeviceStatus)


def loaded(device):
    return {each.table: each.entries for each in status_of(device).tables if each.loaded}


def test_a_device_that_is_killed_while_it_loads_goes_on_and_shows_what_it_has(tmp_path):
    host = host_of(tmp_path)
    device = device_of(tmp_path, host)
    device.do(CutPower(before="store:tableloaded", nth=20))
    told = device.ask(Operate(kind=Kind.SIGN_ON, password="0000"), Outcome)
    assert told.result == "approved"
    wait_until("its death at the twentieth key", device.has_died, bool)
    device = device_of(tmp_path, host)
    wait_until("all tables", lambda: loaded(device), lambda tables: tables == TABLES)
    status = status_of(device)
    assert not any(each.under_way for each in status.tables)
    effects = {each.table: each.effect for each in status.tables}
    assert effects["black_list"] == "its cards are refused offline"
    assert effects["bin_b"] == "kept"
    shown = {each.table: each.shown for each in status.tables}
    assert shown["contactless"]["FF8058 no_pin_limit"] == "000000100000"
    assert shown["black_list"] == {}
    before = status.master_key
    assert before == "08D7B4FB"  # of the published test key
    told = device.ask(Operate(kind=Kind.MASTER_KEY_DOWNLOAD), Outcome)
    assert told.result == "approved"
    assert status_of(device).master_key != before
    host.do(TakeAction(toml='do = "demand_download"\ndownload = "parameters"'))
    device.ask(Operate(kind=Kind.ECHO_TEST), Outcome)
    wait_until("what the header asked for", lambda: loaded(device), lambda it: "parameters" in it)
    assert device.interrupt(signal.SIGTERM) == 0
    assert host.interrupt(signal.SIGTERM) == 0
    assert "alarm" not in host.words()


def test_a_device_that_is_to_load_nothing_loads_nothing(tmp_path):
    host = host_of(tmp_path)
    device = device_of(tmp_path, host, "--download", "none")
    assert device.ask(Operate(kind=Kind.SIGN_ON, password="0000"), Outcome).result == "approved"
    assert device.ask(Operate(kind=Kind.ECHO_TEST), Outcome).result == "approved"
    assert loaded(device) == {}
    assert device.interrupt(signal.SIGTERM) == 0
    assert host.interrupt(signal.SIGTERM) == 0


def test_a_plan_that_is_unknown_is_refused_before_a_file_is_made(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert run(["device", *WHO, "--host", "127.0.0.1:9", "--nvm", "n", "--download", "all"]) == 2
    assert "allowed: none, chip, family-l, family-p, family-m, family-c" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
