"""Every documented mode has a feature in both languages, it is run, and in it the fault strikes: planned is not enough."""

from __future__ import annotations

import configparser
import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from simulator.catalogue.failures import catalogue
from simulator.faults.modes import MODES
from simulator.local_time import date_at
from simulator.trace.records import FaultFired, ItemCleared, MerchantSettled, PayoutPosted, Record
from tests.features.striking import Played, played

ROOT = Path(__file__).parents[2]
FEATURES = ROOT / "features"
LANGUAGES = ("", ".zh-CN")


def paid_days_later(records: Sequence[Record]) -> int:
    """The most days between a settlement date and its money."""
    settled = {each.payout: date.fromisoformat(each.settlement_date) for each in records if isinstance(each, MerchantSettled)}
    return max((
        (date_at(each.at_ms) - settled[each.payout]).days for each in records if isinstance(each, PayoutPosted)), default=0)


SETTINGS: dict[str, Callable[[Sequence[Record]], bool]] = {  # what a setting leaves where it had an effect
    "calendar.holiday": lambda records: paid_days_later(records) > 9,  # nine days off, and no fault
    "fee.deducted": lambda records: any(isinstance(each, ItemCleared) and each.fee_fen for each in records),
    "fee.surcharge": lambda records: any(isinstance(each, MerchantSettled) and each.withheld_fen for each in records),
}
NO_WORLD = {"Lines"}  # layers that no world has; each row of them says so
PLAYABLE = sorted(row.id for row in catalogue().values() if row.layer not in NO_WORLD and not row.checked_by)


def has_struck(mode: str, records: Sequence[Record]) -> bool:
    """Whether a mode had an effect in what was written down."""
    if mode in SETTINGS:
        return SETTINGS[mode](records)
    return any(isinstance(each, FaultFired) and each.mode == mode for each in records)


def test_what_is_no_feature_says_why():
    for row in catalogue().values():
        assert (row.id in PLAYABLE) or row.no_defect, row.id


def test_a_mode_is_a_fault_or_a_setting_whose_effect_is_looked_for():
    assert {mode for mode in PLAYABLE if mode not in MODES} == set(SETTINGS)


def test_what_a_person_runs_plays_all_features():
    """``.ci/run`` makes test; that is behave over all of the folder, with no tag that leaves any out."""
    assert "\nmake test\n" in (ROOT / ".ci" / "run").read_text("utf-8")
    recipe = re.search(r"^test:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert recipe is not None
    assert "\t@$(BIN)/behave" in recipe[1].splitlines()
    settings = configparser.ConfigParser()
    settings.read(ROOT / "behave.ini")
    assert settings["behave"]["paths"] == "features"
    assert not {"tags", "default_tags", "stop", "include_re", "exclude_re", "name"} & set(settings["behave"])


@pytest.fixture(scope="module")
def features() -> dict[str, Played]:
    """The features of all modes, as they were played, by file name."""
    return played([FEATURES / f"{mode}{language}.feature" for mode in PLAYABLE for language in LANGUAGES])


@pytest.mark.parametrize("language", LANGUAGES, ids=["en", "zh"])
@pytest.mark.parametrize("mode", PLAYABLE)
def test_in_the_feature_of_a_mode_every_scenario_passes_and_the_fault_strikes(mode, language, features):
    feature = features[f"{mode}{language}.feature"]
    assert set(feature.statuses) == {"passed"}
    assert has_struck(mode, feature.records)


PLANNED = """
Feature: A fault that comes too late
  Scenario: Planned for the fifth sale, of one
    Given a merchant "Corner Shop" with one terminal
    And the fault "operator.wrong_amount" strikes at the merchant
      | nth           | 5   |
      | may_stay_away | yes |
    When the merchant sells for ¥68.00
    Then the judge passes the run
"""


def test_a_fault_that_was_planned_and_stayed_away_has_not_struck(tmp_path):
    path = tmp_path / "planned.feature"
    path.write_text(PLANNED, "utf-8")
    [feature] = played([path]).values()
    assert feature.statuses == ["passed"]
    assert not has_struck("operator.wrong_amount", feature.records)
    assert not any(takes_effect(feature.records) for mode, takes_effect in SETTINGS.items() if mode != "fee.deducted")
