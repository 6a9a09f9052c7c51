"""The same scenario gives each actor the same messages and journal entries on both clocks."""

import msgspec
import pytest

from hil.clock.live_clock import LiveEnvironment
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import Arrived, Concluded, Journaled, Posted, Sent
from simulator.world.run import build_world, run_virtual

SCENARIO = """
title = "Eleven seconds with a lost reply, a power cut, most kinds and a settlement"
start = 2026-01-29T22:59:50+08:00
until = "11s"
drain = "1s"
[[merchants]]
name = "corner shop"
terminals = { count = 2, settings = { reply_timeout = "1s", reversal_idle = "1s" } }
script = [
    { at = "1s", sale = "S1", amount = "12.00", terminal = 1 },
    { at = "1s", sale = "S2", amount = "68.00", terminal = 2 },
    { at = "3s", sale = "S3", amount = "5.50", terminal = 1 },
    { at = "3500ms", sale = "S4", amount = "7.00", terminal = 2 },
    { at = "5s", do = "void", of = "S1", terminal = 1 },
    { at = "5500ms", do = "balance", terminal = 1 },
    { at = "6s", do = "qr_sale", sale = "Q1", amount = "9.00", terminal = 2 },
    { at = "6500ms", do = "refund", of = "S2", amount = "8.00", terminal = 2 },
    { at = "7s", do = "preauth", sale = "P1", amount = "30.00", terminal = 1 },
]
[merchants.habits]
settles = ["8s"]
repeats_after = "1s"
[[faults]]
mode = "network.outage"
target = "corner shop/1"
on = "reply"
mti = "0210"
nth = 2
[[faults]]
mode = "terminal.power_lost"
target = "corner shop/2"
between = ["start", "store:booked"]
nth = 2
off_for = "700ms"
"""
SEEN = (Sent, Arrived, Journaled, Posted, Concluded)


def sequences(records):
    """What each actor did, in order, without the times and what is computed from them."""
    by_actor = {}
    for record in records:
        if isinstance(record, SEEN):
            facts = msgspec.to_builtins(record)
            for clock_made in ("at_ms", "rrn"):
                facts.pop(clock_made, None)
            by_actor.setdefault(actor_of(record), []).append(facts)
    return by_actor


def actor_of(record):
    """The host serves terminals as their messages come: its order is by terminal."""
    if record.actor != "acquirer":
        return record.actor
    tid = getattr(record, "tid", "") or getattr(record, "key", "").partition("/")[0]
    return f"acquirer for {tid}"


@pytest.mark.live
def test_both_clocks_give_every_actor_the_same_story():
    scenario = scenario_of_text(SCENARIO)
    virtual, live = [], []
    run_virtual(build_world(scenario, [virtual.append], wire=True))

    env = LiveEnvironment(scenario.start_ms)
    world = build_world(scenario, [live.append], wire=True, env=env)
    world.open()
    env.run_live(until=lambda: env.now >= scenario.until_ms)
    results = {(each.what, each.result) for each in virtual if isinstance(each, Concluded)}
    assert {
        ("sale", "approved"), ("sale", "failed"), ("void", "approved"), ("refund", "approved"),
        ("qr_sale", "approved"), ("preauth", "approved"), ("settlement", "approved"),
    } <= results
    assert sequences(live) == sequences(virtual)
