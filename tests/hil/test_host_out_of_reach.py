"""A host that cannot be reached, or goes away in the middle: right terminals pass whatever their
profile says of a failed connection, and each that owes a reversal and goes on without it is caught.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from hil.bench.virtual_bench import VirtualBench
from hil.ports.ports import Address
from hil.tills.device import BenchDevice
from simulator.catalogue.line_reasons import NOT_SENT, LineReason
from simulator.catalogue.reasons import Reason
from simulator.judge.verdict import Verdict
from simulator.trace.records import Arrived, Lost, Sent

pytestmark = pytest.mark.live

RIGHT_REVERSES, RIGHT_KNOWS, WRONG_REVERSES, WRONG_KNOWS = (f"1{n}000001" for n in range(4))
WRONG = ("--defect", "terminal.no_reversal")
SHOP = """
[[merchants]]
name = "shop {number}"
terminals = {{ count = 1, link = "ethernet", settings = {{ reply_timeout = "1s", reversal_idle = "1s", reversal_after_failed_connect = {reverses} }} }}
"""
SCENARIO = """
title = "Four shops and a host out of reach"
start = 2026-01-27T10:00:00+08:00
until = "12h"
drain = "2d"
banks = [{ name = "bank.a", latency = "5ms" }]
""" + "".join(
    SHOP.format(number=number, reverses=reverses)
    for number, reverses in enumerate(("true", "false", "true", "false"), 1)
)


class Relay:
    """Stands between devices and their host, and does to their requests what it is told."""

    def __init__(self, host: Address) -> None:
        self._host = host
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = Address(*self._listener.getsockname()[:2])
        self._ends: list[socket.socket] = []
        self.spoils: str = ""  # "", "reset", "close", "close_after"
        self._serve()

    def _serve(self) -> None:
        threading.Thread(target=self._accept_all, args=(self._listener,), daemon=True).start()

    def _accept_all(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                device, _ = listener.accept()
                try:
                    host = socket.create_connection((self._host.host, self._host.port))
                except OSError:
                    device.close()
                    continue
                self._ends += [device, host]
                for source, target, asks in ((device, host, True), (host, device, False)):
                    threading.Thread(
                        target=self._pass_on, args=(source, target), kwargs={"asks": asks},
                        daemon=True,
                    ).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, *, asks: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if asks and self.spoils == "reset":
                    source.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    source.close()
                    return
                if asks and self.spoils == "close":
                    source.shutdown(socket.SHUT_RDWR)
                    return
                if not asks and self.spoils == "close_after":
                    target.shutdown(socket.SHUT_RDWR)
                    return
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def go_away(self) -> None:
        """Nobody listens any more, and no connection stands."""
        # What blocks in accept would hold the port open: wake it first.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        ends, self._ends = self._ends, []
        for end in ends:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def come_back(self) -> None:
        """Listen again, at the same port."""
        self._listener = socket.create_server((self.address.host, self.address.port))
        self._serve()


class Street:
    """Four shops: two right terminals and two that never reverse, one of each by either profile."""

    def __init__(self, bench: VirtualBench) -> None:
        self.bench = bench
        self.relay = Relay(bench.address)
        bench.address = self.relay.address
        self.devices: list[BenchDevice] = [
            bench.plug_in(RIGHT_REVERSES), bench.plug_in(RIGHT_KNOWS),
            bench.plug_in(WRONG_REVERSES, *WRONG), bench.plug_in(WRONG_KNOWS, *WRONG),
        ]
        for device in self.devices:
            assert device.sign_on().result == "approved"

    def sell(self, name: str) -> set[str]:
        """One sale at each, once it is at rest; how they ended."""
        return {
            device.wait_at_rest() and device.sell(f"{name} {device.tid}", 1_000 + number).result
            for number, device in enumerate(self.devices)
        }

    def accused(self) -> set[str]:
        """The terminals against which the judge finds something."""
        judgement = self.bench.finish()
        found = {finding.tid for finding in judgement.findings}
        assert (judgement.verdict is Verdict.FAIL) == bool(found)
        assert all(
            finding.tid in {WRONG_REVERSES, WRONG_KNOWS} for finding in judgement.findings
        ), judgement.findings
        assert {finding.tid for finding in judgement.findings if finding.invariant == 7} == found
        return found

    def losses(self) -> set[LineReason | None]:
        """Why requests of the devices were lost, by their own traces."""
        lost = [record for record in self.bench.records()
                if isinstance(record, Lost) and record.sender != "acquirer"]
        assert all(isinstance(record.why, Reason) for record in lost)
        assert all(record.detail for record in lost)
        return {record.why for record in lost}


@pytest.fixture
def street(tmp_path) -> Iterator[Street]:
    path = tmp_path / "street.toml"
    path.write_text(SCENARIO)
    with VirtualBench(path, tmp_path / "bench") as bench:
        street = Street(bench)
        yield street
        street.relay.go_away()


def test_a_connection_that_is_refused(street):
    street.relay.go_away()
    assert street.sell("refused") == {"failed"}
    street.relay.come_back()
    assert street.sell("next") == {"approved"}
    assert street.accused() == {WRONG_REVERSES}
    assert street.losses() == {LineReason.REFUSE_CONNECT}


def test_a_host_that_is_killed_and_comes_back(street):
    bench = street.bench
    bench.crash_host()
    assert street.sell("down") == {"failed"}
    bench.start_host(str(street.relay._host))
    bench.address = street.relay.address
    assert street.sell("next") == {"approved"}
    assert street.accused() == {WRONG_REVERSES, WRONG_KNOWS}  # the relay took it: who knows?


def test_a_name_that_nobody_knows(street):
    at_relay = street.bench.address
    for device in street.devices:
        device.cut_power()
    street.bench.address = "no-such-host.invalid:8583"
    for device in street.devices:
        device.power_on()
    assert street.sell("astray") == {"failed"}
    for device in street.devices:
        device.cut_power()
    street.bench.address = at_relay
    for device in street.devices:
        device.power_on()
    assert street.sell("next") == {"approved"}
    assert street.accused() == {WRONG_REVERSES}
    assert street.losses() == {LineReason.NAME_UNKNOWN}


@pytest.mark.parametrize("spoils", ["reset", "close", "close_after"])
def test_a_connection_that_ends_after_the_request_has_left(street, spoils):
    street.relay.spoils = spoils
    assert street.sell("broken") == {"failed"}
    street.relay.spoils = ""
    assert street.sell("next") == {"approved"}
    assert street.accused() == {WRONG_REVERSES, WRONG_KNOWS}
    assert street.losses() == set()  # nobody told them that it did not leave
    records = street.bench.records()
    broken = {
        (record.tid, record.stan) for record in records
        if isinstance(record, Sent) and record.sale.startswith("broken") and record.mti == "0200"
    }
    reached = {
        (record.tid, record.stan) for record in records
        if isinstance(record, Arrived) and record.actor == "acquirer" and record.mti == "0200"
    }
    assert len(broken) == 4
    assert broken & reached == (broken if spoils == "close_after" else set())


def test_a_host_that_hangs_up_by_a_fault_tells_nobody_that_nothing_left(street):
    street.bench.fault('mode = "network.outage"\nhow = "refused"\non = "request"\nfor = "1h"')
    assert street.sell("hung up") == {"failed"}
    lost = {record.why for record in street.bench.records() if isinstance(record, Lost)}
    assert lost == {LineReason.HUNG_UP}
    assert not lost & NOT_SENT
