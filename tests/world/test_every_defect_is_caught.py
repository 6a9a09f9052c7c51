"""Each machine built wrong is caught in the run that its row names; right machines pass that run."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import pytest

from simulator.judge.rules import RULE_OF
from simulator.judge.verdict import State, Urgency, Verdict
from simulator.scenario.read import load_scenario
from simulator.scenario.scenario import Scenario
from simulator.trace.records import LogEvent, Warned
from simulator.trial import TrialOptions, try_scenario
from simulator.world.defects import DEFECTS

SCENARIOS = files("daozhang_fixtures").joinpath("scenarios")
ROWS = pytest.mark.parametrize("defect", DEFECTS.values(), ids=lambda row: row.name)


@cache
def scenario(name: str) -> Scenario:
    return load_scenario(str(SCENARIOS.joinpath(f"{name}.toml")))


@ROWS
def test_a_row_says_where_it_is_shown(defect):
    assert SCENARIOS.joinpath(f"{defect.shown_by}.toml").is_file()
    assert set(defect.beside) <= set(DEFECTS)


@ROWS
def test_a_machine_built_wrong_is_caught(defect):
    judgement = try_scenario(
        scenario(defect.shown_by), TrialOptions(defects=(defect.name, *defect.beside)))
    violated = {
        each.number for each in judgement.invariants if each.state is State.VIOLATED}
    assert set(defect.caught_by) <= violated
    if defect.caught_by or defect.unmet:
        assert judgement.verdict is Verdict.FAIL
    if defect.unmet:
        assert not all(each.met for each in judgement.expectations)


@pytest.mark.parametrize(
    "defect", [row for row in DEFECTS.values() if row.escapes], ids=lambda row: row.name)
def test_what_escapes_is_reached_all_the_same(defect):
    traces = []
    for defects in ((defect.name, *defect.beside), defect.beside):
        records = []
        try_scenario(scenario(defect.shown_by), TrialOptions(defects=defects), [records.append])
        traces.append(records)
    assert traces[0] != traces[1]


@pytest.mark.parametrize(
    "defect", [row for row in DEFECTS.values() if row.recorded], ids=lambda row: row.name)
def test_what_a_row_says_is_recorded_is_recorded_of_a_wrong_machine_alone(defect):
    warned = {}
    for defects in ((defect.name, *defect.beside), defect.beside):
        records = []
        try_scenario(
            scenario(defect.shown_by), TrialOptions(defects=defects), [records.append])
        warned[defects] = {each.code for each in records if isinstance(each, Warned)}
    wrong, right = warned.values()
    assert defect.recorded in wrong
    assert defect.recorded not in right


COUNTED_WRONG = 12  # settles what it was told


@pytest.mark.parametrize(("name", "beside"), sorted({
    (row.shown_by, row.beside) for row in DEFECTS.values()
    # a recorder may have to be silent about something, and then that is wrong too
    if not (row.beside and row.name.startswith("recorder."))
}))
def test_right_machines_pass_the_same_run(name, beside):
    judgement = try_scenario(scenario(name), TrialOptions(defects=beside))
    if beside:  # what stands beside is built wrong: a right host sees to it that the money is safe
        assert judgement.findings
        for finding in judgement.findings:  # but what the wrong terminal counts stays wrong
            assert finding.urgency is Urgency.REFUSED or finding.invariant == COUNTED_WRONG
        return
    assert judgement.findings == ()
    assert judgement.verdict is Verdict.PASS


def test_every_scenario_of_a_defect_shows_one():
    there = {
        f"defects/{entry.name.removesuffix('.toml')}"
        for entry in SCENARIOS.joinpath("defects").iterdir() if entry.name.endswith(".toml")
    }
    assert there <= {row.shown_by for row in DEFECTS.values()}


def test_every_invariant_catches_some_machine_built_wrong():
    caught = {number for row in DEFECTS.values() for number in row.caught_by}
    # what people meant is known of terminals at ports alone, where a log tells of it
    assert caught == {
        number for number, rule in RULE_OF.items() if LogEvent.MEANT not in rule.sees or rule.needs}
