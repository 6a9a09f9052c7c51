"""What may be expected is read and refused by name; what is expected is met by right sums alone."""

from __future__ import annotations

import pytest

from simulator.catalogue.language import Language, speaking
from simulator.judge.verdict import Verdict
from simulator.scenario.read import ScenarioError, scenario_of_text
from simulator.trial import TrialOptions, try_scenario

DAY = """
title = "Two sales, a void, a second void, a refund after payout, and a sale that is declined"
start = 2026-01-27T10:00:00+08:00
until = "3d"
[[cards]]
name = "card.li"
balance = "100.00"
[[merchants]]
name = "shop"
terminals = { count = 1 }
script = [
  { at = "10:05", sale = "S1", amount = "68.00" },
  { at = "10:06", sale = "S2", amount = "50.00" },
  { at = "10:07", sale = "S3", amount = "500.00", card = "card.li" },
  { at = "10:08", sale = "V2", do = "void", of = "S2" },
  { at = "10:09", sale = "V2b", do = "void", of = "S2" },
  { at = "10:10", sale = "P1", do = "preauth", amount = "30.00" },
  { at = "10:11", sale = "P2", do = "preauth", amount = "40.00" },
  { at = "10:12", sale = "PC", do = "completion", of = "P2" },
  { at = "10:13", sale = "B1", do = "balance" },
  { at = "2026-01-29T10:09", sale = "R1", do = "refund", of = "S1", amount = "8.00" },
]
[expect]
"""
# S1 is paid at 09:00 on the 28th with PC (108.00, fee 0.41 + 0.24); R1 of the 29th has a fee of 0.05,
# so 7.95 are owed from the cut-over of the 29th on.
MET = [
    'arrived = ["S1", "P2"]', "arrived = { at_least = 2, at_most = 2 }",
    'arrived = "all"\nwithin = "2026-01-28T09:01"',
    'arrived = ["S1"]\nnot_before = "2026-01-28T09:00"', 'not_before = "2026-01-28T08:59"',
    "declined = { at_least = 1, at_most = 1 }", "declined = { at_most = 0.2 }", 'declined = ["S3"]',
    "declined = { at_least = 0.2 }", 'undone = ["S2"]', 'held = ["P1"]', "held = { at_most = 1 }",
    'lost = "none"', 'suspended = "none"', 'on_the_way = "none"', 'refused = ["V2b"]',
    "refused = { at_least = 1, at_most = 1 }", 'given_back = ["V2", "R1"]',
    'given_back = { V2 = "10:09", R1 = "2026-01-29T10:10" }', "given_back = { at_least = 2 }",
    "given_back = 0.66", 'owes = { shop = "7.95" }', "reversed = []", 'told = { shop = ["107.35", "01月28日"] }',
    'seen = [{ what = "settled", by = "shop/1", not_before = "22:30", until = "22:31", times = 1 }]',
    'seen = [{ what = "paid", by = "shop", until = "2026-01-28T09:01" }, { what = "suspended", times = 0 }]',
]
UNMET = [
    ('arrived = ["S1", "S2"]', "expected_placed"), ("arrived = { at_least = 3 }", "expected_placed"),
    ('arrived = "all"\nwithin = "2026-01-28T08:59"', "expected_arrived"),
    ('arrived = ["S1"]\nnot_before = "2026-01-28T12:00"', "expected_not_before"),
    ('not_before = "2026-01-28T09:05"', "expected_not_before"),
    ("declined = { at_least = 2 }", "expected_placed"), ('declined = "none"', "expected_placed"),
    ("declined = { at_most = 0.1 }", "expected_placed"), ('undone = ["S1"]', "expected_placed"),
    ('lost = ["S1"]', "expected_placed"), ('held = "none"', "expected_placed"),
    ('refused = ["V2"]', "expected_returns"), ('refused = "none"', "expected_returns"),
    ('given_back = ["V2b"]', "expected_returns"), ('given_back = "all"', "expected_returns"),
    ('given_back = { R1 = "2026-01-29T10:08" }', "expected_returns"),
    ('owes = { shop = "0.00" }', "expected_owes"), ('owes = { shop = "7.94" }', "expected_owes"),
    ('reversed = ["S1"]', "expected_reversed"), ('told = { shop = ["107.34"] }', "expected_seen"),
    ("told = { shop = [] }", "expected_seen"), ('seen = [{ what = "updated" }]', "expected_seen"),
    ('seen = [{ what = "settled", by = "shop/1", until = "22:29" }]', "expected_seen"),
    ('seen = [{ what = "paid", times = 2 }]', "expected_seen"),
]


@pytest.mark.parametrize("expected", MET)
def test_what_came_out_is_met(expected: str) -> None:
    judgement = try_scenario(scenario_of_text(DAY + expected), TrialOptions())
    assert judgement.findings == ()
    assert judgement.verdict is Verdict.PASS
    assert judgement.expectations
    assert all(each.met for each in judgement.expectations)


