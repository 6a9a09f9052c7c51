"""What the parser of the command line says is said in the language that was asked for."""

from __future__ import annotations

import re

import pytest

from hil.commands.entry import run

WRONG = [
    "run", "run --foo x", "run --scnario", "run x --seed abc", "rnu", "nothing-like-it", "run --seed",
    "run a --wire=3", "failures a b c", "run x --seed=-1", "host x.toml --limit a=b", "decode --framming x",
    "device", "device --tid", "tell", "schema x", "scenarios a b", "encode --mackey",
]
ENGLISH = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")


@pytest.mark.parametrize("line", WRONG)
def test_a_command_line_that_cannot_be_read_is_told_in_chinese(capsys, line):
    assert run([*line.split(), "--lang", "zh"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("daozhang: ")
    assert not ENGLISH.search(re.sub(r"（见 .*?）", "", said).removeprefix("daozhang: "))


@pytest.mark.parametrize("line", WRONG)
def test_and_in_english_as_the_parser_says_it(capsys, line):
    assert run(line.split()) == 2
    assert ENGLISH.search(capsys.readouterr().err.removeprefix("daozhang: "))
