"""``daozhang scenarios`` lists what comes with the program; the names run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hil.bench.virtual_bench import VirtualBench
from hil.commands.entry import run as program
from simulator.commands.run import HELP
from simulator.scenario.library import scenario_names


def printed(capsys, *arguments):
    code = program(list(arguments))
    return code, capsys.readouterr()


def test_all_are_listed_with_their_titles(capsys):
    code, said = printed(capsys, "scenarios")
    assert code == 0
    assert [line.split()[0] for line in said.out.splitlines()] == list(scenario_names())
    assert "The reply to a sale is lost" in said.out
    _, said = printed(capsys, "scenarios", "--json")
    assert {"name": "defects/mac-failure", "title": "Wrong MACs in both directions"} in json.loads(said.out)


def test_one_is_printed_as_it_stands_in_its_file(capsys):
    _, said = printed(capsys, "scenarios", "lost-reply")
    assert said.out == Path("fixtures/scenarios/lost-reply.toml").read_text("utf-8")


def test_an_unknown_name_is_refused_with_the_one_that_was_perhaps_meant(capsys):
    code, said = printed(capsys, "scenarios", "lost-repy")
    assert code == 2
    assert "did you mean lost-reply?" in said.err


@pytest.mark.parametrize("command", ["defects", "failures"])
def test_scenarios_that_other_commands_name_can_be_run(capsys, command):
    _, said = printed(capsys, command, "--json")
    rows = json.loads(said.out)
    named = {name for row in rows for name in row.get("scenarios", [row.get("scenario")])}
    assert named
    assert named <= set(scenario_names())


def test_a_name_is_run_from_anywhere(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, said = printed(capsys, "run", "lost-reply")
    assert (code, said.err) == (0, "")


@pytest.mark.live
def test_a_host_takes_a_name_too(tmp_path):
    with VirtualBench(Path("lost-reply"), tmp_path) as bench:
        assert bench.report().title == "The reply to a sale is lost"


def test_the_examples_that_the_help_of_run_names_come_with_the_program():
    named = {line.split()[2] for line in HELP.splitlines() if line.startswith("  daozhang run ")}
    assert named - {"day.toml"} == {"maintenance-case-study", "lost-reply"} <= set(scenario_names())
