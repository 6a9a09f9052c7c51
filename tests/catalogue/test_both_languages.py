"""What a person reads is there in both languages, and who asks for Chinese reads no English sentence."""

from __future__ import annotations

import importlib
import pkgutil
import re
import string
import sys
import tomllib
from pathlib import Path

import pytest

import hil
import simulator
from hil.commands.entry import run
from simulator.catalogue.language import Message, Told, language_of_environment, speaking, spoken
from simulator.judge.diagnosis.causes import causes
from simulator.judge.words.sentences import REASONS, SENTENCES
from simulator.scenario.library import scenario_named, scenario_names
from simulator.scenario.read import ScenarioError, scenario_of_text

sys.path.insert(0, str(Path(__file__).parents[1] / "scenario"))
from test_scenario_refused import GOOD, REPLACED

HAN = re.compile("[\u4e00-\u9fff]")
SENTENCE = re.compile(r"(?<![\w.\"'“])[A-Za-z]{2,}(?: [a-z]{2,}){2,}")  # three words in a row


def _values():
    """Every value of a module of ours, and what is in its tables."""
    for package in (simulator, hil):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if found.name == "hil.commands.entry":
                continue
            for value in vars(importlib.import_module(found.name)).values():
                yield value
                if isinstance(value, dict):
                    yield from value.values()
                elif isinstance(value, tuple) and not isinstance(value, Told):
                    yield from value


@pytest.fixture(scope="module")
def values():
    """Read once, and not while tests are collected: all modules are loaded for it."""
    return list(_values())


@pytest.fixture(scope="module")
def rows(values):
    return {row.code + row.en: row for row in values if isinstance(row, Message)}


@pytest.fixture(scope="module")
def pairs(values):
    return {pair for pair in values if isinstance(pair, Told)}


def facts_in(text: str) -> list[str]:
    return sorted({f"{name}!{conversion}" for _, name, _, conversion in string.Formatter().parse(text) if name})


def facts_without_language(text: str) -> set[str]:
    return {name.replace("_zh!", "!") for name in facts_in(text)}


def test_there_are_rows(rows, pairs):
    assert len(rows) > 100
    assert len(pairs) > 50


def test_a_row_has_both_languages_with_the_same_facts(rows):
    wrong = {
        row.code for row in (*rows.values(), *SENTENCES)
        if not (HAN.search(row.zh) or not re.search("[A-Za-z]{2}", re.sub(r"\{.*?\}", "", row.en)))
        or HAN.search(row.en) or facts_without_language(row.en) != facts_without_language(row.zh)}
    assert not wrong


@pytest.mark.parametrize("row", REASONS, ids=lambda row: row.code)
def test_a_reason_of_the_judge_has_both(row):
    assert HAN.search(row.zh)
    assert not HAN.search(row.en)


def test_words_and_causes_have_both(pairs):
    for en, zh in [*pairs, *((row.en, row.zh) for row in causes().values()), *((row.remedy, row.remedy_zh) for row in causes().values())]:
        assert bool(en) == bool(zh)
        assert not HAN.search(en)
        assert HAN.search(zh) or en == zh or not re.search("[A-Za-z]", en), en  # a mark between words has none


# ---- nothing in English where Chinese was asked for ------------------------------------------------


def names_in(text: str) -> set[str]:
    """All that a scenario names: it may be in any language."""
    found: set[str] = set()

    def walk(value):
        if isinstance(value, str):
            found.add(value)
        for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            walk(each)

    walk(tomllib.loads(text))
    return found


def english_in(text: str, names: set[str] = frozenset()) -> list[str]:
    flat = " ".join(text.split())
    for name in sorted(names, key=len, reverse=True):
        flat = flat.replace(name, "…")
    return SENTENCE.findall(flat)


def test_the_search_finds_an_english_sentence():
    assert english_in("  原因: the network was down")
    assert english_in("主机 the run begins 到账")
    assert not english_in("故障“x”（network.outage）从未触发 terminal.10000001 --defect terminal.no_reversal")


@pytest.mark.parametrize("name", [each for each in scenario_names() if not each.startswith("live/")])
def test_no_report_in_chinese_holds_an_english_sentence(name, tmp_path, capsys):
    run(["run", name, "--lang", "zh", "--sales", "--report", str(tmp_path), "--junit", str(tmp_path / "all.xml")])
    out, err = capsys.readouterr()
    names = names_in(scenario_named(name))
    assert err == ""
    texts = {"said": out} | {
        path.name: path.read_text("utf-8") for path in tmp_path.rglob("*") if path.suffix in {".xml", ".txt"}}
    assert len(texts) == 4
    for where, text in texts.items():
        assert english_in(text, names) == [], where


@pytest.mark.parametrize("defect", ["terminal.no_reversal", "acquirer.captures_twice", "clearing.wrong_fee"])
def test_no_finding_in_chinese_is_english(defect, capsys):
    run(["run", "all-invariants", "--lang", "zh", "--defect", defect])
    out, _ = capsys.readouterr()
    assert english_in(out, names_in(scenario_named("all-invariants"))) == []


@pytest.mark.parametrize(("good", "bad"), [row[:2] for row in REPLACED])
def test_a_wrong_scenario_is_refused_in_chinese(good, bad):
    with speaking("zh"), pytest.raises(ScenarioError) as caught:
        scenario_of_text(GOOD.replace(good, bad, 1))
    assert HAN.search(str(caught.value))
    assert english_in(str(caught.value).replace("working days after", ""), {"corner shop"}) == []


@pytest.mark.parametrize("arguments", [
    ("run", "nowhere.toml"), ("run", "tests"), ("run", "lost-reply", "--trace", "tests"),
    ("run", "lost-reply", "--json", "nowhere/x.json"), ("run", "lost-reply", "--trace", "-"),
    ("run", "lost-reply", "power-cut", "--trace", "x"), ("run", "pyproject.toml"),
    ("decode", "zz"), ("decode", "abc"), ("decode", ""), ("decode", "00", "--framing", "x"),
    ("decode", "00", "--mac", "x"), ("decode", "00", "--mac-key", "11"), ("scenarios", "nowhere"),
    ("failures", "network.outxge"), ("run", "lost-reply", "--report", "pyproject.toml"),
])
def test_a_wrong_command_is_refused_in_chinese(arguments, capsys):
    assert run([*arguments, "--lang", "zh"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert HAN.search(err)
    assert english_in(err) == []


def test_the_language_is_that_of_the_option_else_of_the_environment_else_english(monkeypatch, capsys):
    monkeypatch.setenv("DAOZHANG_LANG", "zh")
    assert language_of_environment() == "zh"
    run(["decode", ""])
    assert HAN.search(capsys.readouterr().err)
    run(["--lang", "en", "decode", ""])
    assert "no message given" in capsys.readouterr().err
    monkeypatch.setenv("DAOZHANG_LANG", "klingon")
    run(["decode", ""])
    assert "no message given" in capsys.readouterr().err
    assert run(["decode", "", "--lang", "klingon"]) == 2
    assert "--lang klingon: allowed are en, zh" in capsys.readouterr().err
    run(["decode", "", "--lang", "zh"])
    assert spoken() == "en"  # a command speaks for itself alone
