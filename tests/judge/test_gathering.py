"""Records that are gathered first are judged as if each were heard at once."""

from __future__ import annotations

import pytest

from simulator.judge.gathering import Gathering
from simulator.judge.judge import Judge
from simulator.scenario.read import scenario_of_text
from simulator.world.run import build_world, run_virtual

DAY = """
title = "a day with faults"
start = 2026-01-29T08:00:00+08:00
until = "30h"
[[merchants]]
name = "shop"
terminals = { count = 2 }
sales = { per_hour = 6.0 }
[[faults]]
mode = "network.weak_signal"
at = "1h"
for = "3h"
"""


@pytest.mark.parametrize("at_a_time", [1, 7, 100_000])
def test_the_judgement_is_the_same_however_many_are_heard_at_a_time(at_a_time: int) -> None:
    at_once, gathering = Judge(), Gathering(Judge(), at_a_time)
    world = build_world(scenario_of_text(DAY), [at_once.feed, gathering.hear], defects=("terminal.no_reversal",))
    run_virtual(world)
    now = int(world.env.now)
    judgement = gathering.judge().finish(now)
    assert judgement == at_once.finish(now)
    assert judgement.findings


def test_who_asks_in_between_asks_a_judge_that_has_heard_all() -> None:
    at_once, gathering = Judge(), Gathering(Judge())
    asked = []

    def open_until(at_ms: int) -> int | None:
        asked.append((gathering.open_until(at_ms), at_once.open_until(at_ms)))
        return asked[-1][1]

    world = build_world(scenario_of_text(DAY), [at_once.feed, gathering.hear])
    run_virtual(world, None, open_until)
    assert asked
    assert all(mine == right for mine, right in asked)
