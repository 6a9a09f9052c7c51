"""The scenario of each mode, diagnosed from its evidence: the mode is among the answers."""

from pathlib import Path

import pytest

from simulator.diagnosis.diagnosis import diagnose
from simulator.diagnosis.signatures import all_signatures
from simulator.scenario.read import load_scenario
from simulator.world.run import build_world, run_virtual

FOLDER = Path("fixtures/scenarios/modes")
SIGNED = {row.mode for row in all_signatures().signatures}
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml") if path.stem in SIGNED)


@pytest.mark.parametrize("mode", NAMES)
def test_the_mode_of_a_scenario_is_found(mode):
    records = []
    run_virtual(build_world(load_scenario(FOLDER / f"{mode}.toml"), [records.append]))
    answers = [answer.finding.modes for answer in diagnose(records).answers]
    assert any(mode in modes for modes in answers), answers
