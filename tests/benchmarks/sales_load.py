"""Sales without end, for a host that is measured: frames made before, one waits for its answer on each connection."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import threading
import time
from itertools import count
from pathlib import Path
from statistics import quantiles

import msgspec
from msgspec.structs import replace

from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.mac import WireSealer
from tests.outside import kinds
from tests.outside.day import MASTER_KEY, MID, STRIPE_CARD
from tests.outside.frame import framed
from tests.outside.line import Line
from tests.outside.till import Till

DAY = """title = "a load of sales"
start = 2026-01-27T10:00:00+08:00
until = "2d"
[acquirer]
latency = "0ms"
[[banks]]
name = "bank.a"
latency = "0ms"
opening_balance = "100000000.00"
[[merchants]]
name = "shop"
terminals = { count = 100 }
"""
TERMINALS = 100
FIRST_STAN = 10
_LENGTH = 2


class Came(msgspec.Struct, frozen=True):
    """What came of a load."""

    rate: float  # a second
    p50_ms: float
    p99_ms: float
    messages: int
    worked_ms: float = 0.0  # of a processor, each


class Server:
    """A server in a process of its own; ``Popen`` of its command."""

    def __init__(self, command, ready):
        began_s = time.monotonic()
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self._process.stdout:
            if found := re.search(ready, line):
                self.address = ("127.0.0.1", int(found[1]))
            if found and "listening" not in line:
                break
            if line.startswith("control on"):
                break
        self.started_s = time.monotonic() - began_s
        threading.Thread(target=self._process.stdout.read, daemon=True).start()

    @property
    def memory(self):
        """Bytes of the machine's memory that it holds."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024

    @property
    def worked_s(self):
        """How long processors worked for it: hardly more on a machine that has much else to do."""
        user, system = Path(f"/proc/{self._process.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self._process.terminate()
        self._process.wait(60)


def host(folder, delay_s=0.0):
    """A live host in a folder, on a disk whose syncs take so much longer."""
    day = folder / "day.toml"
    day.write_text(DAY)
    program = ["-m", "tests.benchmarks.slow_disk_host", str(delay_s)] if delay_s else ["-m", "hil.commands.entry"]
    return Server([sys.executable, *program, "host", str(day), "--state", str(folder / "host.sqlite"),
                   "--limit", f"connections={TERMINALS + 20}"], r"listening on [0-9.]+:(\d+)")


def echo(folder, delay_s=0.0):
    """The yardstick."""
    return Server([sys.executable, "-m", "tests.benchmarks.echo_server", str(folder / "echo.sqlite"), str(delay_s)],
                  r"^(\d+)$")


class Seller:
    """One terminal whose sales are made by our own codec, quickly."""

    def __init__(self, number, address):
        self.till = Till(f"{10000001 + number:08d}", MID, MASTER_KEY, Line(address))
        assert self.till.sign_on()
        request = self.till.sealed(self.till.request_of(kinds.SALE, 1_000, {}, STRIPE_CARD, "500"))
        frame = framed(self.till.line.framing, self.till.tpdu, self.till.header, request)
        self.till.line.hang_up()
        self._codec = Codec(usual_dialect())
        self._sealer = WireSealer(self._codec)
        self._sale = self._codec.decode(frame)
        self._key = self.till.keys.mac
        assert self._sealer.is_sealed(self._sale, self._key)
        self._stan = count(FIRST_STAN + self._sale.stan)

    def frames(self, number):
        """So many sales more."""
        return [self._codec.encode(self._sealer.seal(
            replace(self._sale, stan=next(self._stan), mac=None), self._key)) for _ in range(number)]


class Client(asyncio.Protocol):
    """Sends a frame, waits for its answer, sends the next; behind the first it waits for all the others."""

    def __init__(self, frames, waits, stands, done):
        self._frames, self._waits, self._stands, self._done, self._kept = iter(frames), waits, stands, done, b""

    def connection_made(self, transport):
        self._transport = transport
        self.go_on()

    def connection_lost(self, _error):
        for each in (self._stands, self._done):
            if not each.done():
                each.set_exception(ConnectionError("hung up on"))

    def data_received(self, data):
        self._kept += data
        if len(self._kept) < _LENGTH or len(self._kept) < _LENGTH + int.from_bytes(self._kept[:2], "big"):
            return
        self._answer, self._kept = self._kept, b""
        if self._stands.done():
            self._waits.append(time.perf_counter() - self._sent_s)
            self.go_on()
        else:
            self._stands.set_result(self)

    def go_on(self):
        """The next frame, or the end."""
        frame = next(self._frames, None)
        if frame is None:
            self._done.set_result(self._answer)
            self._transport.close()
            return
        self._sent_s = time.perf_counter()
        self._transport.write(frame)


def load(server, frames_of):
    """Each list of frames on a connection of its own, all of which stand; what came of it, and the last answers."""
    async def all_of_it():
        loop = asyncio.get_running_loop()
        waits = []
        stands, ends = ([loop.create_future() for _ in frames_of] for _ in range(2))
        for frames, stand, end in zip(frames_of, stands, ends, strict=True):
            await loop.create_connection(
                lambda frames=frames, stand=stand, end=end: Client(frames, waits, stand, end), *server.address)
        clients = await asyncio.gather(*stands)
        before_s, began_s = server.worked_s, time.perf_counter()
        for client in clients:
            client.go_on()
        answers = await asyncio.gather(*ends)
        took_s = time.perf_counter() - began_s
        cuts = quantiles(waits, n=100)
        return Came(len(waits) / took_s, cuts[49] * 1e3, cuts[98] * 1e3, len(waits),
                    (server.worked_s - before_s) / len(waits) * 1e3), answers

    return asyncio.run(all_of_it())


def sync_s(folder, number=100):
    """How long one sync of a row takes here, by the median."""
    from tests.benchmarks.echo_server import opened  # noqa: PLC0415

    database = opened(folder / "sync.sqlite")
    waits = []
    for _ in range(number):
        began_s = time.perf_counter()
        database.execute("INSERT INTO log (body) VALUES (?)", (b"x" * 150,))
        waits.append(time.perf_counter() - began_s)
    database.close()
    return sorted(waits)[number // 2]


def machine_load():
    """What else the machine does: one, five, fifteen minutes."""
    return " ".join(f"{each:.1f}" for each in os.getloadavg())
