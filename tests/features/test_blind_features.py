"""Features of outsiders stay understood as far as they were, and every mode of the world has its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from hil.gherkin.understood import steps_read
from simulator.catalogue.places import Place
from simulator.commands.failure_facts import features_of
from simulator.faults.modes import MODES

BLIND = Path(__file__).parent / "blind"
FEATURES = Path(__file__).parents[2] / "features"


@pytest.mark.parametrize(("folder", "least"), [("first", 228), ("second", 385), ("third", 75)])
def test_what_outsiders_wrote_is_understood_as_far_as_it_was(folder, least):
    read = [each for path in sorted((BLIND / folder).glob("*.feature")) for each in steps_read(path)]
    assert sum(each.is_understood for each in read) >= least


def test_every_mode_of_the_world_has_a_feature_in_both_languages():
    of_world = [mode.id for mode in MODES.values() if Place.WORLD in mode.places("")]
    assert of_world
    assert [each for each in of_world if len(features_of(each, FEATURES)) < 2] == []
