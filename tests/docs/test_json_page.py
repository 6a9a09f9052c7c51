"""docs/json.md is made from the types of a judgement, and a report is what it says."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from hil.commands.entry import run
from simulator.report.json_page import found, page
from simulator.report.json_report import json_report, report_schema
from simulator.scenario.read import load_scenario
from simulator.trace.records import Record, trace_schema
from simulator.trial import TrialOptions, try_scenario

PAGE = Path("docs/json.md")


def _all_fields(value: object) -> set[str]:
    if isinstance(value, dict):
        return set(value).union(*map(_all_fields, value.values()))
    if isinstance(value, list):
        return set().union(*map(_all_fields, value))
    return set()


def test_the_page_is_printed_from_the_types() -> None:
    assert PAGE.read_text("utf-8") == page()


@pytest.mark.parametrize("name", [
    "fixtures/scenarios/judge/disputes.toml", "fixtures/scenarios/emergency-plan.toml",
    "fixtures/scenarios/money/merchant-owes.toml", "fixtures/scenarios/maintenance-case-study-no-retry.toml",
])
def test_every_field_of_a_report_of_every_kind_stands_in_the_page(name: str) -> None:
    told = json.loads(json_report(try_scenario(load_scenario(name), TrialOptions())))
    text = PAGE.read_text("utf-8")
    assert _all_fields(told) <= set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    assert set(told) <= set(report_schema()["$defs"]["JsonReport"]["properties"])


def test_each_structure_of_the_schema_is_a_section_of_the_page() -> None:
    sections = set(re.findall(r"^## (\w+)$", PAGE.read_text("utf-8"), re.MULTILINE))
    assert set(report_schema()["$defs"]) == sections == {each.__name__ for each in found()}


def test_the_schema_of_a_trace_knows_every_record_that_a_run_writes() -> None:
    records: list[Record] = []
    try_scenario(load_scenario("fixtures/scenarios/judge/disputes.toml"), TrialOptions(), [records.append])
    assert {type(each).__name__ for each in records} <= set(trace_schema()["$defs"])


@pytest.mark.parametrize(("what", "title"), [
    ([], "Daozhang scenario"), (["scenario"], "Daozhang scenario"), (["report"], "Daozhang report"),
    (["trace"], "Daozhang trace, one line"),
])
def test_the_command_prints_each_of_them(
    what: list[str], title: str, capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["schema", *what]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == title


def test_what_has_no_schema_is_refused_with_what_has(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "rport"]) == 2
    assert "did you mean report?" in capsys.readouterr().err
