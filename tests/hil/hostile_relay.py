"""Hostile bytes at a relay's two listening kinds, and at both sides of it: see hostile_ports.

What is no message passes as it came, so the host behind it hears all of it too.  Nothing may crash,
no money moves, nothing is kept, and the next good client is served through the same relay.
"""

from __future__ import annotations

import random
import socket
import threading
import time

from msgspec.structs import replace

from hil.clock.clock_thread import ClockThread
from hil.ecr.profiles import load_profile
from hil.ports.limits import PortLimits
from hil.ports.ports import Address
from hil.relay.relay import Relay
from tests.hil.hostile_ports import Hostile, hostile_bytes
from tests.hil.live_host import CODEC, LOOPBACK, SIGN_OFF, LiveHost, take, take_frame
from tests.hil.relay_side import DIALECT
from tests.hil.test_relay_ecr import COMMAND

QUICK = PortLimits(pause_s=0.05)
REST_S = 30.0
LASTS_S = 0.5
LOOK_S = 0.01


class AtRelay:
    """A relay as a hostile speaker sees it."""

    def __init__(self, relay):
        self._relay = relay
        self.lines = []

    def connect(self):
        line = socket.create_connection((self._relay.address.host, self._relay.address.port), 10)
        self.lines.append(line)
        return line


def throw_at_relay(folder, numbers, within_s=REST_S):
    """Throw these at a relay before a live host; what went wrong, which should be nothing.

    ``within_s``: so long it may take until nothing is left of them.
    """
    wrong, told = [], []
    place = folder / "relay"
    place.mkdir()
    live = LiveHost(place, limits={"pause_s": 0.05})
    before = live.balances()
    with ClockThread() as clock:
        relay = clock.do(lambda: Relay(
            clock.env, LOOPBACK, live.host.listener.address, DIALECT, limits=QUICK,
            on_told=told.append))
        hostile = Hostile(AtRelay(relay), None)

        def all_of_them():
            for number in numbers:
                hostile.says(number, "tcp")
            wrong.extend(_what_is_left(relay, live, within_s))

        live.serve(all_of_them)
        if live.balances() != before:
            wrong.append("relay: money moved")
        if clock.do(lambda: relay._exchange.due) > len(numbers):
            wrong.append("relay: its agenda grows")
        with socket.create_connection((relay.address.host, relay.address.port), 10) as line:
            asked = CODEC.encode(replace(SIGN_OFF, tid="10000003"))
            line.sendall(asked)
            if not live.serve(take_frame, line):
                wrong.append("relay: the next client is not served")
        if not any(seen.tid == "10000003" for seen in relay.seen):
            wrong.append("relay: the next client is not seen")
        wrong.extend(f"relay: a card number shows: {each!r}" for each in relay.seen if "975318" in repr(each))
        relay.close()
    live.close()
    return wrong + throw_at_ecr_relay(numbers)


def throw_at_ecr_relay(numbers):
    """The same on an ECR line; the terminal behind it says hostile things too."""
    wrong = []
    with socket.create_server(("127.0.0.1", 0)) as terminal, ClockThread() as clock:
        threading.Thread(target=_hostile_terminal, args=(terminal,), daemon=True).start()
        relay = clock.do(lambda: Relay(
            clock.env, LOOPBACK, Address(*terminal.getsockname()[:2]), load_profile("transbank"),
            limits=QUICK))
        hostile = Hostile(AtRelay(relay), None)
        for number in numbers:
            hostile.says(number, "tcp")
        _until(lambda: relay.links == 0)
        if relay.links:
            wrong.append(f"ECR relay: {relay.links} connections are left")
        seen = len(relay.seen)
        with socket.create_connection((relay.address.host, relay.address.port), 10) as line:
            line.settimeout(10)
            line.sendall(COMMAND)
            _until(lambda: any(each.frame == COMMAND for each in relay.seen[seen:]))
            if not take(line, 1):
                wrong.append("ECR relay: the next till hears nothing")
        if not any(each.frame == COMMAND for each in relay.seen[seen:]):
            wrong.append("ECR relay: the next till is not heard")
        relay.close()
    return wrong


def _what_is_left(relay, live, within_s):
    """In words, where a relay keeps more than its host does, who waits for whoever is owed an answer.

    Either may just be about to hang up, so they are told apart by what lasts.
    """
    end_s, since_s, found = time.monotonic() + within_s, None, (0, 0)
    while time.monotonic() < end_s:
        found = max(relay.links, len(relay._exchange._out._links)), _kept_by(live)
        if found[0] > found[1]:
            since_s = None
        elif since_s is None:
            since_s = time.monotonic()
        elif time.monotonic() - since_s > LASTS_S:
            return []
        time.sleep(LOOK_S)
    return [f"relay: {found[0]} connections are left, of which the host keeps {found[1]}"]


def _kept_by(live):
    """Connections that the host has not hung up on."""
    return sum(not port.is_over for server in live.host.listener._servers
               for port in list(server._connections))


def _hostile_terminal(listener):
    draw = random.Random(1)
    while True:
        try:
            line, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_say, args=(line, b"\x06" + hostile_bytes(draw)), daemon=True).start()


def _say(line, data):
    try:
        with line:
            line.sendall(data)
            while line.recv(4_096):
                pass
    except OSError:
        return


def _until(met):
    end_s = time.monotonic() + REST_S
    while not met() and time.monotonic() < end_s:
        time.sleep(LOOK_S)
