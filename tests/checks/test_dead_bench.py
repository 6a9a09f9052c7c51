"""A bench that cannot be started is told once: on a standing one the run is given up, and what held is kept."""

from __future__ import annotations

import json
from contextlib import contextmanager
from pathlib import Path

import pytest

from hil.bench import starting
from hil.bench.starting import GivingUp
from hil.benches.bench_file import read_bench
from hil.checks.checking import Wanted, run_check
from hil.checks.table import CHECKS
from hil.control.bench_error import BenchError
from hil.ports.ports import PortError
from hil.sweep.boundaries import Wanted as SweepWanted
from hil.sweep.boundaries import run_boundaries

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
DEAD = "ECR line: /dev/ttyNOPE: there is no such device"


@pytest.fixture
def real(tmp_path):
    path = tmp_path / "real.toml"
    path.write_text(REAL)
    return path


@pytest.fixture
def opened(monkeypatch):
    """Rigs that cannot be opened; how often it was tried."""
    tries = []

    @contextmanager
    def open_rig(bench, setting):
        tries.append(setting.folder.name)
        raise PortError(DEAD)
        yield

    monkeypatch.setattr(starting, "open_rig", open_rig)
    return tries


def test_a_dead_line_is_told_once_and_the_run_is_given_up(real, opened, tmp_path, capsys):
    status = run_check(Wanted(bench=real, out=tmp_path / "out", json=str(tmp_path / "checks.json")))
    said = " ".join(capsys.readouterr().out.split())
    assert status == 3
    assert opened == ["REV-01", "REV-01-2", "REV-02", "REV-02-2"]  # each twice, as whatever the bench spoilt
    assert said.count("no such device") == 2  # in the table, and with what to do
    assert f"bench at fault in REV-01, REV-02: {DEAD} daozhang bench doctor" in said
    assert "REV-02 bench at fault reply to a void lost: as REV-01" in said
    assert f"given up: 2 of {len(CHECKS)} checks" in said
    told = json.loads((tmp_path / "checks.json").read_bytes())
    assert (told["given_up"], told["whole"], told["counts"]["bench"]) == (True, False, 2)


def test_a_virtual_bench_goes_on_for_each_case_has_ports_of_its_own(opened, tmp_path, capsys):
    assert run_check(Wanted(bench=VIRTUAL, only=("REV-01,REV-02,REV-03,REV-04",), jobs=1, out=tmp_path / "out")) == 3
    said = " ".join(capsys.readouterr().out.split())
    assert "bench at fault in REV-01, REV-02, REV-03, REV-04: ECR line" in said
    assert "given up" not in said


def test_a_sweep_of_a_dead_bench_is_given_up_and_its_kinds_are_told_in_one_line(real, opened, tmp_path, capsys):
    assert run_boundaries(SweepWanted(bench=real, out=tmp_path / "out")) == 3
    said = " ".join(capsys.readouterr().out.split())
    assert said.count("no such device") == 1
    assert f"– sign-on, sale: {DEAD}" in said
    assert "given up: the bench could not be started twice in a row" in said
    assert "interrupted" not in said


def test_only_the_same_reason_twice_in_a_row_gives_a_bench_up(real):
    giving_up = GivingUp(read_bench(real))
    assert [giving_up.hears(each) for each in ("a", "b", "", "b", "", "b", "b", "")] == [
        False, False, False, False, False, False, True, True]


def test_what_breaks_later_is_no_start_that_failed(monkeypatch, tmp_path):
    @contextmanager
    def open_rig(bench, setting):
        yield "rig"

    monkeypatch.setattr(starting, "open_rig", open_rig)
    with pytest.raises(BenchError) as broken, starting.start_rig(None, None):
        raise BenchError("the relay does not click")
    assert not isinstance(broken.value, starting.NoStartError)
