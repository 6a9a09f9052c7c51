"""docs/attacks.md shows the attacks that there are and what came of them; the runner says what it does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.attack.__main__ import main
from tests.attack.attacks import ATTACKS
from tests.attack.table import HEAD, WRONG_HEAD, rows_in, said, wrong_rows
from tests.attack.wrong_hosts import WRONG

PAGE = Path(__file__).parents[2] / "docs" / "attacks.md"


def test_the_page_has_every_attack_and_each_stood():
    rows = rows_in(PAGE.read_text("utf-8"), HEAD)
    assert [(row[0].strip("`"), row[1]) for row in rows] == [(name, said(name)) for name in ATTACKS]
    for row in rows:
        assert row[-1] == "stood" or row[-1].startswith("not tried: needs root"), row
        assert row[3] in ("–", "0"), row
        assert row[4] in ("–", "0"), row


def test_the_page_has_everything_that_is_built_wrong():
    rows = [f"| {row[0]} | {row[1]} |" for row in rows_in(PAGE.read_text("utf-8"), WRONG_HEAD)]
    assert rows == wrong_rows()


def test_each_attack_and_each_wrong_host_says_what_it_does():
    assert all(map(said, ATTACKS))
    assert all(wrong.__doc__ for wrong in WRONG)
    assert {attack.partition("/")[0] for attack in WRONG.values()} <= set(ATTACKS)


@pytest.mark.parametrize(("only", "names"), [
    ([], list(ATTACKS)), (["--only", "crowd.idle,kill.host"], ["crowd.idle", "kill.host"]),
    (["--only", "flood"], [name for name in ATTACKS if name.startswith("flood.")])])
def test_the_list_has_what_is_asked_for(only, names, capsys):
    assert main(["--list", *only]) == 0
    assert [line.partition(": ")[0] for line in capsys.readouterr().out.splitlines()] == names


@pytest.mark.parametrize("only", ["flod", "flood,kil", "flood.unreadable"])
def test_an_attack_that_there_is_not_is_refused_by_name(only, capsys):
    assert main(["--only", only]) == 2
    assert f"no such attack: {only.split(',')[-1]}" in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--count", "0"], ["--seconds", "nan"], ["--within", "soon"], ["--sow", "3"]])
def test_what_cannot_be_is_refused(arguments):
    with pytest.raises(SystemExit) as refused:
        main(arguments)
    assert refused.value.code == 2


@pytest.mark.live
def test_who_is_interrupted_leaves_nothing(tmp_path):
    run = subprocess.Popen(
        [sys.executable, "-m", "tests.attack", "--only", "crowd.idle,damage.bits", "--seconds", "60"],
        cwd=PAGE.parents[1], env={**os.environ, "TMPDIR": str(tmp_path)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not list(tmp_path.glob("attack-*/host.state")):
        assert run.poll() is None
    run.send_signal(signal.SIGINT)
    said_, wrong = run.communicate(timeout=60)
    assert run.returncode == 130
    assert HEAD in said_.decode()
    assert b"interrupted" in wrong
    assert list(tmp_path.iterdir()) == []
