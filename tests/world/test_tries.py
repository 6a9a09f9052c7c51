"""A reply says which try of a request it answers, however late it comes."""

from __future__ import annotations

from simulator.faults.points import Anchor, Point
from simulator.scenario.parts.acquirer import Acquirer
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import Record, Sent
from simulator.world.network.link import HOST
from simulator.world.run import build_world, run_virtual
from simulator.world.time.kernel import call_in
from simulator.world.time.service import Service

# A terminal that waits for one second, and a host that by then takes five for each message.
SHOP = """
title = "A slow host"
start = 2026-01-27T10:00:00+08:00
until = "2h"
drain = "1d"

[[merchants]]
name = "corner shop"
terminals = { count = 1, link = "ethernet", settings = { reply_timeout = "1s", reversal_idle = "1s", reversal_tries = 9 } }
habits = { settles = "11:30" }
script = [{ at = "10:05", sale = "S1", amount = "68.00" }]
"""
SLOW = Acquirer.model_validate({"latency": "5s"})
SLOW_FROM_MS, SLOW_UNTIL_MS = 4 * 60_000, 10 * 60_000


class Noted:
    """An injector in whose place nothing happens: it notes where it was asked."""

    def __init__(self) -> None:
        self.anchors: list[Anchor] = []
        self.busy = dict.fromkeys(Point, False) | {Point.REPLY: True}

    def decide(self, anchor: Anchor, _now_ms: int) -> None:
        self.anchors.append(anchor)


def run_slow_host() -> tuple[list[Record], list[Anchor]]:
    records: list[Record] = []
    world = build_world(
        scenario_of_text(SHOP, "slow.toml"), [records.append])
    host, quick = world.acquirer, world.acquirer._service
    slow = Service(1, "acquirer.delay", HOST, SLOW.latency, SLOW.servers)
    call_in(world.env, SLOW_FROM_MS, lambda _call: setattr(host, "_service", slow), None)
    call_in(world.env, SLOW_UNTIL_MS, lambda _call: setattr(host, "_service", quick), None)
    noted = Noted()
    for link in world.links.values():
        link._faults = noted
    run_virtual(world)
    return records, noted.anchors


def test_each_late_reply_is_a_reply_to_its_own_try() -> None:
    records, anchors = run_slow_host()
    sent = [record for record in records if isinstance(record, Sent)]
    asked = [(each.stan, each.attempt) for each in sent if each.mti == "0400"]
    answered = [(each.stan, each.attempt) for each in sent if each.mti == "0410"]
    at = [(each.stan, each.attempt) for each in anchors if each.what == "0410"]
    assert answered == asked
    assert at == answered
    assert max(attempt for _, attempt in at) > 2
    assert len(set(at)) == len(at), "two replies share one anchor, so one draw"
