"""A run of checks that is told to end at once ends, whatever is waited for, and tells what was done."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path

import pytest

from hil.benches.bench_file import read_bench
from hil.checks import run as running
from hil.checks.case import CaseSetting
from hil.checks.checking import Wanted, run_check
from hil.checks.results import Outcome, Result
from hil.checks.run import run_checks
from hil.checks.table import chosen
from hil.processes import pool
from hil.processes.terminated import TerminatedError
from hil.sweep import sweep as sweeping
from hil.sweep.boundaries import Wanted as SweepWanted
from hil.sweep.boundaries import run_boundaries
from hil.sweep.plan import Recording

BENCH = Path(__file__).parents[2] / "fixtures/benches/virtual.toml"


@pytest.fixture
def one_case_never_ends(monkeypatch):
    """The first is held, the second waits for a terminal that no process of ours runs; then a signal comes."""
    stuck, waits = threading.Event(), threading.Event()

    def carry_out(check, setting, lateness, before):
        if check.id != "REV-01":
            stuck.set()
            waits.wait(600)
        return Result(check=check.id, outcome=Outcome.HELD)

    monkeypatch.setattr(running, "carry_out", carry_out)
    monkeypatch.setattr(pool, "ENDING_S", 0.2)
    yield stuck
    waits.set()


def terminated_when(stuck, how):
    """A signal handler runs in the main thread: here where a result is told, and once the next case is stuck."""
    def told(progress):
        assert stuck.wait(60)
        raise how

    return told


@pytest.mark.parametrize("how", [TerminatedError(143), TerminatedError(129)])
def test_what_is_done_is_kept_and_nothing_is_waited_for(one_case_never_ends, tmp_path, how):
    setting = CaseSetting(bench=read_bench(BENCH), folder=tmp_path)
    began_s = time.monotonic()
    done = run_checks(chosen(["REV-01", "REV-02"]), setting, 2, on_done=terminated_when(one_case_never_ends, how))
    assert time.monotonic() - began_s < 60  # of 600
    assert [each.check for each in done.results] == ["REV-01"]
    assert (done.whole, done.ended_by) == (False, how)


def test_the_command_tells_what_was_done_writes_its_files_and_goes_on_ending(
        one_case_never_ends, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("hil.checks.checking._tell_progress", terminated_when(one_case_never_ends, TerminatedError(143)))
    with pytest.raises(TerminatedError):
        run_check(Wanted(
            bench=BENCH, only=("REV-01,REV-02",), jobs=2, out=tmp_path / "out", json=str(tmp_path / "checks.json"),
            junit=tmp_path / "checks.xml"))
    said = capsys.readouterr().out
    assert "REV-01  held" in said
    assert "interrupted: 1 of 2 checks were made" in said
    told = json.loads((tmp_path / "checks.json").read_bytes())
    assert (told["whole"], told["counts"]["held"], told["planned"]) == (False, 1, 2)
    assert (tmp_path / "checks.xml").read_text().count("<testcase") == 1


def test_a_sweep_that_must_end_says_what_it_has_and_how_to_go_on(tmp_path, monkeypatch, capsys):
    stuck, waits = threading.Event(), threading.Event()

    def record(place, kind):
        if kind.name == "void":
            stuck.set()
            waits.wait(600)
        return Recording(kind=kind.name, boundaries=())

    def tell(line):
        if "sale" in line:
            assert stuck.wait(60)
            raise TerminatedError(143)

    monkeypatch.setattr(sweeping, "record", record)
    monkeypatch.setattr(pool, "ENDING_S", 0.2)
    monkeypatch.setattr("hil.sweep.boundaries.tell_on_standard_error", tell)
    with pytest.raises(TerminatedError):
        run_boundaries(SweepWanted(bench=BENCH, kinds="sign-on,sale,void", out=tmp_path / "out", jobs=2))
    waits.set()
    assert "--resume" in capsys.readouterr().out
