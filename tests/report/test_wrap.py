"""Lines have room on eighty columns, wide characters count two, and no word is torn that has room."""

from __future__ import annotations

import doctest
import io
import json
import unicodedata
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from hil.commands.entry import run
from simulator.catalogue.language import Told, speaking
from simulator.commands.app import COMMANDS, build_app
from simulator.commands.comparing import compare, other_of
from simulator.commands.explain import explain
from simulator.report import wrap
from simulator.report.comparison import EFFECTS
from simulator.report.comparison_text import comparison_text
from simulator.report.text import write_text
from simulator.report.wrap import WIDTH, width_of, wrapped
from simulator.scenario.library import scenario_names
from simulator.scenario.read import load_scenario
from simulator.trace.records import Record, SaleMeant, to_line
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
@pytest.mark.parametrize("name", [
    "account.frozen", "dispute.chargeback", "network.router_down", "operator.duplicate_entry", "provider.unlicensed",
    "record.slip_missing",
])
def test_an_explanation_has_room_on_eighty_columns(name, language, tmp_path, capsys):
    records: list[Record] = []
    try_scenario(load_scenario(f"modes/{name}"), TrialOptions(), [records.append])
    path = tmp_path / "day.jsonl"
    path.write_bytes(b"".join(to_line(each) + b"\n" for each in records))
    sales = [each.sale for each in records if isinstance(each, SaleMeant)][:3]
    with speaking(language):
        explain(path, sale=None, rrn=None, merchant=None, as_json=False)
        for sale in sales:
            explain(path, sale=sale, rrn=None, merchant=None, as_json=False)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 20
    assert [line for line in lines if width_of(line) > WIDTH] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_a_comparison_comes_to_has_room_on_eighty_columns(language):
    scenario = load_scenario("maintenance-case-study")
    _, comparison = compare(Path("day.toml"), scenario, other_of(scenario, "actions"), TrialOptions())
    assert len(EFFECTS) > 3
    for row in EFFECTS.values():
        told = row.both(what=Told("the remedy another_payment_method of the second of two days", "第二天的补救措施"))
        ended = msgspec.structs.replace(comparison, effect_text=told.en, effect_text_zh=told.zh)
        lines = comparison_text(ended, language).splitlines()
        assert [line for line in lines if width_of(line) > WIDTH] == []
        said = told.say(language)
        assert said.replace(" ", "") in "".join(lines).replace(" ", "")


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
