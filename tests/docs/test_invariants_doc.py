"""docs/invariants.md has one section for each rule, with both its names and each of its findings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.judge.rule import Rule
from simulator.judge.rules import RULES

PAGE = (Path(__file__).parents[2] / "docs" / "invariants.md").read_text()
HEADING = re.compile(r"^## (\d+) · (.+) · (.+)$", re.MULTILINE)
PARTS = ("**Rule.**", "**Evidence.**", "**Exceptions", "**Findings.**")


def _sections() -> dict[int, tuple[str, str, str]]:
    """English name, Chinese name and text, by number."""
    found = list(HEADING.finditer(PAGE))
    ends = [each.start() for each in found[1:]] + [len(PAGE)]
    return {
        int(each[1]): (each[2], each[3], PAGE[each.end():end])
        for each, end in zip(found, ends, strict=True)
    }


SECTIONS = _sections()


def test_sections_are_the_rules_in_their_order():
    assert [int(each[1]) for each in HEADING.finditer(PAGE)] == [rule.number for rule in RULES]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.number))
def test_a_rule_stands_there_with_its_names_parts_and_findings(rule: Rule):
    english, chinese, text = SECTIONS[rule.number]
    assert (english, chinese) == (rule.en, rule.zh)
    assert [part for part in PARTS if part not in text] == []
    said = text.partition("**Findings.**")[2]
    assert sorted(re.findall(r"`([a-z_0-9]+)`", said)) == sorted(row.code for row in rule.findings)
