"""A host is put back to a backup: what it lost and its terminals have is named in their upload, each with its sum."""

from __future__ import annotations

import shutil

import pytest

from hil.bench.virtual_bench import VirtualBench
from hil.host.requests import StopHost
from simulator.trace.records import Warned
from simulator.wire.kinds import Kind

pytestmark = pytest.mark.live

TID = "10000001"
SCENARIO = """
title = "A shop at a port"
start = 2026-01-27T10:00:00+08:00
until = "12h"
drain = "2d"
banks = [{ name = "bank.a", latency = "5ms" }]

[[merchants]]
name = "corner shop"
terminals = { settings = { reply_timeout = "1s", reversal_idle = "1s" } }
"""


class PutBack(VirtualBench):
    """A bench whose host can be put back to an earlier copy of its state, as a careless restore does it."""

    def put_back(self, copy):
        shutil.copy(copy, self.folder / "host.sqlite")
        self._host_options = ("--accept", "older")
        self.restart_host()


def test_what_a_host_lost_is_named_by_the_upload_of_its_terminal(tmp_path):
    scenario = tmp_path / "shop.toml"
    scenario.write_text(SCENARIO)
    with PutBack(scenario, tmp_path / "bench") as bench:
        device = bench.plug_in(TID)
        device.sign_on()
        device.sell("kept", 2_000)
        device.wait_at_rest()
        bench.host.stop(StopHost())  # all that was written lies in the file now
        copy = tmp_path / "backup.sqlite"
        shutil.copy(bench.folder / "host.sqlite", copy)
        bench.restart_host()
        device.sell_in_the_end("lost", 123_45)
        device.sell_in_the_end("lost too", 9_00)
        device.wait_at_rest()
        bench.host.stop(StopHost())
        bench.put_back(copy)
        device.operate(Kind.SETTLEMENT)
        device.wait_at_rest()
        told = [each for each in bench.records() if isinstance(each, Warned) and each.code == "unknown_item"]
    assert [each.text.partition(": ")[2] for each in told] == [
        "STAN 000003 of batch 000001: ¥123.45 there", "STAN 000004 of batch 000001: ¥9.00 there"]
