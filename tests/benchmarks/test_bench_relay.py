"""What a relay adds to a message and its answer, beside a direct connection in the same run."""

from __future__ import annotations

import socket
import statistics
import threading
import time

import pytest

from hil.clock.clock_thread import ClockThread
from hil.ports.ports import Address
from hil.relay.relay import Relay
from tests.hil.live_host import take_frame
from tests.hil.relay_side import DIALECT, reply, request

ROUNDS = 400
MOST_ADDED_MS = 1.0


def serve(listener):
    """A host that answers at once."""
    while True:
        try:
            line, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=answer, args=(line,), daemon=True).start()


def answer(line):
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with line:
        while take_frame(line):
            line.sendall(reply())


def connect(address):
    line = socket.create_connection((address.host, address.port), 10)
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return line


def round_ms(line):
    began_s = time.perf_counter()
    line.sendall(request())
    assert take_frame(line) == reply()
    return (time.perf_counter() - began_s) * 1_000


@pytest.mark.benchmark
def test_a_relay_adds_a_millisecond_at_most_at_the_median():
    listener = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=serve, args=(listener,), daemon=True).start()
    host = Address(*listener.getsockname()[:2])
    with ClockThread() as clock:
        relay = clock.do(lambda: Relay(clock.env, Address("127.0.0.1", 0), host, DIALECT))
        with connect(host) as direct, connect(relay.address) as relayed:
            lines = {"direct": direct, "relayed": relayed}
            took = {name: [] for name in lines}
            for _ in range(ROUNDS):  # in turn, so that a load of the machine meets both
                for name, line in lines.items():
                    took[name].append(round_ms(line))
        relay.close()
    listener.close()
    median = {name: statistics.median(each) for name, each in took.items()}
    print(f"\ndirect {median['direct']:.2f} ms, relayed {median['relayed']:.2f} ms, "
          f"added {median['relayed'] - median['direct']:.2f} ms at the median of {ROUNDS}")
    assert median["relayed"] - median["direct"] <= MOST_ADDED_MS
