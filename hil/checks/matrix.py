"""Terminals built wrong, each put through the checks: which of them catch it, by the line and the till alone.

``python -m hil.checks.matrix [ID,...]`` (``make bench-defects``) writes ``caught.json`` beside this
module; docs/checks.md is printed from it.  Every defect must be caught by some check.
"""

from __future__ import annotations

import os
import sys
import tempfile
from importlib.resources import as_file, files
from pathlib import Path

import msgspec

from hil.bench.bench_file import read_bench
from hil.bench.nursery import warm_processes
from hil.checks.case import CaseSetting
from hil.checks.checking import JOBS_A_CORE
from hil.checks.results import Outcome
from hil.checks.run import run_checks
from hil.checks.table import chosen
from simulator.machines.terminal.defects import DEFECTS
from simulator.scenario.library import PACKAGE

BENCH = "virtual.toml"
CAUGHT = "caught.json"


class Caught(msgspec.Struct, frozen=True):
    """What a run of the matrix found."""

    tried: tuple[str, ...]  # the checks that every defect was put through
    by: dict[str, tuple[str, ...]]  # checks that failed, by the name of the defect


def caught() -> Caught:
    """As it was found last."""
    return msgspec.json.decode((files(__package__) / CAUGHT).read_bytes(), type=Caught)


def run_matrix(only: tuple[str, ...], defects: tuple[str, ...] = tuple(DEFECTS)) -> Caught:
    """Every defect against every check that is asked for."""
    checks = chosen(only)
    found: dict[str, tuple[str, ...]] = {}
    with as_file(files(PACKAGE) / "benches" / BENCH) as path, warm_processes():
        bench = read_bench(path)
        for name in defects:
            with tempfile.TemporaryDirectory(prefix="daozhang-defects-", ignore_cleanup_errors=True) as folder:
                setting = CaseSetting(bench=bench, folder=Path(folder), defects=(name,))
                done = run_checks(checks, setting, JOBS_A_CORE * (os.cpu_count() or 1))
            found[name] = tuple(result.check for result in done.results if result.outcome is Outcome.FAILED)
            sys.stdout.write(f"{name}: {', '.join(found[name]) or 'NOT CAUGHT'} ({done.took_s:.0f} s)\n")
            sys.stdout.flush()
            if not done.whole:
                raise KeyboardInterrupt
    return Caught(tuple(check.id for check in checks), found)


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
