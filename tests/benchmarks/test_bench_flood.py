"""How long a control request waits while 500 connections have sent 10,000 echo frames at once."""

from __future__ import annotations

import json
import socket
import statistics
import threading
import time
import tomllib

import pytest
from msgspec.structs import replace

from hil.host.commands import HostCommands
from hil.host.host import Host, HostSettings
from hil.ports.ports import Address
from simulator.scenario.read import scenario_of_text
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.message import Message

LOOPBACK = Address("127.0.0.1", 0)
CONNECTIONS, FRAMES = 500, 10_000
ASKED = 10
DAY = """
title = "a flood"
start = 2026-01-29T08:00:00+08:00
until = "1d"
[[merchants]]
name = "shop"
terminals = { count = 500 }
"""
ECHO = Message(mti="0820", tid="", mid="898000000000001", type_code="00", network_code="301")


def flood(host, waits):
    """In a thread: all frames at once, then a few requests, one after another."""
    codec, at = Codec(usual_dialect()), host.listener.address
    tids = [terminal.tid for placed in host.world.places.merchants for terminal in placed.terminals]
    lines = [socket.create_connection((at.host, at.port), 30) for _ in range(CONNECTIONS)]
    control = socket.create_connection((host.control.address.host, host.control.address.port), 60)
    answers = control.makefile("rb")
    for line, tid in zip(lines, tids, strict=True):
        line.sendall(codec.encode(replace(ECHO, tid=tid)) * (FRAMES // CONNECTIONS))
    for _ in range(ASKED):
        began_s = time.perf_counter()
        control.sendall(b'{"do":"balances"}\n')
        assert json.loads(answers.readline())["ok"] is True
        waits.append(time.perf_counter() - began_s)
    for line in lines:
        line.close()
    control.close()


@pytest.mark.benchmark
def test_a_request_under_a_flood(tmp_path):
    host = Host(HostSettings(
        scenario=scenario_of_text(DAY), source=tomllib.loads(DAY), listen=LOOPBACK,
        control=LOOPBACK, state=tmp_path / "host.sqlite"))
    host.open_control(LOOPBACK, HostCommands(host).table())
    host.start()
    waits = []
    thread = threading.Thread(target=flood, args=(host, waits))
    thread.start()
    host.env.run_live(lambda: not thread.is_alive())
    host.close()
    print(f"\n  {FRAMES:,} frames on {CONNECTIONS} connections: a control request waited "
          f"{max(waits) * 1_000:.0f} ms at most, {statistics.median(waits) * 1_000:.0f} ms by the median")
