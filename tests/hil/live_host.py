"""A live host in this process, and bytes to and from it as a program of somebody else has them."""

from __future__ import annotations

import socket
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor

from msgspec.structs import replace

from hil.host.host import Host, HostSettings
from hil.ports.limits import PortLimits
from hil.ports.ports import Address
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import Warned
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.message import Message

LOOPBACK = Address("127.0.0.1", 0)
CODEC = Codec(usual_dialect())
DAY = """
title = "a host for three terminals"
start = 2026-01-29T08:00:00+08:00
until = "1d"
[[merchants]]
name = "shop"
terminals = { count = 3 }
"""
SIGN_OFF = Message(
    mti="0820", tid="10000001", mid="898000000000001", stan=7, batch=1, type_code="00",
    network_code="002")


class LiveHost:
    """The host of a scenario; the clock runs in this thread while others talk."""

    def __init__(self, folder, scenario=DAY, *, listen=LOOPBACK, limits=None, **settings):
        self.records, self.said = [], []
        self.host = Host(HostSettings(
            scenario=scenario_of_text(scenario), source=tomllib.loads(scenario), listen=listen,
            control=LOOPBACK, state=folder / "host.sqlite",
            limits=PortLimits(**(limits or {})), **settings))
        self.host.start()
        self.host.recorder.listen(self.records.append)
        self.host.listener.narrate = self.said.append
        self.lines = []

    def close(self):
        for line in self.lines:
            line.close()
        self.host.close()

    def connect(self):
        address = self.host.listener.address
        line = socket.create_connection((address.host, address.port), 10)
        line.settimeout(10)
        self.lines.append(line)
        return line

    def serve(self, work, *args):
        """Run the clock while ``work`` is done in another thread."""
        clock = self.host.env
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(work, *args)
            future.add_done_callback(lambda _: clock.inject(lambda: None))
            clock.run_live(future.done)
        return future.result()

    def until(self, met, within_s=60):
        """Run the clock until a condition is met."""
        until_s = time.monotonic() + within_s
        self.host.env.run_live(lambda: met() or time.monotonic() > until_s)
        assert met(), (self.said, self.warned)

    @property
    def warned(self):
        """Reasons of what was written down."""
        return [each.code for each in self.records if isinstance(each, Warned)]

    def balances(self):
        return tuple(self.host.world.ledger.balances())


def take(line, count):
    data = b""
    while len(data) < count:
        more = line.recv(count - len(data))
        if not more:
            break
        data += more
    return data


def take_frame(line):
    """A frame behind its length of two bytes; b"" where the line was closed."""
    head = take(line, 2)
    return head + take(line, int.from_bytes(head, "big"))


def is_served(live, tid="10000003"):
    """Whether a good client in the usual framing gets its answer now; one to whom nothing else is owed."""
    line = live.connect()
    asked = CODEC.encode(replace(SIGN_OFF, tid=tid), "6000031234")

    def talk():
        line.sendall(asked)
        return take_frame(line)

    answer = CODEC.decode(live.serve(talk))
    line.close()
    return answer.mti == "0830" and answer.stan == SIGN_OFF.stan and answer.tid == tid
