"""Terminals built wrong, each put through the checks: which of them catch it, by the line and the till alone.

``python -m hil.checks.matrix [ID,...]`` (``make bench-defects``) writes ``caught.json`` beside this
module; docs/checks.md is printed from it.  Every defect must be caught by some check.
"""

from __future__ import annotations

import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import as_file, files
from pathlib import Path

import msgspec

from hil.benches.bench_file import BenchFile, read_bench
from hil.checks.case import CaseSetting, profile_of
from hil.checks.check import Check
from hil.checks.checking import JOBS_A_CORE
from hil.checks.results import Outcome
from hil.checks.run import run_checks
from hil.checks.table import chosen
from hil.processes.nursery import warm_processes
from simulator.scenario.library import PACKAGE

BENCH = "virtual.toml"
CAUGHT = "caught.json"
AT_ONCE = 4  # defects: a terminal that is wrong keeps its bench waiting


class Caught(msgspec.Struct, frozen=True):
    """What a run of the matrix found."""

    tried: tuple[str, ...]  # the checks that every defect was put through; none: each was tried by itself
    by: dict[str, tuple[str, ...]]  # checks that failed, by the name of the defect


def caught() -> Caught:
    """As it was found last."""
    return msgspec.json.decode((files(__package__) / CAUGHT).read_bytes(), type=Caught)


def run_matrix(only: tuple[str, ...], defects: tuple[str, ...] | None = None) -> Caught:
    """Every defect against every check that is asked for."""
    checks = chosen(only)
    defects = tuple(caught().by) if defects is None else defects
    with as_file(files(PACKAGE) / "benches" / BENCH) as path, warm_processes():
        bench = read_bench(path)
        profile_of(bench, {})  # what is read when it is first needed is read by one thread
        with ThreadPoolExecutor(AT_ONCE) as pool:
            found = dict(zip(defects, pool.map(lambda name: _caught_by(name, checks, bench), defects), strict=True))
    return Caught(tuple(check.id for check in checks), found)


def _caught_by(name: str, checks: list[Check], bench: BenchFile) -> tuple[str, ...]:
    with tempfile.TemporaryDirectory(prefix="daozhang-defects-", ignore_cleanup_errors=True) as folder:
        setting = CaseSetting(bench=bench, folder=Path(folder), defects=(name,))
        done = run_checks(checks, setting, JOBS_A_CORE * (os.cpu_count() or 1) // 2)
    failed = tuple(result.check for result in done.results if result.outcome is Outcome.FAILED)
    sys.stdout.write(f"{name}: {', '.join(failed) or 'NOT CAUGHT'} ({done.took_s:.0f} s)\n")
    sys.stdout.flush()
    return failed


def main(arguments: list[str]) -> int:
    """Run, and keep what was found; the exit status is 1 where a defect was not caught."""
    try:
        found = run_matrix(tuple(arguments))
    except KeyboardInterrupt:
        return 130
    (Path(__file__).parent / CAUGHT).write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    return 0 if all(found.by.values()) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
