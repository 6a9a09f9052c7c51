"""The command ``bench check``: what was asked is looked at, carried out, told, and becomes an exit status."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import msgspec

from hil.bench.asked import hold_apart, hold_bench, hold_defects, names_of
from hil.bench.tried_again import ROUND, ROUNDS
from hil.benches.bench_file import BenchFile, BenchFileError, read_bench
from hil.checks import check_words as say
from hil.checks.case import CaseSetting
from hil.checks.check import GROUPS, Check
from hil.checks.files import as_json, as_junit, listed_json
from hil.checks.results import Outcome
from hil.checks.run import CheckRun, Progress, run_checks
from hil.checks.table import CHECKS, UnknownCheckError, chosen
from hil.checks.told import listed, report
from hil.processes.nursery import warm_processes
from simulator.commands.file_kinds import JUNIT, FileKind
from simulator.commands.inputs import STANDARD_OUTPUT, ExitCode, InputError
from simulator.commands.outputs import Named, StandardOutput, check_folder, check_outputs, write
from simulator.commands.run_files import json_path
from simulator.report.wrap import WIDTH, width_of

JOBS_A_CORE = 3  # a check waits more than it works
BOARDS_A_CORE = 2  # an emulator works more
OF_CHECKS = FileKind("checks of ours", (b'{\n  "device":', b'[\n  {\n    "check":'))


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The command line, not looked at yet."""

    bench: Path
    only: tuple[str, ...] = ()
    list_only: bool = False
    out: Path | None = None
    defects: tuple[str, ...] = ()
    jobs: int = 0
    repeat: int = ROUNDS
    json: str = ""
    junit: Path | None = None


def run_check(wanted: Wanted) -> int:
    """Check; the exit status.  ``InputError`` for what cannot be, before anything runs."""
    try:
        bench = read_bench(wanted.bench)
        checks = chosen(names_of("--only", wanted.only, [*(each.value for each in GROUPS), *CHECKS]))
    except (BenchFileError, UnknownCheckError) as error:
        raise InputError(str(error)) from None
    if wanted.list_only:
        hold_apart("--list", {
            "--out": wanted.out, "--defect": wanted.defects, "--jobs": wanted.jobs, "--junit": wanted.junit,
            "--repeat": wanted.repeat != ROUNDS})
    check_outputs([
        Named(name, path, kind) for name, path, kind in (
            ("--json", json_path(wanted.json), OF_CHECKS), ("--junit", wanted.junit, JUNIT)) if path is not None
    ], [Named("", wanted.bench)])
    if wanted.list_only:
        return _list(wanted, checks)
    jobs = _jobs(wanted, bench)
    hold_defects(bench, wanted.defects)
    if wanted.out is not None:
        check_folder(wanted.out, "--out")
    hold_bench(bench)
    folder = wanted.out or Path(tempfile.mkdtemp(prefix="daozhang-checks-"))
    setting = CaseSetting(bench=bench, folder=folder, defects=wanted.defects, rounds=wanted.repeat)
    with warm_processes():
        done = run_checks(checks, setting, jobs, on_done=_tell_progress, on_stop=_tell_stop, on_round=_tell_round)
    _end_line()
    _tell(wanted, done)
    if done.ended_by is not None:
        raise done.ended_by
    if wanted.out is None and done.whole and done.count(Outcome.HELD) == len(done.results):
        shutil.rmtree(folder, ignore_errors=True)
    return status_of(done)


def status_of(done: CheckRun) -> ExitCode:
    """What a run says to its caller."""
    if not done.whole and not done.is_given_up:
        return ExitCode.INTERRUPTED
    if done.count(Outcome.FAILED):
        return ExitCode.FAILED
    if done.count(Outcome.BENCH) or done.count(Outcome.INCONCLUSIVE):
        return ExitCode.HARNESS_ERROR
    return ExitCode.PASSED


def _list(wanted: Wanted, checks: list[Check]) -> ExitCode:
    if wanted.json == STANDARD_OUTPUT:
        sys.stdout.buffer.write(listed_json(checks))
        return ExitCode.PASSED
    if (path := json_path(wanted.json)) is not None:
        write(path, listed_json(checks))
    sys.stdout.writelines(line + "\n" for line in listed(checks))
    return ExitCode.PASSED


def _jobs(wanted: Wanted, bench: BenchFile) -> int:
    if bench.is_fresh:
        return wanted.jobs or (JOBS_A_CORE if bench.is_virtual else BOARDS_A_CORE) * (os.cpu_count() or 1)
    if wanted.jobs > 1:
        raise InputError(say.ONE_AT_A_TIME.say())
    return 1


def _tell(wanted: Wanted, done: CheckRun) -> None:
    output = StandardOutput()
    with output.saying():
        if wanted.json == STANDARD_OUTPUT:
            sys.stdout.buffer.write(as_json(done))
            sys.stdout.buffer.flush()
        else:
            sys.stdout.writelines(line + "\n" for line in report(done))
    if (path := json_path(wanted.json)) is not None:
        write(path, as_json(done))
    if wanted.junit is not None:
        write(wanted.junit, as_junit(done))
    output.close()


# ---- while it goes on: one line on a terminal, nothing elsewhere -------------------------------


def _tell_progress(progress: Progress) -> None:
    if sys.stderr.isatty():
        told = say.LATER.say(
            done=progress.done, count=progress.planned, outcome=say.OUTCOMES[progress.result.outcome].say(),
            id=progress.check.id, title=progress.check.title.say(), left=say.duration(progress.left_s))
        while width_of(told) >= WIDTH:
            told = told[:-1]
        sys.stderr.write(f"\r\x1b[K{told}")
        sys.stderr.flush()


def _end_line() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def _tell_round(count: int) -> None:
    _end_line()
    sys.stderr.write(f"daozhang: {ROUND.say(count=count)}\n")
    sys.stderr.flush()


def _tell_stop() -> None:
    _end_line()
    sys.stderr.write(f"daozhang: {say.ENDING.say()}\n")
    sys.stderr.flush()
