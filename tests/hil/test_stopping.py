"""A host or a device that is told to stop has stopped about a second later, whoever does not read."""

from __future__ import annotations

import signal
import socket
import time
from contextlib import ExitStack

import pytest

from hil.commands.entry import run
from hil.device.requests import DeviceStatus, Operate, Status
from hil.host.requests import HostReport, HostStatus
from hil.processes.process import BenchProcess
from simulator.wire.kinds import Kind

pytestmark = pytest.mark.live

LONGEST_STOP_S = 5.0  # a second, on a machine that does other things too
SCENARIO = """
title = "A shop on the bench"
start = 2026-01-27T10:00:00+08:00
until = "12h"
[[merchants]]
name = "corner shop"
terminals = { count = 200 }
"""


def connected(stack, address):
    peer = stack.enter_context(socket.socket())
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    peer.connect((address.host, address.port))
    return peer


def stopped_in_s(process, number):
    began_s = time.monotonic()
    status = process.interrupt(number)
    return status, time.monotonic() - began_s


@pytest.mark.parametrize(("number", "exit_status"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_host_stops_though_many_peers_do_not_read(tmp_path, number, exit_status):
    (tmp_path / "day.toml").write_text(SCENARIO)
    host = BenchProcess("host", [
        "host", str(tmp_path / "day.toml"), "--state", str(tmp_path / "state"),
        "--limit", "connections=10", "--limit", "room_s=0",
    ], tmp_path / "err")
    with ExitStack() as stack:
        for _ in range(20):
            connected(stack, host.ports["control"]).sendall(b'{"do":"status"}\n' * 200)
        for _ in range(10):
            connected(stack, host.ports["listening"])
        newcomer = connected(stack, host.ports["listening"])
        assert newcomer.recv(1) == b""
        assert host.ask(HostStatus(), HostReport).phase == "faults"
        until_s = time.monotonic() + 20  # the control port's flood is heard first
        while "10 connections stand (limit connections)" not in host.words():
            assert time.monotonic() < until_s, host.words()
            time.sleep(0.05)
        status, took_s = stopped_in_s(host, number)
    assert (status, took_s < LONGEST_STOP_S) == (exit_status, True)


def test_a_device_stops_though_its_host_takes_nothing(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        device = BenchProcess("device", [
            "device", "--tid", "10000001", "--mid", "898000000000001",
            "--host", f"127.0.0.1:{deaf.getsockname()[1]}", "--nvm", str(tmp_path / "nvm"),
            "--limit", "unread_s=30", "--control-limit", "connections=5",
        ], tmp_path / "err")
        deaf.settimeout(30)
        device.control.send(Operate(kind=Kind.SIGN_ON, password="0000"))
        with deaf.accept()[0], ExitStack() as stack:
            for _ in range(3):
                connected(stack, device.ports["control"]).sendall(b'{"do":"status"}\n' * 1_000)
            status, took_s = stopped_in_s(device, signal.SIGTERM)
    assert (status, took_s < LONGEST_STOP_S) == (0, True)


@pytest.mark.parametrize(("arguments", "words"), [
    (["host", "lost-reply", "--state", "s", "--limit", "speed=1"], "allowed: NAME=NUMBER with one of connections"),
    (["host", "lost-reply", "--state", "s", "--control-limit", "connections=0"], ">= 1"),
    (["device", "--tid", "10000001", "--mid", "898000000000001", "--host", "127.0.0.1:9", "--nvm",
      "n", "--limit", "connections=5"], "no such limit"),
])
def test_a_limit_that_cannot_be_is_refused_before_a_file_is_made(
    tmp_path, monkeypatch, arguments, words, capsys,
):
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == 2
    assert words in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_device_still_answers_a_bench_while_others_never_read(tmp_path):
    device = BenchProcess("device", [
        "device", "--tid", "10000001", "--mid", "898000000000001", "--host", "127.0.0.1:9",
        "--nvm", str(tmp_path / "nvm"), "--control-limit", "unread_bytes=20000",
        "--control-limit", "flush_s=0.2",
    ], tmp_path / "err")
    with ExitStack() as stack:
        for _ in range(5):
            connected(stack, device.ports["control"]).sendall(b'{"do":"status"}\n' * 4_000)
        began_s = time.monotonic()
        assert device.ask(Status(), DeviceStatus).tid == "10000001"
        assert time.monotonic() - began_s < LONGEST_STOP_S
        status, _ = stopped_in_s(device, signal.SIGTERM)
    assert status == 0
