"""``--help`` of every command in Chinese: no paragraph without a row, no row for nothing, 80 columns."""

from __future__ import annotations

import re
import shlex

import pytest
import typer.main

from hil.commands.entry import run
from hil.commands.program import COMMANDS
from simulator.commands.app import build_app
from simulator.commands.help_shape import EXAMPLE, commands_in
from simulator.commands.help_told import in_chinese, texts_of
from simulator.commands.help_words import BEHIND, WORDS
from simulator.report.wrap import WIDTH, width_of

ALL = dict(commands_in(typer.main.get_command(build_app(COMMANDS))))
TEXTS = {text: path for path, command in ALL.items() for text in texts_of(command)}
SENTENCE = re.compile(r"(?<![\w.\"'-])[A-Za-z]{2,}(?: [a-z]{2,}){2,}")
HAN = re.compile("[\u4e00-\u9fff]")


def test_every_command_is_there():
    assert {path[0] for path in ALL if path} == set(COMMANDS)


@pytest.mark.parametrize("text", TEXTS)
def test_a_paragraph_has_a_row(text):
    told = in_chinese(text)
    assert told is not None
    assert HAN.search(told) or text.startswith("  ")  # an example is typed in either language


def test_no_row_is_left_of_what_is_said_no_more():
    said = {*TEXTS, "Show this message and exit."}
    names = {re.sub(r"(?<=: )[^:]*(?=\.$)", "{names}", text) for text in said}
    assert set(WORDS) <= said | names
    assert {behind for behind in BEHIND if not any(f"    ({behind})" in text for text in said)} == set()


@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_the_whole_of_it_is_chinese_in_the_columns_of_a_terminal(capsys, path):
    assert run([*path, "--help", "--lang", "zh"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("用法：daozhang")
    assert "选项：" in said
    for line in said.splitlines():
        assert width_of(line) <= WIDTH, line
        assert line.lstrip().startswith(("daozhang ", "cat ", "wireshark ", "用法：daozhang ")) or not SENTENCE.search(line), line


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("path", ALL, ids=" ".join)
def test_what_is_to_be_typed_can_be_typed_as_it_stands(capsys, path, language):
    """Each example of a command, as a shell reads the lines of the help."""
    examples = [text for text in texts_of(ALL[path]) if text.startswith("  ") and max(map(len, shlex.split(text))) < 70]
    assert run([*path, "--help", "--lang", language]) == 0
    shown = capsys.readouterr().out
    read = [words_of(line) for line in shown.replace("\\\n", "").splitlines() if line.startswith("    ")]
    for example in examples:
        typed = EXAMPLE.fullmatch(example)[1]
        assert any(words[:len(shlex.split(typed))] == shlex.split(typed) for words in read), (example, shown)


def words_of(line):
    try:
        return shlex.split(line)
    except ValueError:  # a quotation that no line has room for
        return []


def test_no_option_is_broken_in_english(capsys):
    for path in ALL:
        assert run([*path, "--help"]) == 0
        for line in capsys.readouterr().out.splitlines():
            assert width_of(line) <= WIDTH
            assert not re.search(r"--[a-z-]*-$", line), line


def test_in_english_it_is_the_parsers_own(capsys):
    assert run(["run", "--help"]) == 0
    assert capsys.readouterr().out.startswith("Usage: daozhang run [OPTIONS]")
