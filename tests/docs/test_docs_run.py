"""What the documents show works as it stands there."""

import re
import shlex
from pathlib import Path

import pytest

from hil.commands.entry import run as program
from simulator.scenario.read import scenario_of_text
from simulator.trial import TrialOptions, try_scenario

DOCS = [Path("README.md"), Path("README.zh-CN.md"), *sorted(Path("docs").glob("*.md"))]
A_SALE = """
title = "One sale"
start = 2026-01-27T11:00:00+08:00
until = "45d"
[[merchants]]
name = "shop"
terminals = { count = 1, profile = "lakala-touch" }
script = [{ at = "11:30", sale = "S1", amount = "68.00" }]
[merchants.habits]
settles = "22:00"
"""
QUICK = ("decode", "failures", "schema", "defects", "dissector")


def fenced(path, language=""):
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text("utf-8"), re.MULTILINE | re.DOTALL)


def commands():
    for path in DOCS:
        for block in fenced(path):
            for line in block.splitlines():
                words = line.partition("#")[0].partition(">")[0].split()
                if words[:1] == ["daozhang"] and words[1] in QUICK:
                    yield pytest.param(words[1:], id=f"{path.name}: {' '.join(words[:3])}")


@pytest.mark.parametrize("words", list(commands()))
def test_a_command_of_the_documents_runs(words, capsys):
    assert program(list(words)) == 0
    assert capsys.readouterr().out


@pytest.mark.parametrize("page", ["diagnosis.md", "reconciliation.md"])
def test_commands_that_build_on_one_another_run_as_they_stand(page, tmp_path, monkeypatch, capsys):
    path = Path("docs", page)
    first = next(block for block in [*fenced(path, "console"), *fenced(path)] if "daozhang run" in block)
    monkeypatch.chdir(tmp_path)
    for line in first.splitlines():
        words = shlex.split(line.removeprefix("$ "), comments=True)
        assert (words[0], program(words[1:])) in (("daozhang", 0), ("daozhang", 1)), (line, capsys.readouterr().err)


def test_the_scenario_of_the_documents_passes():
    text, *_ = fenced(Path("docs/scenarios.md"), "toml")
    judgement = try_scenario(scenario_of_text(text), TrialOptions())
    assert judgement.verdict.value == "PASS", judgement.reasons
    assert {fault.mode for fault in judgement.faults if fault.fired} == {
        "network.delay", "network.outage", "bank.insufficient_funds", "terminal.power_lost"}


def test_the_parts_of_scenarios_in_the_documents_pass_with_a_sale_to_be_about():
    _, *parts = fenced(Path("docs/scenarios.md"), "toml")
    assert parts
    for part in parts:
        judgement = try_scenario(scenario_of_text(A_SALE + part), TrialOptions())
        assert judgement.verdict.value == "PASS", (part, judgement.reasons)


@pytest.mark.parametrize("path", DOCS, ids=str)
def test_every_file_that_a_document_names_is_there(path):
    text = path.read_text("utf-8")
    named = re.findall(r"\]\(([\w./-]+)\)", text)
    named += re.findall(r"`((?:simulator|hil|fixtures|features|docs|tests)/[\w./-]+)`", text)
    missing = [name for name in named if not (path.parent / name).exists() and not Path(name).exists()]
    assert missing == []


def test_both_readmes_show_the_same_commands():
    shown = [[line.partition("#")[0].split() for block in fenced(path) for line in block.splitlines()]
             for path in DOCS[:2]]
    chinese = [[word for word in words if word not in ("--lang", "zh")] for words in shown[1]]
    assert chinese == shown[0]
