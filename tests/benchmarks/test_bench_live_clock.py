"""How late the live clock is, and what a round trip through a TCP port and an event costs."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from hil.clock.live_clock import NS_PER_MS, LiveEnvironment
from hil.ports.ports import Address, PortEvents
from hil.ports.tcp_port import TcpServerPort
from simulator.world.time.kernel import call_in

pytestmark = pytest.mark.benchmark


def percentile(values: list[int], share: float) -> int:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def test_lateness_of_events(benchmark):
    """p50 and p99 of 1,000 events, one each millisecond, in microseconds (extra_info)."""
    late_ns: list[int] = []

    def run():
        env = LiveEnvironment(0)
        zero_ns = time.monotonic_ns()

        def fire(call):
            late_ns.append(time.monotonic_ns() - zero_ns - call.arg * NS_PER_MS)

        for at_ms in range(1, 1_001):
            call_in(env, at_ms, fire, at_ms)
        env.run_live(lambda: env.peek() == float("inf"))

    benchmark.pedantic(run, rounds=1)
    benchmark.extra_info["late_p50_us"] = percentile(late_ns, 0.50) // 1_000
    benchmark.extra_info["late_p99_us"] = percentile(late_ns, 0.99) // 1_000
    assert len(late_ns) == 1_000


def test_round_trip_through_a_port(benchmark):
    """Bytes in, an event 5 ms later, bytes out: what the model adds to its own 5 ms."""
    env = LiveEnvironment(0)
    trips = 100
    done = []

    def connected(port):
        def on_bytes(data):
            call_in(env, 5, lambda _: port.write(data))

        return PortEvents(
            on_bytes=on_bytes, on_closed=lambda: done.append(True), on_failed=done.append,
        )

    server = TcpServerPort(env, Address("127.0.0.1", 0), connected)
    taken_ns: list[int] = []

    def talk():
        with socket.create_connection(("127.0.0.1", server.address.port)) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _ in range(trips):
                start_ns = time.monotonic_ns()
                connection.sendall(b"x" * 150)
                connection.recv(1_000)
                taken_ns.append(time.monotonic_ns() - start_ns)

    def run():
        done.clear()
        peer = threading.Thread(target=talk)
        peer.start()
        env.run_live(lambda: bool(done))
        peer.join()

    benchmark.pedantic(run, rounds=1)
    benchmark.extra_info["round_trip_p50_us"] = percentile(taken_ns, 0.50) // 1_000
    benchmark.extra_info["round_trip_p99_us"] = percentile(taken_ns, 0.99) // 1_000
    server.close()
    assert len(taken_ns) == trips
