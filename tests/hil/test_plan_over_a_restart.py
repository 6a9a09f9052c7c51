"""An emergency plan over kills and restarts of its host: told once, and made up for what fell due meanwhile.

Nobody sells from 08:00 on.  At 08:30 the shop has been quiet for 30 minutes: ann is told, acts at 08:40,
looks into the records at once and again 15 minutes later; bob is on duty from 09:00 on and is not told.
"""

from __future__ import annotations

import time

import pytest
from live_host import LiveHost

from hil.bench.virtual_bench import VirtualBench
from hil.control.live_process import wall_ms
from hil.files.trace_file import read_trace
from simulator.judge.judge import Judge
from simulator.local_time import datetime_at
from simulator.trace.records import (
    AlarmOver,
    AlarmRaised,
    PlanStepTaken,
    TeamActed,
    TeamTold,
)
from simulator.world.emergency.emergency import Emergency

HEAD = """
title = "watched over a restart"
start = 2026-01-29T08:00:00+08:00
until = "2d"
[[merchants]]
name = "shop"
terminals = { count = 1 }
"""
PLAN = HEAD + """
[plan]
looks_every = "1m"
react_within = "15m"
team = [
    { who = "ann", reacts = "10m", until = "09:00" },
    { who = "bob", reacts = "1m", from = "09:00" },
]
drills = [{ alarm = "quiet", at = "65m" }]
[[plan.alarms]]
name = "quiet"
watch = "no_sale"
for = "30m"
then = [{ do = "check_records" }, { do = "check_records", wait = "15m" }]
"""
SECONDS = HEAD + """
[plan]
looks_every = "1s"
team = [{ who = "ann", reacts = "8s" }]
[[plan.alarms]]
name = "quiet"
watch = "no_sale"
for = "2s"
then = [{ do = "check_records" }]
"""
SEEN = (AlarmRaised, AlarmOver, TeamTold, TeamActed, PlanStepTaken)
# How long it is down each time, and what has happened by then: by hand.
OUTAGES_MIN = (31, 20, 10, 10)  # the run ends after the last
ALL = [
    ("alarm_raised 1", "08:30:00"), ("team_told 1 ann", "08:30:00"), ("team_acted 1 ann", "08:40:00"),
    ("plan_step_taken 1 step 1", "08:40:00"), ("plan_step_taken 1 step 2", "08:55:00"),
    ("alarm_raised 2 drill", "09:05:00"), ("team_told 2 bob", "09:05:00"), ("team_acted 2 bob", "09:06:00"),
]
BY_THEN = (2, 4, 5, 8)


def told(records):
    """What became of the plan, and when."""
    return [(" ".join(filter(None, (
        str(each.__struct_config__.tag), str(each.number), "drill" * getattr(each, "drill", False),
        getattr(each, "who", ""), f"step {each.step}" if isinstance(each, PlanStepTaken) else ""))),
        f"{datetime_at(each.at_ms):%H:%M:%S}") for each in records if isinstance(each, SEEN)]


def over_outages(folder, monkeypatch):
    """What was told after each; the trace of all of it."""
    down_ms, seen = 0, []
    monkeypatch.setattr("hil.host.host.wall_ms", lambda: wall_ms() + down_ms)
    LiveHost(folder, PLAN, trace=folder / "host.jsonl").close()
    for minutes in OUTAGES_MIN:
        down_ms += minutes * 60_000
        live = LiveHost(folder, PLAN, trace=folder / "host.jsonl")
        now_ms = live.host.env.clock_ms
        live.until(lambda now_ms=now_ms, live=live: live.host.env.now >= now_ms)
        if len(seen) == len(OUTAGES_MIN) - 1:
            live.host.end()
        live.close()
        seen.append(told(read_trace(folder / "host.jsonl")))
    return seen, read_trace(folder / "host.jsonl")


def found_of(records):
    judge = Judge(None)
    for record in records:
        judge.feed(record)
    return {each.code for each in judge.finish(records[-1].at_ms).findings if each.invariant == 36}


def test_each_thing_is_done_once_and_at_its_moment_though_the_host_was_down_at_it(tmp_path, monkeypatch):
    seen, records = over_outages(tmp_path, monkeypatch)
    assert seen == [ALL[:count] for count in BY_THEN]
    assert not found_of(records)


def test_a_host_that_forgets_its_plan_is_found(tmp_path, monkeypatch):
    """It begins anew: raises what is on, and never acts on what it had told."""
    monkeypatch.setattr(Emergency, "take_up", lambda *_: None)
    seen, records = over_outages(tmp_path, monkeypatch)
    assert seen != [ALL[:count] for count in BY_THEN]
    assert "alarm_again" in found_of(records)


def test_a_host_that_waits_anew_after_a_restart_is_found(tmp_path, monkeypatch):
    """The team's ten minutes begin when the host is up again: it acts when it was to act long ago."""
    right = Emergency._acts

    def anew(plan, raised, told_ms, team):
        right(plan, raised, max(told_ms, plan._around.env.clock_ms), team)

    monkeypatch.setattr(Emergency, "_acts", anew)
    _, records = over_outages(tmp_path, monkeypatch)
    assert "team_not_acting" in found_of(records)


@pytest.mark.live
def test_a_host_process_that_is_killed_while_the_team_is_on_its_way(tmp_path):
    """Told, killed, and started again after the eight seconds that the team needs."""
    scenario = tmp_path / "shop.toml"
    scenario.write_text(SECONDS)
    with VirtualBench(scenario, tmp_path / "bench") as bench:
        bench.wait("the team is told", lambda _: any(isinstance(each, TeamTold) for each in bench.records()))
        bench.crash_host()
        before = told(bench.records())
        [raised, said] = [each for each in bench.records() if isinstance(each, (AlarmRaised, TeamTold))]
        assert len(before) == 2
        due_ms = said.at_ms + 8_000
        time.sleep(max(0, due_ms + 200 - wall_ms() - bench.ahead_ms) / 1000)
        bench.restart_host()
        bench.wait("it acted", lambda _: any(isinstance(each, PlanStepTaken) for each in bench.records()))
        bench.crash_host()
        bench.restart_host()
        bench.host.kill()
        records = bench.records()
    assert told(records)[:2] == before
    [acted, step] = [each for each in records if isinstance(each, SEEN)][2:]
    assert (type(acted), acted.at_ms, acted.number) == (TeamActed, due_ms, raised.number)
    assert (type(step), step.at_ms) == (PlanStepTaken, due_ms)
