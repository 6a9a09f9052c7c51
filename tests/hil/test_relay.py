"""A relay between sockets: what is said to one side arrives at the other, as decided."""

from __future__ import annotations

import socket
import threading
from contextlib import contextmanager

import pytest

from hil.clock.clock_thread import ClockThread
from hil.ports.ports import Address
from hil.relay.decisions import LOSE, RESET
from hil.relay.matching import Match
from hil.relay.relay import Relay
from hil.relay.rules import LineRule
from hil.relay.seen import Fate
from tests.hil.live_host import take, take_frame
from tests.hil.relay_side import DIALECT, DOWN, UP, reply, request

LOOPBACK = Address("127.0.0.1", 0)
pytestmark = pytest.mark.live


class EchoHost:
    """A host of somebody else: answers each sale with its 0210."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.heard = []
        self.address = Address(*self.listener.getsockname()[:2])
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                line, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(line,), daemon=True).start()

    def _answer(self, line):
        with line:
            try:
                while frame := take_frame(line):
                    self.heard.append(frame)
                    line.sendall(reply(len(self.heard)))
            except OSError:
                return

    def close(self):
        self.listener.close()


@contextmanager
def relayed(**facts):
    host = EchoHost()
    with ClockThread() as clock:
        relay = clock.do(lambda: Relay(clock.env, LOOPBACK, host.address, DIALECT, **facts))
        relay.host = host
        yield relay
        relay.close()
    host.close()


def connect(relay):
    line = socket.create_connection((relay.address.host, relay.address.port), 10)
    line.settimeout(10)
    return line


def test_a_sale_passes_and_is_seen_before_it_leaves():
    asked = []
    with relayed(on_message=lambda seen: asked.append((seen.mti, len(relay.host.heard)))) as relay:
        with connect(relay) as line:
            line.sendall(request())
            assert take_frame(line) == reply(1)
        assert asked == [("0200", 0), ("0210", 1)]
        assert [each.fate for each in relay.seen] == [Fate.PASSED, Fate.PASSED]
        assert relay.host.heard == [request()]


def test_a_rule_loses_one_reply_and_the_next_passes():
    with relayed() as relay, connect(relay) as line:
        handle = relay.add(LineRule(match=Match(way=DOWN, nth=1), decision=LOSE))
        line.sendall(request() + request(8))
        assert take_frame(line) == reply(2)
        assert [each.stan for each in handle.struck] == [1]


def test_a_reset_reaches_both_sides():
    with relayed() as relay, connect(relay) as line:
        relay.add(LineRule(match=Match(way=UP), decision=RESET))
        line.sendall(request())
        with pytest.raises(ConnectionResetError):
            line.recv(1)


def test_a_terminal_that_stops_to_speak_gets_its_answer_and_then_the_end():
    with relayed() as relay, connect(relay) as line:
        line.sendall(request())
        line.shutdown(socket.SHUT_WR)
        assert take(line, 10_000) == reply(1)
