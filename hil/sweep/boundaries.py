"""The command ``bench boundaries``: what was asked is checked, swept, told, and becomes an exit status."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

import msgspec

from hil.bench.asked import hold_bench, hold_defects, names_of
from hil.bench.heard import at_fault
from hil.bench.tried_again import ROUNDS
from hil.benches.bench_file import BenchFile, BenchFileError, read_bench
from hil.processes.nursery import warm_processes
from hil.sweep import sweep_words as say
from hil.sweep.files import as_json, as_junit
from hil.sweep.kinds import KINDS
from hil.sweep.plan import UnknownCaseError, parts_of
from hil.sweep.results import Outcome
from hil.sweep.store import StoreError
from hil.sweep.sweep import Sweep, SweepAsked, sweep, tell_on_standard_error
from hil.sweep.told import report
from simulator.commands.file_kinds import JUNIT, FileKind
from simulator.commands.inputs import STANDARD_OUTPUT, ExitCode, InputError
from simulator.commands.outputs import Named, StandardOutput, check_folder, check_outputs, write
from simulator.commands.run_files import json_path

JOBS_A_CORE = 4  # a case waits more than it works
BOARDS_A_CORE = 2  # an emulator works more
OF_SWEEP = FileKind("sweep of ours", (b'{\n  "device":',))


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """The command line, not checked yet."""

    bench: Path
    kinds: str | None = None
    cases: tuple[str, ...] = ()
    some: bool = False
    out: Path | None = None
    resume: bool = False
    keep: bool = False
    defects: tuple[str, ...] = ()
    jobs: int = 0
    repeat: int = ROUNDS
    json: str = ""
    junit: Path | None = None


def run_boundaries(wanted: Wanted) -> int:
    """Sweep; the exit status.  ``InputError`` for what cannot be, before anything runs."""
    bench = _bench(wanted.bench)
    files = [
        Named(name, path, kind) for name, path, kind in (
            ("--json", json_path(wanted.json), OF_SWEEP), ("--junit", wanted.junit, JUNIT)) if path is not None]
    check_outputs(files, [Named("", wanted.bench)])
    if wanted.out is not None:
        check_folder(wanted.out, "--out")
    asked = _asked(wanted, bench)
    try:
        with at_fault(), warm_processes():
            swept = sweep(asked, tell_on_standard_error)
    except (StoreError, UnknownCaseError) as error:
        raise InputError(str(error)) from None
    _tell(wanted, swept)
    if swept.ended_by is not None:
        raise swept.ended_by
    failed = any(each.outcome is not Outcome.HELD for each in swept.done)
    if wanted.out is None and not failed and not wanted.keep:
        shutil.rmtree(asked.folder, ignore_errors=True)
    return status_of(swept)


def status_of(swept: Sweep) -> ExitCode:
    """What a sweep says to its caller."""
    if not swept.whole and not swept.is_given_up:
        return ExitCode.INTERRUPTED
    outcomes = {each.outcome for each in swept.done}
    if Outcome.FAILED in outcomes or any(each.is_failed for each in swept.not_swept):
        return ExitCode.FAILED
    if Outcome.BENCH in outcomes or any(each.is_fault_of_bench for each in swept.not_swept):
        return ExitCode.HARNESS_ERROR
    return ExitCode.PASSED if outcomes == {Outcome.HELD} else ExitCode.INCONCLUSIVE


def _tell(wanted: Wanted, swept: Sweep) -> None:
    output = StandardOutput()
    with output.saying():
        if wanted.json == STANDARD_OUTPUT:
            sys.stdout.buffer.write(as_json(swept))
            sys.stdout.buffer.flush()
        else:
            sys.stdout.writelines(line + "\n" for line in report(swept))
    if (path := json_path(wanted.json)) is not None:
        write(path, as_json(swept))
    if wanted.junit is not None:
        write(wanted.junit, as_junit(swept))
    output.close()


def _bench(path: Path) -> BenchFile:
    try:
        return read_bench(path)
    except BenchFileError as error:
        raise InputError(str(error)) from None


def _asked(wanted: Wanted, bench: BenchFile) -> SweepAsked:
    kinds = names_of("--kinds", None if wanted.kinds is None else [wanted.kinds], KINDS)
    for given in kinds:
        if given not in KINDS:
            raise InputError(say.NO_KIND.say(given=repr(given), allowed=", ".join(KINDS)))
    if wanted.cases and kinds:
        raise InputError(say.CASE_AND_KINDS.say())
    try:
        for each in wanted.cases:
            parts_of(each, tuple(KINDS))
    except UnknownCaseError as error:
        raise InputError(str(error)) from None
    hold_defects(bench, wanted.defects)
    if wanted.resume and wanted.out is None:
        raise InputError(say.RESUME_ALONE.say())
    if wanted.jobs > 1 and not bench.is_fresh:
        raise InputError(say.ONE_AT_A_TIME.say())
    hold_bench(bench)
    jobs = wanted.jobs or ((os.cpu_count() or 1) * (JOBS_A_CORE if bench.is_virtual else BOARDS_A_CORE) if bench.is_fresh else 1)
    return SweepAsked(
        bench=bench, folder=wanted.out or Path(tempfile.mkdtemp(prefix="daozhang-sweep-")), kinds=kinds,
        cases=wanted.cases, defects=wanted.defects, jobs=jobs, every=not wanted.some, resume=wanted.resume, keep_all=wanted.keep,
        rounds=wanted.repeat)
