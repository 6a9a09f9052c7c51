"""The same seed gives the same bytes; more terminals change nobody else's day; atoms replay a run."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from msgspec.structs import replace
from random_scenario import random_scenario

from simulator.faults.atoms import atoms_of
from simulator.scenario.read import load_scenario, scenario_of_text
from simulator.scenario.scenario import Scenario
from simulator.trace.records import (
    Arrived,
    Concluded,
    FaultBegan,
    FaultEnded,
    FaultFired,
    Record,
    Sent,
    WireCarried,
    to_line,
)
from simulator.world.run import build_world, run_virtual

SCENARIOS = files("daozhang_fixtures").joinpath("scenarios")
BUSY = """
title = "Two shops"
start = 2026-01-27T08:00:00+08:00
until = "1d"
drain = "5d"
seed = 5
[[merchants]]
name = "one"
terminals = {{ count = {terminals}, profile = "lakala-touch" }}
[merchants.sales]
per_hour = {per_hour}
mix = {{ void = 0.05, refund = 0.05, qr = 0.2, preauth = 0.1 }}
[[merchants]]
name = "other"
terminals = {{ count = 2, profile = "zhongfu", tids = ["09000001", "09000002"] }}
[merchants.sales]
per_hour = 30
mix = {{ void = 0.05, refund = 0.05, qr = 0.2 }}
[[faults]]
label = "weak"
mode = "network.weak_signal"
chance = 0.1
[[faults]]
label = "plug"
mode = "terminal.power_lost"
chance = 0.003
off_for = "40s"
[[faults]]
label = "poor"
mode = "bank.insufficient_funds"
chance = 0.02
"""
PROGRAM = """
import sys
from hashlib import sha256
from simulator.trace.records import to_line
from simulator.world.run import build_world, run_virtual
from simulator.scenario.read import scenario_of_text
digest = sha256()
world = build_world(
    scenario_of_text(sys.stdin.read()), [lambda record: digest.update(to_line(record))])
run_virtual(world)
print(digest.hexdigest())
"""


def traced(scenario: Scenario, **choices: object) -> list[Record]:
    records: list[Record] = []
    world = build_world(scenario, [records.append], **choices)
    run_virtual(world)
    return records


def lines(records: list[Record]) -> list[bytes]:
    return [to_line(record) for record in records]


@pytest.mark.parametrize("seed", [3, 11])
def test_the_same_seed_gives_the_same_bytes_in_any_process_under_any_hash_seed(seed):
    text = random_scenario(seed)
    digests = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM], input=text, capture_output=True, text=True,
            check=True, cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        ).stdout
        for hash_seed in ("0", "1", "4711")
    }
    assert len(digests) == 1


@pytest.mark.parametrize("name", ["all-invariants", "power-cut", "defects/advice-repeated-to-issuer"])
def test_real_encoding_changes_nothing_but_adds_its_own_records(name):
    scenario = load_scenario(str(SCENARIOS.joinpath(f"{name}.toml")))
    wired = traced(scenario, wire=True)
    carried = [record for record in wired if isinstance(record, WireCarried)]
    assert carried
    assert lines(traced(scenario)) == lines(
        [record for record in wired if not isinstance(record, WireCarried)])


def of_the_other_shop(records: list[Record]) -> list[bytes]:
    """What its own two terminals did and heard; F37 is the host's running number for all."""
    tids = ("09000001", "09000002")
    return [
        to_line(replace(record, rrn="") if isinstance(record, Concluded | Sent | Arrived) else record)
        for record in records
        if record.actor.rpartition(".")[2] in tids or record.actor == "merchant.other"
    ]


def test_one_terminal_more_changes_nothing_of_another_shop():
    few = traced(scenario_of_text(BUSY.format(terminals=2, per_hour=20)))
    more = traced(scenario_of_text(BUSY.format(terminals=3, per_hour=30)))
    assert len(more) > len(few)
    assert len(of_the_other_shop(few)) > 1000
    assert of_the_other_shop(few) == of_the_other_shop(more)


def outcome(records: list[Record]) -> list[bytes]:
    """All but what is said of faults."""
    left_out = FaultBegan | FaultEnded | FaultFired
    return [to_line(record) for record in records if not isinstance(record, left_out)]


def by_chance(seed):
    """A random scenario in which something strikes: the first one from this seed on."""
    return next(
        text for text in map(random_scenario, range(seed, seed + 20))
        if atoms_of(lines(traced(scenario_of_text(text)))))


TEXTS = {  # made by the test that takes them: each process that collects tests would run these worlds
    "busy": lambda: BUSY.format(terminals=2, per_hour=20),
    "chance 3": lambda: by_chance(3), "chance 5": lambda: by_chance(5), "chance 17": lambda: by_chance(17),
    "all invariants": lambda: SCENARIOS.joinpath("all-invariants.toml").read_text("utf-8"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_world_is_replayed_from_its_atoms_alone(name):
    scenario = scenario_of_text(TEXTS[name]())
    first = traced(scenario)
    atoms = atoms_of(lines(first))
    assert atoms
    assert outcome(traced(scenario, atoms=atoms)) == outcome(first)
