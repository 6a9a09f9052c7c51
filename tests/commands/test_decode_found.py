"""Captures and texts that people brought and an earlier decoder failed on; the truth was read by hand."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from hil.commands.entry import run

FOLDER = Path(__file__).parents[2] / "fixtures" / "dumps"
INPUTS = tomllib.loads((FOLDER / "expected.toml").read_text("utf-8"))["input"]


def test_every_file_is_expected_and_every_expected_file_is_there():
    assert sorted(one["file"] for one in INPUTS) == sorted(
        path.name for path in FOLDER.iterdir() if path.suffix != ".toml")


@pytest.mark.parametrize("one", INPUTS, ids=[one["file"] for one in INPUTS])
def test_what_people_brought_is_read_as_it_is(capsys, one):
    code = run(["decode", str(FOLDER / one["file"]), "--json"])
    said = capsys.readouterr()
    shown = json.loads(said.out)
    shown = shown if isinstance(shown, list) else [shown]
    assert [each["mti"] for each in shown] == one["types"]
    assert not any("damage" in each for each in shown)
    assert {str(n): field for n, each in enumerate(shown) for field in each.get("unread", {})} == one.get("marked", {})
    assert code == one.get("exit", 0)
    for words in one.get("told", []):
        assert words in said.err
    assert bool(said.err) == bool(one.get("told"))
