"""A day of a running world, and every event about which its actors asked: anchors made by no hand."""

from __future__ import annotations

from functools import cache

import simpy

from simulator.faults.injector import Injector
from simulator.faults.points import Anchor, Point
from simulator.scenario.places import places_of
from simulator.scenario.plan import fault_rules
from simulator.scenario.read import scenario_of_text
from simulator.trace.recorder import Recorder
from simulator.world.ground import Choices
from simulator.world.run import run_virtual
from simulator.world.world import World

# The shops of fault_setting.  Two faults of its own bring a batch upload and a reversal about.
DAY = """
title = "a day of everything"
start = 2026-01-27T09:00:00+08:00
until = "36h"
[[cards]]
name = "card.li"
[[merchants]]
name = "shop"
router = "router.1"
region = "north"
terminals = { count = 2, profile = "lakala-touch", settings = { disabled = ["offline_sale"], supervised = ["void"] } }
habits = { settles = "22:00", settles_again_after = "5m" }
script = [
    { at = "10:00", sale = "S1", amount = "68.00", card = "card.li" },
    { at = "10:05", do = "void", of = "S1" },
    { at = "10:10", sale = "S2", amount = "30.00" },
    { at = "10:20", do = "refund", of = "S2", amount = "10.00" },
    { at = "10:30", do = "qr_sale", sale = "Q1", amount = "9.00" },
    { at = "10:40", do = "qr_refund", of = "Q1" },
    { at = "10:50", do = "preauth", sale = "P1", amount = "50.00" },
    { at = "11:00", do = "completion", sale = "C1", of = "P1", amount = "40.00" },
    { at = "11:10", do = "balance" },
    { at = "11:20", do = "echo_test" },
    { at = "11:30", sale = "S3", amount = "12.00", terminal = 2 },
]
[[merchants]]
name = "bar"
router = "router.2"
isp = "isp.b"
region = "south"
terminals = { count = 1 }
habits = { settles = "22:00" }
script = [ { at = "12:00", sale = "B1", amount = "20.00" } ]
[[faults]]
mode = "record.wrong_details"
target = "shop"
nth = 1
[[faults]]
mode = "network.outage"
target = "bar"
on = "reply"
mti = "0210"
nth = 1
"""


class Listening(Injector):
    """Decides as an injector does, and keeps what it was asked about, wherever it might be."""

    def __init__(self, *given) -> None:
        super().__init__(*given)
        self.asked: list[Anchor] = []

    def _look(self) -> None:
        super()._look()
        self.busy.update(dict.fromkeys(Point, True))  # in its place: actors hold it

    def decide(self, anchor, now_ms):
        self.asked.append(anchor)
        return super().decide(anchor, now_ms)


@cache
def anchors() -> tuple[Anchor, ...]:
    """Every event of the day."""
    scenario = scenario_of_text(DAY)
    places = places_of(scenario)
    faults = Listening(fault_rules(scenario), places.topology, scenario.seed)
    world = World(
        scenario, places, simpy.Environment(initial_time=scenario.start_ms), Recorder(), faults,
        Choices(seed=1))
    run_virtual(world)
    return tuple(faults.asked)


ECR_POINTS = frozenset({Point.ECR_COMMAND, Point.ECR_ANSWER})


def anchors_at(point: Point) -> list[Anchor]:
    """Those of one point, in their order; of an ECR line, which no world has, one of each kind."""
    if point in ECR_POINTS:
        return [Anchor(point, "", what=what) for what in ("ack", "nak", "frame")]
    return [each for each in anchors() if each.point is point]
