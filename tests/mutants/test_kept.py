"""What a mutation test keeps: a second run goes on, and nothing of another program or scenario is believed."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simulator.commands.app import COMMANDS, build_app
from simulator.commands.inputs import InputError
from simulator.mutants import kept as keeping
from simulator.mutants import matrix as whole
from simulator.mutants.kept import Kept, KeptError
from simulator.mutants.matrix import Asked, Found, matrix
from simulator.mutants.trying import Right, Tried

FEW = ("terminal.no_reversal", "ledger.one_legged")
TWO = ("lost-reply", "defects/given-up-sale")


def kept_run(path: Path, progress=None) -> Found:
    with Kept(path) as kept:
        return matrix(Asked(FEW, TWO, 1), progress, kept)


def pairs(found: Found) -> list[tuple[str, str, bool, tuple[int, ...]]]:
    return sorted((each.defect, each.scenario, each.reached, each.caught_by) for each in found.tried)


def nothing_is_tried(monkeypatch) -> None:
    def refused(self, pieces):
        assert not pieces
        yield from ()

    monkeypatch.setattr(whole._Work, "results", refused)


def lines_of(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_a_second_run_tries_nothing_and_finds_the_same(tmp_path, monkeypatch):
    path = tmp_path / "kept.jsonl"
    first = kept_run(path)
    assert first.left == 0
    assert pairs(first) == pairs(matrix(Asked(FEW, TWO, 1)))  # as without a file
    before = path.read_bytes()
    nothing_is_tried(monkeypatch)
    again = kept_run(path)
    assert (pairs(again), again.left, again.right) == (pairs(first), 0, first.right)
    assert path.read_bytes() == before


def test_what_is_kept_is_what_counts_not_a_second_try(tmp_path, monkeypatch):
    """A result that was written down by hand is the one that is found."""
    path = tmp_path / "kept.jsonl"
    kept_run(path)
    with Kept(path) as kept:
        kept.add([Tried("ledger.one_legged", "lost-reply", True, (1, 99))])
    nothing_is_tried(monkeypatch)
    assert ("ledger.one_legged", "lost-reply", True, (1, 99)) in pairs(kept_run(path))


def test_an_interruption_keeps_what_was_begun_and_the_next_run_goes_on(tmp_path):
    path = tmp_path / "kept.jsonl"

    def interrupted(done, planned, left_s):
        raise KeyboardInterrupt

    cut = kept_run(path, interrupted)
    assert cut.interrupted
    there = {(line["tried"]["defect"], line["tried"]["scenario"]) for line in lines_of(path) if line["line"] == "tried"}
    assert there
    assert {(each.defect, each.scenario) for each in cut.tried} >= there
    went_on = kept_run(path)
    assert not went_on.interrupted
    assert went_on.left == 0
    tried = [(line["tried"]["defect"], line["tried"]["scenario"]) for line in lines_of(path) if line["line"] == "tried"]
    assert len(tried) == len(set(tried))  # none of them twice


def test_a_kill_costs_the_line_that_was_being_written_and_no_other(tmp_path):
    path = tmp_path / "kept.jsonl"
    whole_run = kept_run(path)
    content = path.read_bytes()
    last = content.rindex(b"\n", 0, -1) + 1
    for cut in (last + 1, len(content) - 1):
        path.write_bytes(content[:cut])
        with Kept(path) as kept:
            assert len(kept.tried) == content.count(b'"tried":{') - 1
        assert path.read_bytes() == content[:last]
    assert pairs(kept_run(path)) == pairs(whole_run)


def test_another_program_is_refused_by_its_name(tmp_path, monkeypatch):
    path = tmp_path / "kept.jsonl"
    kept_run(path)
    before = path.read_bytes()
    theirs = keeping.program_digest()
    monkeypatch.setattr(keeping, "program_digest", lambda: "of another")
    with pytest.raises(KeptError, match=rf"code and data {theirs}; this one is of another"):
        Kept(path)
    assert path.read_bytes() == before


def test_the_program_is_its_code_and_data_but_not_a_scenario(tmp_path):
    def digest_of(*changed: tuple[str, bytes]) -> set[tuple[str, bytes]]:
        for name, content in changed:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_bytes(content)
        return set(keeping._contents(tmp_path, "", "scenarios"))

    first = digest_of(("devices/one.toml", b"a = 1"), ("code.py", b"1"))
    assert digest_of(("scenarios/one.toml", b"x"), ("__pycache__/code.pyc", b"y")) == first
    assert digest_of(("code.py", b"2")) != first
    names = [name for name, _ in keeping._contents(keeping.files("simulator"), "", "")]
    assert "judge/rules/single_debit.py" in names or any(name.startswith("judge/rules/") for name in names)
    assert any(name.startswith("devices/") for name, _ in keeping._contents(keeping.files(keeping.PACKAGE), "", ""))


def test_a_scenario_with_another_text_is_tried_again_and_named(tmp_path, monkeypatch):
    path = tmp_path / "kept.jsonl"
    kept_run(path)
    real = keeping.text_digest
    monkeypatch.setattr(
        keeping, "text_digest", lambda name: "another" if name == "lost-reply" else real(name))
    with Kept(path) as kept:
        assert kept.again == ("lost-reply",)
        assert {scenario for _, scenario in kept.tried} == {"defects/given-up-sale"}
    found = kept_run(path)
    assert (found.again, found.left) == (("lost-reply",), 0)
    with Kept(path) as kept:  # it is known by now
        assert kept.again == ()
        assert {scenario for _, scenario in kept.tried} == set(TWO)


@pytest.mark.parametrize(("content", "text"), [
    (b'{"a": 1}\n', "is no file of a mutation test"),
    (b"no newline", "is no file of a mutation test"),
    (b'{"line":"tried","tried":{"defect":"a","scenario":"b"}}\n', "is no file of a mutation test"),
    (b'HEAD{"line":"tried","tried":{"defect":1,"scenario":"b"}}\n', "line 2 is damaged"),
    (b"HEADHEAD", "is no file of a mutation test"),
])
def test_what_is_no_such_file_is_left_as_it_is(tmp_path, content, text):
    path = tmp_path / "kept.jsonl"
    with Kept(path):
        head = path.read_bytes()
    content = content.replace(b"HEAD", head)
    path.write_bytes(content)
    with pytest.raises(KeptError, match=text):
        Kept(path)
    assert path.read_bytes() == content


def test_one_process_owns_it(tmp_path):
    path = tmp_path / "kept.jsonl"
    with Kept(path), pytest.raises(KeptError, match="another process writes"):
        Kept(path)
    with Kept(path):
        pass


def test_the_command_keeps_and_goes_on_and_says_what_is_wrong(tmp_path, monkeypatch):
    path = tmp_path / "kept.jsonl"
    arguments = [
        "defects", "--matrix", "--defect", "ledger.one_legged", "--scenario", "lost-reply", "--jobs", "1",
        "--resume", str(path)]
    first = CliRunner().invoke(build_app(COMMANDS), arguments)
    assert first.exit_code == 0, first.output
    nothing_is_tried(monkeypatch)
    assert CliRunner().invoke(build_app(COMMANDS), arguments).output == first.output
    for given, text in (
        (str(tmp_path), "a file that can be written is needed"),
        (str(tmp_path / "none" / "kept"), "a file that can be written is needed"),
        ("/dev/null", "a file that can be written is needed"),
    ):
        done = CliRunner().invoke(build_app(COMMANDS), [*arguments[:-1], given])
        assert isinstance(done.exception, InputError)
        assert re.search(text, str(done.exception))


def test_a_real_interruption_of_a_real_process_keeps_lines(tmp_path):
    path = tmp_path / "kept.jsonl"
    arguments = [
        sys.executable, "-c", "from hil.commands.entry import main; main()", "defects", "--matrix",
        "--jobs", "1", "--scenario", "lost-reply", "--scenario", "defects/two-coffees", "--resume", str(path)]
    process = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True, env={**os.environ, "DAOZHANG_LANG": "en"})
    try:
        while not (path.exists() and path.read_text().count('"line":"tried"') >= 1):
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate()
    finally:
        process.kill()
    assert process.returncode == 130
    assert said.startswith("interrupted")
    with Kept(path) as kept:
        assert kept.tried


def test_all_that_a_result_can_hold_comes_back(tmp_path):
    path = tmp_path / "kept.jsonl"
    alone = Right("lost-reply", "ab", 7, {3: 1, 14: 2}, "FAIL", 0.25, frozenset({"a b", "c d"}))
    unwatched = Right("defects/given-up-sale", "cd", 9, {}, "PASS", 1e-9)
    one = Tried("ledger.one_legged", "lost-reply", True, (1, 3), True, "EndlessError: 1000")
    with Kept(path) as kept:
        kept.add([alone, one])
        kept.add([unwatched])
    with Kept(path) as kept:
        assert kept.rights == {each.scenario: each for each in (alone, unwatched)}
        assert kept.tried == {("ledger.one_legged", "lost-reply"): one}
