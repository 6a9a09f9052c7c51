"""Disputes that cannot be are refused by name, with their line and what is allowed."""

from __future__ import annotations

import pytest

from simulator.catalogue.dispute_reasons import DisputeReason
from simulator.catalogue.disputes import DisputeAct
from simulator.catalogue.language import Language, speaking
from simulator.scenario.dispute_checks import case_names
from simulator.scenario.dispute_parts import ActName, ReasonName
from simulator.scenario.read import ScenarioError, scenario_of_text

DAY = """
title = "t"
start = 2026-01-27T10:00:00+08:00
until = "20d"
[acquirer.disputes]
answer_within = "5d"
[[merchants]]
name = "shop"
terminals = { count = 1 }
script = [
  { at = "10:05", sale = "S1", amount = "68.00" },
  { at = "10:06", sale = "V1", do = "void", of = "S1" },
]
[[disputes]]
"""


@pytest.mark.parametrize(("lines", "parts"), [
    ('sale = "S9"\nat = "2d"', ["disputes[1].sale", 'no sale "S9"', "allowed: S1"]),
    ('sale = "V1"\nat = "2d"', ["disputes[1].sale", '"V1" is a void', "allowed: completion"]),
    ('sale = "S1"\nat = "10:04"\ncourse = []', ["disputes[1].course", "at least 1 entries"]),
    ('sale = "S1"\nat = "10:04"', ["disputes[1].at", "is not after the sale"]),
    ('sale = "S1"\nat = "90d"', ["disputes[1].at", "outside the run"]),
    ('sale = "S1"\nat = "2d"\namount = "68.01"', ["disputes[1].amount", "more than the sale"]),
    ('sale = "S1"\nat = "2d"\namount = "0.00"', ["disputes[1].amount", "above 0.00"]),
    ('sale = "S1"\nat = "2d"\nreason = "no"', ["disputes[1].reason", "not possible", "fraud"]),
    ('sale = "S1"\nat = "2d"\ncase = "a/b"', ["disputes[1].case", "must have the form"]),
    ('sale = "S1"\nat = "2d"\ncase = "a"\n[[disputes]]\nsale = "S1"\nat = "3d"\ncase = "a"',
     ["disputes[2].case", '"a" is there twice']),
    ('sale = "S1"\nat = "2d"\ncourse = [{ do = "evidence" }]',
     ["disputes[1].course[1].do", "the case is not opened", "allowed: request, chargeback"]),
    ('sale = "S1"\nat = "2d"\ncourse = [{ do = "chargeback" }, { do = "evidence", after = "1d" }]',
     ["disputes[1].course[2].do", "the case is charged_back", "allowed: representment, accept"]),
    ('sale = "S1"\nat = "2d"\ncourse = [{ do = "request" }, { do = "accept", after = "1d" }, { do = "evidence" }]',
     ["disputes[1].course[3].do", "the case is closed"]),
    ('sale = "S1"\nat = "2d"\ncourse = [{ do = "request" }, { do = "evidence", after = "6d" }, { do = "accept" }]',
     ["disputes[1].course[3].do", "the case is closed", "allowed: none"]),
    ('sale = "S1"\nat = "2d"\ncourse = [{ do = "request" }, { do = "evidence", after = "90d" }]',
     ["disputes[1].course[2].after", "outside the run"]),
    ('sale = "S1"\nat = "2d"\n[expect]\ndisputes = { D2 = "won" }', ["expect.disputes.D2", 'no dispute "D2"', "allowed: D1"]),
    ('sale = "S1"\nat = "2d"\n[expect]\ndisputes = { D1 = "open" }', ["expect.disputes.D1", "not possible"]),
])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_cannot_be_is_refused(lines: str, parts: list[str], language: Language) -> None:
    with speaking(language), pytest.raises(ScenarioError) as refused:
        scenario_of_text(DAY + lines)
    if language == "en":
        assert all(part in str(refused.value) for part in parts), refused.value
    else:
        assert any("一" <= char <= "鿿" for char in str(refused.value)), refused.value


def test_terms_of_which_nothing_comes_are_refused() -> None:
    text = DAY.removesuffix("[[disputes]]\n")
    with pytest.raises(ScenarioError, match="nothing is disputed"):
        scenario_of_text(text)
    with pytest.raises(ScenarioError, match="longer than nothing"):
        scenario_of_text(DAY.replace('"5d"', '"0s"') + 'sale = "S1"\nat = "2d"')


def test_terms_count_where_only_a_fault_disputes() -> None:
    text = DAY.removesuffix("[[disputes]]\n") + """
[[faults]]
label = "cases"
mode = "dispute.chargeback"
target = "shop"
of = "sale"
nth = 1
"""
    scenario = scenario_of_text(text)
    assert "disputes" in scenario.acquirer.model_fields_set


def test_a_case_without_a_name_steps_over_those_that_are_taken() -> None:
    scenario = scenario_of_text(
        DAY + 'sale = "S1"\nat = "2d"\n[[disputes]]\nsale = "S1"\nat = "3d"\ncase = "D1"\n'
        '[[disputes]]\nsale = "S1"\nat = "4d"')
    assert case_names(scenario) == ("D2", "D1", "D3")


def test_names_in_a_file_are_those_of_the_catalogue() -> None:
    assert set(ActName.__args__) == set(DisputeAct)  # type: ignore[attr-defined]
    assert set(ReasonName.__args__) == set(DisputeReason)  # type: ignore[attr-defined]
