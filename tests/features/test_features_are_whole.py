"""Every feature says the same in both languages, and every step is there, is one, and is used."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from behave.parser import parse_file
from behave.runner_util import load_step_modules
from behave.step_registry import registry

FEATURES = Path(__file__).parents[2] / "features"
ENGLISH = sorted(path for path in FEATURES.glob("*.feature") if ".zh-CN." not in path.name)
NAMES = {"name"}  # arguments that are names, which each language has its own of


@pytest.fixture(scope="module", autouse=True)
def step_definitions():
    sys.path.insert(0, str(FEATURES))
    try:
        import words  # noqa: F401, PLC0415 - a folder of behave's, not a package

        load_step_modules([str(FEATURES / "steps")])
    finally:
        sys.path.remove(str(FEATURES))
    return registry.steps


def twin(path):
    return path.with_name(path.name.replace(".feature", ".zh-CN.feature"))


def scenarios(path):
    return list(parse_file(str(path)).walk_scenarios())


def meaning(step):
    """What a step does with what: its function, its values, the rules in its table."""
    match = registry.find_match(step)
    assert match is not None, f"{step.filename}:{step.line}: no step is defined for: {step.name}"
    rules = sys.modules["words"].RULES
    table = [] if step.table is None else [
        rules[row[0]] for row in (step.table.headings, *step.table.rows)]
    values = {each.name: each.value for each in match.arguments if each.name not in NAMES}
    return match.func.__qualname__, values, table


def test_there_are_features():
    assert {path.name.partition(".")[0] for path in ENGLISH} == {
        "account", "maintenance", "power", "reply"}


def test_every_feature_has_its_twin_and_no_twin_is_alone():
    assert sorted(FEATURES.glob("*.zh-CN.feature")) == sorted(map(twin, ENGLISH))


@pytest.mark.parametrize("path", ENGLISH, ids=lambda path: path.name)
def test_both_languages_do_the_same_with_the_same_values(path):
    for english, chinese in zip(scenarios(path), scenarios(twin(path)), strict=True):
        assert set(english.effective_tags) == set(chinese.effective_tags)
        assert english.name != chinese.name
        assert [meaning(each) for each in english.all_steps] == [
            meaning(each) for each in chinese.all_steps]


def test_every_step_text_is_used(step_definitions):
    steps = [
        step for path in FEATURES.glob("*.feature")
        for scenario in scenarios(path) for step in scenario.all_steps
    ]
    used = {id(registry.find_step_definition(step)) for step in steps}
    unused = [
        f"{kind}: {each.pattern}" for kind, definitions in step_definitions.items()
        for each in definitions if id(each) not in used
    ]
    assert unused == []


def test_the_case_study_a_lost_reply_a_power_cut_and_a_frozen_account_run_on_both_clocks():
    for subject in ("maintenance.case_study", "reply.lost", "power.cut", "account.frozen"):
        for path in (FEATURES / f"{subject}.feature", FEATURES / f"{subject}.zh-CN.feature"):
            assert any("virtual" in each.effective_tags for each in scenarios(path)), path.name


