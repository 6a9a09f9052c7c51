"""Lines have room on eighty columns, wide characters count two, and no word is torn that has room."""

from __future__ import annotations

import doctest
import io
import json
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from hil.commands.entry import run
from simulator.catalogue.language import speaking
from simulator.commands.app import COMMANDS, build_app
from simulator.report import wrap
from simulator.report.text import write_text
from simulator.report.wrap import WIDTH, width_of, wrapped
from simulator.scenario.library import scenario_names
from simulator.scenario.read import load_scenario
from simulator.trial import TrialOptions, try_scenario

TEXTS = st.text("ab 主机，。（）/_-1", max_size=120)


def test_the_examples_hold():
    assert doctest.testmod(wrap).failed == 0


@given(TEXTS, st.integers(12, 80))
def test_no_line_is_too_wide_and_nothing_is_lost(text, width):
    lines = wrapped(text, width, indent="  ", again="    ")
    assert all(width_of(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


@given(st.lists(st.text("abc", min_size=1, max_size=10), min_size=1))
def test_no_word_is_torn_that_has_room(words):
    assert " ".join(wrapped(" ".join(words), 12)).split() == words


@given(st.text(max_size=40))
def test_a_wide_character_takes_two_columns(text):
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    assert width_of(text) <= len(text) + wide
    assert width_of("主" + text) == 2 + width_of(text) if not text.isascii() else True


def test_a_mark_does_not_begin_a_line():
    assert wrapped("一二三，四", 6) == ["一二", "三，四"]


@pytest.mark.parametrize("name", [each for each in scenario_names() if not each.startswith("live/")])
def test_a_report_has_room_on_eighty_columns(name):
    judgement = try_scenario(load_scenario(name), TrialOptions())  # one run, told twice
    for language in ("en", "zh"):
        out = io.StringIO()
        write_text(judgement, out, language=language, all_sales=True)
        assert [line for line in out.getvalue().splitlines() if width_of(line) > WIDTH] == [], language


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("command", ["failures", "defects", "failures network.delay"])
def test_a_list_has_room_on_eighty_columns(command, language):
    with speaking(language):
        lines = CliRunner().invoke(build_app(COMMANDS), command.split()).output.splitlines()
    too_wide = [line for line in lines if width_of(line) > WIDTH and "--defect " not in line]
    assert len(lines) > 5
    assert too_wide == []


def test_a_decoded_message_has_room_on_eighty_columns(capsys):
    vectors = json.loads(Path("fixtures/vectors/minted.json").read_text(encoding="utf-8"))["vectors"]
    frame = next(vector["hex"] for vector in vectors if vector["id"] == "signin_resp_60")
    run(["decode", frame])
    out, err = capsys.readouterr()
    assert err == ""
    assert [line for line in out.splitlines() if width_of(line) > WIDTH] == []