@pytest.mark.parametrize(("expected", "code"), UNMET)
def test_what_did_not_come_out_fails_with_a_finding_of_its_own(expected: str, code: str) -> None:
    judgement = try_scenario(scenario_of_text(DAY + expected), TrialOptions())
    assert [each.code for each in judgement.findings] == [code]
    assert judgement.verdict is Verdict.FAIL
    for finding in judgement.findings:
        assert "{" not in finding.what + finding.what_zh


@pytest.mark.parametrize(("expected", "parts"), [
    ('arrived = ["S9"]', ["expect.arrived[1]", 'no sale "S9"', "allowed: S1, S2, S3, P1, P2"]),
    ('arrived = ["R1"]', ["expect.arrived[1]", '"R1" is a refund', 'name it in given_back or refused, and "S1"']),
    ('declined = ["PC"]', ["expect.declined[1]", '"PC" is a completion', 'told under "P2"']),
    ('undone = ["B1"]', ['"B1" is a balance', "it moves no money"]),
    ('held = ["S1"]', ['"S1" is a sale', "held does not come up for it"]),
    ('refused = ["S1"]', ['"S1" is a sale', "refused does not come up for it"]),
    ('given_back = { S1 = "12:00" }', ["expect.given_back.S1", '"S1" is a sale']),
    ('given_back = { R1 = "2027-01-28T12:00" }', ["expect.given_back.R1", "outside the run"]),
    ('given_back = { R1 = "soon" }', ["given_back", "must be a time such as"]),
    ('arrived = ["S1", "S1"]', ["expect.arrived[2]", '"S1" is in arrived already']),
    ('refused = ["V2", "V2"]', ["expect.refused[2]", '"V2" is there twice']),
    ('arrived = ["S1"]\nundone = ["S1"]', ["expect.undone[1]", '"S1" is in arrived already']),
    ("declined = { at_least = 3, at_most = 1 }", ["expect.declined.at_most", "must not be below at_least, 3"]),
    ("declined = { at_least = 0 }", ["expect.declined.at_least", "asks nothing"]),
    ("declined = { at_most = 1.0 }", ["expect.declined.at_most", "asks nothing"]),
    ("declined = { at_most = -1 }", ["expect.declined", "a whole number of at least 0"]),
    ("declined = { at_most = true }", ["expect.declined", "a whole number of at least 0"]),
    ("declined = { most = 1 }", ["expect.declined", "a bound such as"]),
    ("declined = {}", ["expect.declined", "a bound such as"]),
    ("declined = []", ["expect.declined", "a bound such as"]),
    ('owes = { shoop = "1.00" }', ["expect.owes.shoop", 'did you mean "shop"']),
    ("owes = { shop = 1 }", ["expect.owes.shop", "an amount in yuan"]),
    ('not_before = "2026-01-27T10:00"', ["expect.not_before", "outside the run"]),
    ('not_before = "90d"', ["expect.not_before", "outside the run"]),
    ('arrived = "all"\nwithin = "1d"\nnot_before = "2d"', ["expect.not_before", "is after within"]),
    ('within = "1d"', ["expect.within", "arrived does not say what"]),
    ('reversed = ["S9"]', ["expect.reversed[1]", 'no sale "S9"']),
    ('told = { shoop = ["1"] }', ["expect.told.shoop", 'did you mean "shop"']),
    ('seen = [{ what = "setled" }]', ["expect.seen[1].what", 'did you mean "settled"']),
    ('seen = [{ what = "settled", by = "shoop" }]', ["expect.seen[1].by", 'did you mean "shop"']),
    ('seen = [{ what = "settled", by = "shop/2" }]', ["expect.seen[1].by", "shop has 1 terminals"]),
    ('seen = [{ what = "paid", by = "shop/1" }]', ["expect.seen[1].by", "paid is of a merchant"]),
    ('seen = [{ what = "settled", text = "1" }]', ["expect.seen[1].text", "settled has no text"]),
    ('seen = [{ what = "settled", until = "90d" }]', ["expect.seen[1].until", "outside the run"]),
    ('seen = [{ what = "settled", not_before = "2d", until = "1d" }]', ["expect.seen[1].until", "is before not_before"]),
    ('seen = [{ what = "settled", times = -1 }]', ["expect.seen[1].times"]),
])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_can_never_come_up_is_refused_by_name(expected: str, parts: list[str], language: Language) -> None:
    with speaking(language), pytest.raises(ScenarioError) as refused:
        scenario_of_text(DAY + expected)
    if language == "en":
        assert all(part in str(refused.value) for part in parts), refused.value
    else:
        assert str(refused.value).startswith("<scenario>:")
        assert any("一" <= char <= "鿿" for char in str(refused.value)), refused.value


def test_money_that_is_due_after_the_end_leaves_the_expectation_undecided() -> None:
    short = DAY.replace('until = "3d"', 'until = "14h"\ndrain = "1h"').replace(
        '  { at = "2026-01-29T10:09", sale = "R1", do = "refund", of = "S1", amount = "8.00" },\n', "")
    for expected in ('arrived = ["S1"]', "arrived = { at_least = 2 }", 'arrived = "all"'):
        judgement = try_scenario(scenario_of_text(short + expected), TrialOptions())
        assert judgement.verdict is Verdict.INCONCLUSIVE, expected
        assert "give a later until or drain" in judgement.reasons[-1]
