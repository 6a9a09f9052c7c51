"""The live host beside an asyncio echo server that syncs one SQLite row for each message.

Simulated delays are none, so what is waited for is the host itself.  Every sale is real: sealed, checked,
booked, traced, durable before its answer.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import pytest

from tests.benchmarks.sales_load import (
    TERMINALS,
    Seller,
    echo,
    host,
    load,
    machine_load,
    sync_s,
)

CONNECTIONS = (1, 10, 100)
OF_EACH = {1: 600, 10: 200, 100: 40}  # sales on each connection
SLOW_SYNC_S = 0.004
FAST_SYNC_S = 0.0002  # of a good disk, added to what is none in memory
STORED = int(os.environ.get("STORED", "100000"))
ROUND = 4_000  # sales
PAIRS = 7  # windows of each, in turn
pytestmark = pytest.mark.benchmark


def approved(answers):
    """Whether the last answer on every connection is an approval of the host."""
    return all(b"00" in answer for answer in answers)


@pytest.fixture
def in_memory():
    """A folder on which a sync costs next to nothing, where there is one."""
    if not Path("/dev/shm").is_dir():
        pytest.skip("there is no file-system in memory here")
    with TemporaryDirectory(dir="/dev/shm") as folder:
        yield Path(folder)


def beside(tmp_path, delay_s):
    """Both servers in turn at each number of connections: (connections, host, echo)."""
    server, yardstick = host(tmp_path, delay_s), echo(tmp_path, delay_s)
    rows = []
    try:
        sellers = [Seller(number, server.address) for number in range(TERMINALS)]
        for connections in CONNECTIONS:
            frames = [seller.frames(OF_EACH[connections]) for seller in sellers[:connections]]
            ours, answers = load(server, frames)
            assert approved(answers)
            theirs, _ = load(yardstick, frames)
            rows.append((connections, ours, theirs))
    finally:
        server.stop()
        yardstick.stop()
    return rows


def told(rows, of):
    print(f"\n  {of}; load of the machine {machine_load()}")
    for connections, ours, theirs in rows:
        print(f"  {connections:>4} connections: host {ours.rate:7,.0f} sales/s, p50 {ours.p50_ms:6.1f}, p99 {ours.p99_ms:6.1f} ms"
              f"; echo {theirs.rate:7,.0f}/s, p50 {theirs.p50_ms:6.1f}, p99 {theirs.p99_ms:6.1f} ms"
              f"; rate 1/{theirs.rate / ours.rate:.1f}, p99 {ours.p99_ms / theirs.p99_ms:.1f} times"
              f"; processor {ours.worked_ms:.2f} and {theirs.worked_ms:.2f} ms each")


def test_beside_an_echo_server_on_this_disk(tmp_path):
    took_s = sync_s(tmp_path)
    rows = beside(tmp_path, 0.0)
    told(rows, f"one sync here: {took_s * 1e3:.2f} ms")
    assert all(ours.p99_ms < 10 * theirs.p99_ms for _, ours, theirs in rows)


def test_beside_an_echo_server_where_a_sync_is_fast(in_memory):
    rows = beside(in_memory, FAST_SYNC_S)
    told(rows, f"one sync: {(sync_s(in_memory) + FAST_SYNC_S) * 1e3:.2f} ms, {FAST_SYNC_S * 1e3:.1f} of them added in both")
    _, ours, theirs = rows[-1]
    assert ours.rate > theirs.rate / 6
    assert ours.p99_ms < 10 * theirs.p99_ms


def test_beside_an_echo_server_where_there_is_no_sync(in_memory):
    """What is left is the processor: no target, the price of a sale beside an echo."""
    told(beside(in_memory, 0.0), f"one sync in memory: {sync_s(in_memory) * 1e3:.2f} ms")


def test_beside_an_echo_server_where_a_sync_is_slow(tmp_path):
    rows = beside(tmp_path, SLOW_SYNC_S)
    told(rows, f"one sync: {(sync_s(tmp_path) + SLOW_SYNC_S) * 1e3:.2f} ms, {SLOW_SYNC_S * 1e3:.0f} of them added in both")
    assert rows[-1][1].rate > rows[-1][2].rate


class Filled:
    """A host with so many sales in its state, and sellers at it."""

    def __init__(self, folder, stored):
        folder.mkdir()
        self.folder = folder
        self.server = host(folder)
        self._sellers = [Seller(number, self.server.address) for number in range(TERMINALS)]
        self.stored = 0
        while self.stored < stored:
            self.sells(min(ROUND, stored - self.stored))
            if self.stored <= ROUND:
                self.first, self.memory = self.stored, self.server.memory

    def sells(self, sales):
        came, answers = load(self.server, [seller.frames(max(2, sales // TERMINALS)) for seller in self._sellers])
        assert approved(answers)
        self.stored += came.messages + TERMINALS  # the first on each connection is not counted
        return came


@pytest.mark.timeout(1_800)  # on a machine that has much to do
def test_the_rate_does_not_depend_on_what_is_stored(tmp_path):
    """At 1,000 stored sales and at a hundred thousand, in turn: rate, memory, size; then how long a start takes."""
    small, large = Filled(tmp_path / "small", 1_000), Filled(tmp_path / "large", STORED)
    try:
        stored, full = large.stored, large.server.memory
        pairs = [(small.sells(ROUND), large.sells(ROUND)) for _ in range(PAIRS)]
        grown = full - large.memory
    finally:
        small.server.stop()
        large.server.stop()
    again = host(large.folder)
    took_s = again.started_s
    again.stop()
    empty = tmp_path / "empty"
    empty.mkdir()
    first = host(empty)
    first_s = first.started_s
    first.stop()
    size = sum(each.stat().st_size for each in large.folder.glob("host.sqlite*"))
    only = subprocess.run([sys.executable, "-X", "importtime", "-c", "import hil.host.process"],
                          capture_output=True, text=True, check=True).stderr.splitlines()[-1]
    ratios = sorted(after.rate / before.rate for before, after in pairs)
    worked = sorted(after.worked_ms / before.worked_ms for before, after in pairs)
    print(f"\n  {stored:,} sales stored beside {small.stored - PAIRS * ROUND:,}; load of the machine {machine_load()}")
    for before, after in pairs:
        print(f"  {before.rate:,.0f} and {after.rate:,.0f} sales/s; p99 {before.p99_ms:.0f} and {after.p99_ms:.0f} ms"
              f"; processor {before.worked_ms:.2f} and {after.worked_ms:.2f} ms each")
    print(f"  rate {median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}), processor {median(worked):.2f} times"
          f"; {full / 1e6:,.0f} MB resident")
    print(f"  state {size / large.stored:,.0f} bytes a sale, memory {grown / (stored - large.first):,.0f} bytes a sale")
    print(f"  a start on it {took_s:.2f} s, on nothing {first_s:.2f} s, imports of it {int(only.split('|')[1]) / 1e6:.2f} s")
    assert median(ratios) > 0.8
    assert size / large.stored < 1_500
