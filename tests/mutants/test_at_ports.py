"""Machines built wrong that only rule 15 catches: terminals at ports, of which a log says what was meant.

The same machines within the world are caught by rule 19, where the whole of the people's day is in
the trace; of a terminal at a port the line shows only what it asked for, and all behind it agrees.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec
import pytest

from simulator.judge.judge import Judge
from simulator.judge.rules import RULES
from simulator.scenario.read import load_scenario
from simulator.trace.merge import closing_ms
from simulator.trace.records import (
    AT_A_PORT,
    LogEvent,
    ReceiptGiven,
    Record,
    TerminalOpened,
)
from simulator.world.run import build_world, run_virtual

ONLY_MEANT = 15
SCENARIOS = files("daozhang_fixtures").joinpath("scenarios")
DAY = "defects/market-day"


@cache
def at_ports(*defects: str) -> list[Record]:
    """What a host would have written down of a day, with logs that tell what was meant and nothing else."""
    records: list[Record] = []
    run_virtual(build_world(load_scenario(str(SCENARIOS.joinpath(f"{DAY}.toml"))), [records.append], defects=defects))
    seen: list[Record] = []
    for record in records:
        if isinstance(record, TerminalOpened):
            seen.append(msgspec.structs.replace(
                record, observable=False, end=AT_A_PORT, log=(LogEvent.MEANT,)))
        elif not isinstance(record, ReceiptGiven) and (
            not record.actor.startswith("terminal.") or type(record).__name__ in ("Arrived", "Sent")
        ):
            seen.append(record)
    return seen


def violated(records: list[Record], *, without: int = 0) -> set[int]:
    judge = Judge(rules=[rule for rule in RULES if rule.number != without])
    for record in records:
        judge.feed(record)
    return {each.invariant for each in judge.finish(closing_ms(records)).findings}


@pytest.mark.parametrize("defect", ["terminal.doubles_sum", "terminal.sum_a_fen_more"])
def test_another_sum_than_was_meant_is_seen_by_this_rule_alone(defect):
    records = at_ports(defect)
    assert violated(records) == {ONLY_MEANT}
    assert violated(records, without=ONLY_MEANT) == set()


def test_right_terminals_at_ports_violate_nothing():
    assert violated(at_ports()) == set()
