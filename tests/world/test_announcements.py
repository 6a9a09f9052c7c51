"""Maintenance is announced where it is known beforehand: by a scenario, or by whoever plans it while a world runs."""

from __future__ import annotations

import pytest
import simpy

from simulator.faults.rules import FaultRule
from simulator.world.people.announcements import Announcements

HOUR = 3_600_000
BANKS = ("ICBC", "CCB")
PLANNED_MS = 10 * HOUR


def rule(mode: str, at_ms: int | None, until_ms: int | None, target: str = "") -> FaultRule:
    return FaultRule(label="x", mode=mode, acts=(), target=target, at_ms=at_ms, until_ms=until_ms)


def open_at(env: simpy.Environment, announcements: Announcements, *moments: int) -> list[bool]:
    found = []
    for moment in moments:
        env.run(until=moment)
        found.append(announcements.in_window())
    return found


MOMENTS = (11 * HOUR - 1, 11 * HOUR + 1, 12 * HOUR - 1, 12 * HOUR + 1)


@pytest.mark.parametrize(("mode", "target", "whose"), [
    ("acquirer.maintenance", "acquirer", ["acquirer"]),
    ("bank.maintenance", "", ["ICBC", "CCB"]),
    ("bank.maintenance", "CCB", ["CCB"]),
])
def test_what_lies_ahead_is_told_at_once_and_goes_on_in_its_window(mode, target, whose):
    env = simpy.Environment(initial_time=PLANNED_MS)
    announcements = Announcements(env, (), BANKS)
    announcements.start()
    told = announcements.plan(rule(mode, 11 * HOUR, 12 * HOUR, target), PLANNED_MS)
    assert [(each.at_ms, each.actor, each.from_ms, each.until_ms) for each in told] == [
        (PLANNED_MS, name, 11 * HOUR, 12 * HOUR) for name in whose]
    assert open_at(env, announcements, *MOMENTS) == [False, True, True, False]


@pytest.mark.parametrize("wrong", [
    rule("acquirer.maintenance", PLANNED_MS, 12 * HOUR), rule("acquirer.maintenance", 11 * HOUR, None),
    rule("acquirer.maintenance", None, 12 * HOUR), rule("acquirer.outage", 11 * HOUR, 12 * HOUR),
], ids=["at once", "without an end", "from the start", "no maintenance"])
def test_what_begins_at_once_or_has_no_window_surprises_everybody(wrong):
    env = simpy.Environment(initial_time=PLANNED_MS)
    announcements = Announcements(env, (), BANKS)
    announcements.start()
    assert announcements.plan(wrong, PLANNED_MS) == []
    assert not any(open_at(env, announcements, *MOMENTS))


def test_a_process_that_comes_after_knows_what_was_planned_and_tells_it_again():
    env = simpy.Environment(initial_time=10 * HOUR + 30)
    announcements = Announcements(env, (), BANKS)
    announcements.recall(rule("acquirer.maintenance", 11 * HOUR, 12 * HOUR), PLANNED_MS)
    announcements.recall(rule("acquirer.maintenance", PLANNED_MS, 12 * HOUR), PLANNED_MS)
    assert [each.from_ms for each in announcements.records(10 * HOUR + 30)] == [11 * HOUR]
    announcements.start()
    assert open_at(env, announcements, *MOMENTS) == [False, True, True, False]
