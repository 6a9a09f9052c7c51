"""A live host does every verb that the table of abilities says it can do, to a terminal at its port.

One host for all verbs of a point: each is done once by a mode that has it, beside a sale of its own.
"""

from __future__ import annotations

import pytest

from hil.bench.virtual_bench import VirtualBench
from simulator.catalogue.places import Place
from simulator.faults.abilities import able
from simulator.faults.modes import MODES, TargetKind
from simulator.faults.points import Point, Verb
from simulator.trace.records import FaultFired
from simulator.wire.kinds import Kind

pytestmark = pytest.mark.live

SCENARIO = """
title = "A shop on the bench"
start = 2026-01-27T10:00:00+08:00
until = "20d"
drain = "2d"
banks = [{ name = "bank.a", latency = "5ms" }]
[acquirer]
issuer_timeout = "2s"
issuer_reversal_every = "1s"
[[merchants]]
name = "shop"
terminals = { count = 1, link = "ethernet", settings = { reply_timeout = "2s", reversal_idle = "1s" } }
"""
TARGETS = {TargetKind.ALL: "", TargetKind.MERCHANT: "shop", TargetKind.ACQUIRER: "acquirer"}
PAIRS = {
    point: [verb for verb in Verb if able(point, verb, Place.LIVE_HOST)]
    for point in Point if any(able(point, verb, Place.LIVE_HOST) for verb in Verb)
}
OF_WALLETS = frozenset({"channel.fault", "channel.congestion"})
AT_PAYOUT = frozenset({Point.PAYOUT, Point.NOTICE})


def _fault(point, verb):
    """A mode that does it in one of its ways, as a fault that strikes once."""
    for mode in MODES.values():
        for way, acts in mode.ways:
            mine = [act for act in acts if (act.point, act.verb) == (point, verb)]
            if not mine or mode.id in OF_WALLETS:
                continue
            target = next(name for kind, name in TARGETS.items() if kind in mode.targets)
            lines = [f'mode = "{mode.id}"', f'target = "{target}"', f'label = "{verb.value}"']
            if len(mode.ways) > 1:
                lines.append(f'how = "{way}"')
            names = {each.value for each in mode.parameters}
            if "delay" in names and mine[0].ms and not mode.state:
                lines.append('delay = "5m"' if point is Point.PAYOUT else 'delay = "300ms"')
            if "off_for" in names:
                lines.append('off_for = "1s"')
            if mode.state:
                lines += ['at = "10ms"', 'for = "12h"']
            else:
                lines += [f'on = "{point.value}"', "nth = 1"]
            return "\n".join(lines)
    raise AssertionError(f"no mode does {verb} at {point}")


@pytest.mark.parametrize("point", PAIRS)
def test_a_live_host_does_what_the_table_says(tmp_path, point):
    scenario = tmp_path / "shop.toml"
    scenario.write_text(SCENARIO)
    with VirtualBench(scenario, tmp_path / "bench") as bench:
        device = bench.plug_in("", "--update-takes", "1s")
        device.sign_on()
        for verb in PAIRS[point]:
            bench.fault(_fault(point, verb))
            device.sell(f"S-{verb.value}", 5_000)
            device.wait_at_rest()
            if point in AT_PAYOUT:
                device.operate(Kind.SETTLEMENT)
                bench.pay_out()
                device.sign_on()
        bench.host.kill()
        struck = {each.verb for each in bench.records()
                  if isinstance(each, FaultFired) and each.point == point.value}
    assert struck == {verb.value for verb in PAIRS[point]}
