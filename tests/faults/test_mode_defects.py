"""Each documented mode that is built: which machine built wrong its own scenario catches, or why none can be."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.catalogue.failures import catalogue
from simulator.catalogue.language import speaking
from simulator.commands.failure_facts import UNITS, facts_of, ordered, scenario_of
from simulator.commands.failures import lines_of, show_failures
from simulator.commands.failures_page import page
from simulator.commands.inputs import InputError
from simulator.faults.modes import MODES, Parameter
from simulator.judge.verdict import Verdict
from simulator.report.wrap import WIDTH, width_of
from simulator.scenario.read import load_scenario
from simulator.trial import TrialOptions, try_scenario
from simulator.world.defects import DEFECTS

ROWS = list(catalogue().values())
WITH_DEFECT = [row for row in ROWS if row.defect]
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("row", [row for row in ROWS if row.id in MODES], ids=lambda row: row.id)
def test_a_built_mode_names_its_wrong_machine_or_says_why_none_can_be(row):
    assert bool(row.defect) is not bool(row.no_defect)
    assert bool(row.no_defect) is bool(row.no_defect_zh)


@pytest.mark.parametrize("row", WITH_DEFECT, ids=lambda row: row.id)
def test_the_wrong_machine_is_caught_in_the_scenario_of_its_mode(row):
    assert row.defect in DEFECTS
    name = scenario_of(row.id)
    assert name, "a mode that names its wrong machine has a scenario that catches it"
    judgement = try_scenario(load_scenario(name), TrialOptions(defects=(row.defect,)))
    assert judgement.verdict is Verdict.FAIL


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_how_it_is_done_on_the_virtual_device_is_said_in_both_languages(row):
    assert bool(row.device) is bool(row.device_zh)
    assert row.device or row.id not in MODES


def test_every_parameter_has_a_unit():
    assert set(UNITS) == set(Parameter)


@pytest.mark.parametrize("mode", MODES.values(), ids=lambda mode: mode.id)
def test_every_parameter_of_a_mode_is_told_with_its_default(mode):
    facts = facts_of(catalogue()[mode.id])
    assert list(facts["defaults"]) == [each.value for each in ordered(mode)]
    assert all(facts["defaults"].values())
    assert set(facts["places"]) & set(facts["refused_in"]) == set()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_line_of_a_mode_is_wider_than_a_screen(language, capsys):
    with speaking(language):
        for row in ROWS:
            show_failures(row.id, as_json=False)
            assert all(text for _, text in lines_of(row))
    wide = [line for line in capsys.readouterr().out.splitlines() if width_of(line) > WIDTH]
    assert not wide


def test_a_word_finds_the_modes_that_say_it(capsys):
    show_failures("路由器", as_json=False)
    assert capsys.readouterr().out.startswith("network.router_down\n")
    show_failures("maintenance", as_json=False)
    shown = capsys.readouterr().out
    assert "bank.maintenance" in shown
    assert "terminal.hung" not in shown
    with pytest.raises(InputError, match="no failure mode"):
        show_failures("no such word", as_json=False)


def test_the_page_is_printed_from_the_rows():
    assert (ROOT / "docs" / "failures.md").read_text("utf-8") == page()
