"""What people read of names that others chose: nothing in it moves the cursor, clears the screen or turns the reading direction."""

from __future__ import annotations

import io

import pytest

from hil.commands import program
from hil.control.standard_error import Onlooker
from simulator.catalogue.visible import visible_lines

HOSTILE = "a\x1b[2J\x1b]0;title\x07\x9b1m\u202eb\u2028"
SHOWN = "a\\x1b[2J\\x1b]0;title\\x07\\x9b1m\\u202eb\\u2028"
DAY = 'title = "x"\nstart = 2026-01-27T10:00:00+08:00\nuntil = "1h"\n'


def is_quiet(text):
    return visible_lines(text) == text


@pytest.mark.parametrize("command", [
    "run FILE", "judge FILE", "explain FILE", "state check FILE", "bench check FILE", "reconcile FILE", "encode FILE",
    "reconcile --host FILE --bank FILE", "decode FILE", "host FILE --state x"])
def test_a_name_of_a_file_does_not(command, capfd):
    assert program.run([f"{HOSTILE}.nofile" if word == "FILE" else word for word in command.split()]) == 2
    said = capfd.readouterr().err
    assert is_quiet(said)
    assert SHOWN in said


@pytest.mark.parametrize("part", ['"{}" = 1\n', '[acquirer]\n"{}" = 1\n', '[[banks]]\nname = "{}"\n'])
def test_a_key_or_a_value_of_a_scenario_does_not(part, tmp_path, capfd):
    day = tmp_path / "day.toml"
    day.write_text(DAY + part.format("a\\u001b[2J\\u202eb"), "utf-8")
    assert program.run(["run", str(day)]) == 2
    said = capfd.readouterr().err
    assert is_quiet(said)
    assert "a\\x1b[2J\\u202eb" in said


def test_a_line_of_a_live_process_does_not():
    stream = io.StringIO()
    Onlooker().tell(f"one {HOSTILE}\nand another", stream)
    assert stream.getvalue() == f"one {SHOWN}\nand another\n"


def test_what_is_meant_to_be_read_stays_as_it_is():
    for text in ("到账：第 1 行", "two\nlines\n", "“quoted” – …"):
        assert visible_lines(text) == text
