"""Each documented mode has a small scenario of its own: it strikes there, and all comes out as computed by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.catalogue.failures import catalogue
from simulator.catalogue.places import Place
from simulator.faults.modes import MODES
from simulator.judge.verdict import Verdict
from simulator.scenario.read import ScenarioError, load_scenario, scenario_of_text
from simulator.trial import TrialOptions, try_scenario

FOLDER = Path("fixtures/scenarios/modes")
CHAINS = Path("fixtures/scenarios/chains")
FEATURES = Path("features")
SETTINGS = {"calendar.holiday", "fee.deducted", "fee.surcharge"}  # made to happen by terms, no fault


def test_every_mode_that_a_world_can_have_has_a_scenario():
    in_worlds = {name for name, mode in MODES.items() if Place.WORLD in mode.places()} | SETTINGS
    assert in_worlds <= {path.stem for path in FOLDER.glob("*.toml")}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_a_mode_with_a_scenario_has_a_feature_in_both_languages(path):
    for language in ("", ".zh-CN"):
        assert (FEATURES / f"{path.stem}{language}.feature").is_file()


@pytest.mark.parametrize("row", [row for row in catalogue().values() if row.id not in {
    path.stem for path in FOLDER.glob("*.toml")}], ids=lambda row: row.id)
def test_a_mode_without_a_scenario_is_refused_in_a_world_by_its_name(row):
    text = (FOLDER / "terminal.hung.toml").read_text("utf-8").replace("terminal.hung", row.id)
    with pytest.raises(ScenarioError, match=row.id):
        scenario_of_text(text)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_the_scenario_of_a_mode_comes_out_as_computed_by_hand(path):
    assert path.stem in catalogue()
    scenario = load_scenario(path)
    judgement = try_scenario(scenario, TrialOptions())
    assert judgement.verdict is Verdict.PASS, judgement.reasons
    assert not any(fault.may_stay_away for fault in scenario.faults)
    if path.stem in MODES and path.stem not in SETTINGS:
        assert path.stem in {fault.mode for fault in scenario.faults}, "another mode is in it"
        assert next(each.fired for each in judgement.faults if each.mode == path.stem) > 0


@pytest.mark.parametrize("path", sorted(CHAINS.glob("*.toml")), ids=lambda path: path.stem)
def test_a_chain_of_causes_comes_out_as_computed_by_hand(path):
    scenario = load_scenario(path)
    judgement = try_scenario(scenario, TrialOptions())
    assert judgement.verdict is Verdict.PASS, judgement.reasons
    links = len(scenario.faults) + len(scenario.disputes) + len(scenario.actions)
    assert links >= 2, "one cause is no chain"


@pytest.mark.parametrize("path", sorted((*FOLDER.glob("*.toml"), *CHAINS.glob("*.toml"))), ids=lambda path: path.stem)
def test_a_scenario_says_in_its_head_what_happens(path):
    head = path.read_text("utf-8").partition("title =")[0]
    assert len(head.splitlines()) >= 2
    assert all(line.startswith("#") for line in head.strip().splitlines())
