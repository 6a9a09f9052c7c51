"""What a scenario may say of terminals outside, and on which clock: all else is refused with its line."""

from __future__ import annotations

import pytest
import simpy

from hil.commands.entry import run
from hil.targets.simulator import SimulatedTarget
from hil.targets.target import TargetSetting
from simulator.scenario.places import outside_of, places_of
from simulator.scenario.read import ScenarioError, load_virtual, scenario_of_text
from simulator.world.run import OutsideError, build_world

HEAD = """title = "t"
start = "2026-01-29T20:00"
until = "4d"
[[merchants]]
name = "shop"
"""
MIXED = HEAD + "terminals = [{ count = 2 }, { outside = true, count = 2 }, { outside = false }]\n"


def test_a_group_that_is_outside_is_so_with_each_of_its_terminals():
    assert outside_of(places_of(scenario_of_text(MIXED))) == {"10000003", "10000004"}
    assert outside_of(places_of(scenario_of_text(HEAD + "terminals = { count = 2 }\n"))) == set()


@pytest.mark.parametrize(("more", "where", "words"), [
    (('script = [\n{ at = "1h", sale = "a", amount = "1.00" },\n'
     '{ at = "2h", sale = "b", amount = "1.00", terminal = 3 },\n]\n'), "t.toml:9:",
     "terminal 3 is outside: whoever drives it does its steps"),
])
def test_a_step_at_a_terminal_outside_is_refused(more, where, words):
    with pytest.raises(ScenarioError) as error:
        scenario_of_text(MIXED + more, "t.toml")
    assert where in str(error.value)
    assert "merchants[1].script[2].terminal" in str(error.value)
    assert words in str(error.value)


@pytest.mark.parametrize("key", ["sales = { per_hour = 5 }", 'habits = { settles = "22:00" }'])
def test_customers_where_all_terminals_are_outside_are_refused(key):
    with pytest.raises(ScenarioError, match="all terminals of shop are outside"):
        scenario_of_text(HEAD + f"{key}\nterminals = {{ outside = true }}\n")
    assert scenario_of_text(HEAD + f"{key}\nterminals = [{{ outside = true }}, {{}}]\n").title


def test_the_virtual_clock_refuses_a_terminal_outside_with_its_line(tmp_path, capsys):
    path = tmp_path / "mixed.toml"
    path.write_text(MIXED)
    trace = tmp_path / "trace.jsonl"
    assert run(["run", str(path), "--trace", str(trace)]) == 2
    said = capsys.readouterr()
    assert f"{path}:6: merchants[1].terminals[2].outside: " in said.err
    assert "daozhang host" in said.err
    assert "Traceback" not in said.err
    assert not trace.exists()


def test_no_way_to_the_virtual_clock_leaves_a_terminal_outside_in_silence(tmp_path):
    with pytest.raises(OutsideError, match="10000003"):
        build_world(scenario_of_text(MIXED), [])
    with pytest.raises(OutsideError):
        build_world(scenario_of_text(MIXED), [], env=simpy.Environment())
    with pytest.raises(OutsideError):
        SimulatedTarget(TargetSetting(scenario=MIXED, folder=tmp_path))
    with pytest.raises(ScenarioError, match="daozhang host"):
        load_virtual("live/one-outside")
