"""Every feature says the same in both languages, and every step is there, is one, and is used."""

from __future__ import annotations

from pathlib import Path

import pytest
from behave.parser import parse_file

from hil.gherkin.references import rule
from hil.gherkin.topics import matches

FEATURES = Path(__file__).parents[2] / "features"
ENGLISH = sorted(path for path in FEATURES.rglob("*.feature") if ".zh-CN." not in path.name)
NAMES = {"name", "sale", "person", "merchant", "customer", "terminal", "deal", "where"}  # each language has its own names


def twin(path):
    return path.with_name(path.name.replace(".feature", ".zh-CN.feature"))


def scenarios(path):
    return list(parse_file(str(path)).walk_scenarios())


def meaning(step):
    """What a step does with what: its sentence, its values, the rules in its table."""
    found = matches(step.name, step.step_type)
    assert len(found) == 1, f"{step.filename}:{step.line}: said by {len(found)} sentences: {step.name}"
    [(sentence, pattern, given)] = found
    rows = [] if step.table is None else [step.table.headings, *(row.cells for row in step.table.rows)]
    table = [rule(row[0]) for row in rows] if sentence.does.__name__ == "held" else rows and len(rows)
    values = {name: pattern.fields[name].read(text) for name, text in given.items() if name not in NAMES}
    return sentence.does.__qualname__, values, table


def test_there_are_features():
    assert {path.name.partition(".")[0] for path in ENGLISH} >= {
        "account", "maintenance", "power", "reply"}


def test_every_feature_has_its_twin_and_no_twin_is_alone():
    assert sorted(FEATURES.rglob("*.zh-CN.feature")) == sorted(map(twin, ENGLISH))


@pytest.mark.parametrize("path", ENGLISH, ids=lambda path: path.name)
def test_both_languages_do_the_same_with_the_same_values(path):
    for english, chinese in zip(scenarios(path), scenarios(twin(path)), strict=True):
        assert set(english.effective_tags) == set(chinese.effective_tags)
        assert english.name != chinese.name
        assert [meaning(each) for each in english.all_steps] == [
            meaning(each) for each in chinese.all_steps]


def test_the_case_study_a_lost_reply_a_power_cut_and_a_frozen_account_run_on_both_clocks():
    for subject in ("maintenance.case_study", "reply.lost", "power.cut", "account.frozen"):
        for path in (FEATURES / f"{subject}.feature", FEATURES / f"{subject}.zh-CN.feature"):
            assert any("virtual" in each.effective_tags for each in scenarios(path)), path.name
