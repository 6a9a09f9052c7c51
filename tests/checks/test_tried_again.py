"""What this machine was too busy to decide is tried again, one at a time, so often and no oftener, and the report says so."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import pytest

from hil.checks import run as running
from hil.checks.checking import Wanted, run_check
from hil.checks.results import Outcome, Result
from hil.processes.pool import Pool
from hil.sweep import cuts as cutting
from hil.sweep import sweep as sweeping
from hil.sweep.boundaries import Wanted as SweepWanted
from hil.sweep.boundaries import run_boundaries
from hil.sweep.cut_plan import Measured
from hil.sweep.cuts import CutsWanted, run_cuts
from hil.sweep.cutting import CutResult
from hil.sweep.plan import Boundary, Recording
from hil.sweep.results import CaseResult, KindResult, Text
from hil.sweep.results import Outcome as SweptOutcome
from simulator.commands.inputs import ExitCode

VIRTUAL = Path(__file__).parents[2] / "fixtures/benches/virtual.toml"
REAL = """
[device]
kind = "real"
name = "desk terminal"
[[terminals]]
tid = "10000001"
mid = "898000000000001"
[ecr]
profile = "template"
line = "serial:/dev/ttyNOPE"
"""
BUSY, NEVER = Text("busy", "忙"), 99


def test_what_is_open_is_done_again_alone_until_it_is_not():
    lock, at_once, most_in_rounds, tries = threading.Lock(), 0, 0, dict.fromkeys("abcdef", 0)
    rounds: list[int] = []
    both = threading.Barrier(2)

    def do(name: str) -> str:
        nonlocal at_once, most_in_rounds
        with lock:
            at_once += 1
            if rounds:
                most_in_rounds = max(most_in_rounds, at_once)
        if not rounds:
            both.wait(60)  # two are under way at once, or this never ends
        with lock:
            at_once -= 1
            tries[name] += 1
        return name

    pool = Pool(do, 2, on_done=lambda _: None)
    settled = {"a": 1, "b": 1, "c": 2, "d": 3, "e": NEVER, "f": 1}
    assert pool.run_until_decided(
        "abcdef", is_open=lambda name: tries[name] < settled[name], rounds=3, on_round=rounds.append)
    assert tries == {"a": 1, "b": 1, "c": 2, "d": 3, "e": 4, "f": 1}
    assert (rounds, most_in_rounds) == ([3, 2, 1], 1)


def test_who_is_told_to_stop_begins_no_round():
    pool = Pool(lambda name: name, 1, on_done=lambda _: pool.stop())
    rounds: list[int] = []
    pool.run_until_decided("a", is_open=lambda _: True, rounds=3, on_round=rounds.append)
    assert rounds == []


@pytest.fixture
def busy(monkeypatch):
    """Checks that end so, one outcome for each of their tries; the last one stays."""
    ends: dict[str, list[Outcome]] = {}

    def carry_out(check, _setting, _lateness, before):
        outcomes = ends.get(check.id, [Outcome.HELD])
        return Result(check=check.id, outcome=outcomes[min(before, len(outcomes) - 1)], tries=before + 1)

    monkeypatch.setattr(running, "carry_out", carry_out)
    return ends


@pytest.mark.parametrize(("bench", "outcomes", "repeat", "tries", "status"), [
    (VIRTUAL, [Outcome.INCONCLUSIVE, Outcome.INCONCLUSIVE, Outcome.HELD], 3, 3, ExitCode.PASSED),
    (VIRTUAL, [Outcome.INCONCLUSIVE, Outcome.FAILED], 3, 2, ExitCode.FAILED),
    (VIRTUAL, [Outcome.FAILED, Outcome.HELD], 3, 1, ExitCode.FAILED),  # the terminal's fault is no busy machine
    (VIRTUAL, [Outcome.INCONCLUSIVE], 3, 4, ExitCode.HARNESS_ERROR),
    (VIRTUAL, [Outcome.INCONCLUSIVE, Outcome.HELD], 0, 1, ExitCode.HARNESS_ERROR),
    (VIRTUAL, [Outcome.BENCH, Outcome.HELD], 1, 2, ExitCode.PASSED),
    (REAL, [Outcome.BENCH, Outcome.HELD], 3, 1, ExitCode.HARNESS_ERROR),  # until somebody has seen to it
    (REAL, [Outcome.INCONCLUSIVE, Outcome.HELD], 3, 2, ExitCode.PASSED),
])
def test_a_check_ends_with_a_verdict(busy, tmp_path, capsys, bench, outcomes, repeat, tries, status):
    if bench is REAL:
        bench = tmp_path / "real.toml"
        bench.write_text(REAL)
    busy["REV-02"] = outcomes
    assert run_check(Wanted(
        bench=bench, only=("REV-01,REV-02,REV-03",), repeat=repeat, json=str(tmp_path / "checks.json"))) == status
    told = json.loads((tmp_path / "checks.json").read_bytes())
    assert {each["check"]: each["tries"] for each in told["results"]} == {"REV-01": 1, "REV-02": tries, "REV-03": 1}
    said = " ".join(capsys.readouterr().out.split())
    assert (f"1 (REV-02: {tries} times)" in said) is (tries > 1)


def swept(outcome, is_starved):
    """Of the sweep: what came of one try."""
    return {"outcome": outcome, "is_starved": is_starved, "why": (BUSY,) if is_starved else ()}


HELD, STARVED, FAILED, UNSURE = (
    swept(SweptOutcome.HELD, False), swept(SweptOutcome.UNSURE, True), swept(SweptOutcome.FAILED, False),
    swept(SweptOutcome.UNSURE, False))
ENDS = [
    ([STARVED, STARVED, HELD], 3, ExitCode.PASSED), ([FAILED, HELD], 1, ExitCode.FAILED), ([STARVED, FAILED], 2, ExitCode.FAILED),
    ([UNSURE, HELD], 1, ExitCode.INCONCLUSIVE),  # no processor would have shown more
    ([STARVED], 4, ExitCode.INCONCLUSIVE),
]


@pytest.mark.parametrize(("ends", "tries", "status"), ENDS)
def test_a_cut_ends_with_a_verdict(monkeypatch, tmp_path, capsys, ends, tries, status):
    measured = iter([KindResult(kind="sale", why=BUSY, is_fault_of_bench=True, is_starved=True),
                     Measured(kind="sale", span_ms=100, boot_ms=50)])
    monkeypatch.setattr(cutting, "measure", lambda _place, _name: next(measured))
    monkeypatch.setattr(cutting, "run_cut", lambda _place, cut, before: CutResult(
        cut=cut, tries=before + 1, folder=str(tmp_path / "none"),
        **(ends[min(before, len(ends) - 1)] if cut.number == 1 else HELD)))
    assert run_cuts(CutsWanted(
        bench=VIRTUAL, count=3, kinds="sale", out=tmp_path / "out", json=str(tmp_path / "cuts.json"))) == status
    told = json.loads((tmp_path / "cuts.json").read_bytes())
    assert [each["tries"] for each in told["results"]] == [1, tries, 1]
    assert told["kinds"]["left_out"] == []
    assert (f"1 (sale/1: {tries} times)" in " ".join(capsys.readouterr().out.split())) is (tries > 1)


@pytest.mark.parametrize(("ends", "tries", "status"), ENDS)
def test_a_case_of_a_sweep_ends_with_a_verdict(monkeypatch, tmp_path, capsys, ends, tries, status):
    found = iter([KindResult(kind="sale", why=BUSY, is_fault_of_bench=True, is_starved=True),
                  Recording(kind="sale", boundaries=(Boundary(name="start"),))])
    monkeypatch.setattr(sweeping, "record", lambda _place, _kind: next(found))
    monkeypatch.setattr(sweeping, "run_case", lambda _place, _row, case, before: CaseResult(
        case=case.id, kind=case.kind, boundary=case.boundary.name, harm=case.harm, tries=before + 1,
        folder=str(tmp_path / "none"), **ends[min(before, len(ends) - 1)]))
    assert run_boundaries(SweepWanted(
        bench=VIRTUAL, kinds="sale", out=tmp_path / "out", json=str(tmp_path / "sweep.json"))) == status
    told = json.loads((tmp_path / "sweep.json").read_bytes())
    assert told["not_swept"] == []  # its kind was recorded at the second try
    assert {each["tries"] for each in told["results"]} == {tries}
    assert ("tried more than once" in " ".join(capsys.readouterr().out.split())) is (tries > 1)
