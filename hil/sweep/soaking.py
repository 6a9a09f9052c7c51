"""The command ``bench soak``: what was asked is checked, soaked, told, and becomes an exit status."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import msgspec

from hil.bench.asked import hold_bench, hold_defects, hold_number
from hil.bench.heard import at_fault
from hil.benches.bench_file import BenchFile, BenchFileError, read_bench
from hil.processes.nursery import warm_processes
from hil.sweep import soak_words as say
from hil.sweep.soak import NothingToDoError, Soaked, soak
from hil.sweep.soak_setting import SoakAsked
from hil.sweep.soak_told import as_json, beginning, report
from hil.sweep.sweep import tell_on_standard_error
from simulator.commands.file_kinds import FileKind
from simulator.commands.inputs import STANDARD_OUTPUT, ExitCode, InputError
from simulator.commands.outputs import Named, StandardOutput, check_folder, check_outputs, write
from simulator.commands.run_files import json_path
from simulator.judge.verdict import Verdict

OF_SOAK = FileKind("soak of ours", (b'{\n  "device":',))


class SoakWanted(msgspec.Struct, frozen=True, kw_only=True):
    """The command line, not checked yet."""

    bench: Path
    sales: int = 0
    hours: float = 0.0
    seed: int = 1
    troubled: bool = True
    out: Path | None = None
    defects: tuple[str, ...] = ()
    json: str = ""


def run_soak(wanted: SoakWanted) -> int:
    """Soak; the exit status.  ``InputError`` for what cannot be, before anything runs."""
    bench = _checked(wanted)
    folder = wanted.out or Path(tempfile.mkdtemp(prefix="daozhang-soak-"))
    asked = SoakAsked(
        bench=bench, folder=folder, sales=wanted.sales, hours=wanted.hours, seed=wanted.seed,
        defects=wanted.defects, troubled=wanted.troubled)
    for line in beginning(wanted.seed, wanted.sales, wanted.hours, troubled=wanted.troubled):
        tell_on_standard_error(line)
    try:
        with at_fault(), warm_processes():
            soaked = soak(asked, tell_on_standard_error)
    except NothingToDoError as error:
        raise InputError(str(error)) from None
    _tell(wanted, soaked)
    status = status_of(soaked)
    if wanted.out is None and status == ExitCode.PASSED:
        shutil.rmtree(folder, ignore_errors=True)
    return status


def status_of(soaked: Soaked) -> ExitCode:
    """What a soak says to its caller."""
    if not soaked.whole:
        return ExitCode.INTERRUPTED
    if soaked.judgement.verdict is Verdict.FAIL or soaked.stuck:
        return ExitCode.FAILED
    if soaked.judgement.verdict is Verdict.ERROR:
        return ExitCode.HARNESS_ERROR
    return ExitCode.PASSED if soaked.judgement.verdict is Verdict.PASS else ExitCode.INCONCLUSIVE


def _tell(wanted: SoakWanted, soaked: Soaked) -> None:
    output = StandardOutput()
    with output.saying():
        if wanted.json == STANDARD_OUTPUT:
            sys.stdout.buffer.write(as_json(soaked))
            sys.stdout.buffer.flush()
        else:
            sys.stdout.writelines(line + "\n" for line in report(soaked))
    if (path := json_path(wanted.json)) is not None:
        write(path, as_json(soaked))
    output.close()


def _checked(wanted: SoakWanted) -> BenchFile:
    try:
        bench = read_bench(wanted.bench)
    except BenchFileError as error:
        raise InputError(str(error)) from None
    hold_number("--hours", wanted.hours)
    if not wanted.sales and not wanted.hours:
        raise InputError(say.NEITHER.say())
    hold_defects(bench, wanted.defects)
    if wanted.out is not None:
        check_folder(wanted.out, "--out")
    if wanted.out is not None and wanted.out.exists() and any(wanted.out.iterdir()):
        raise InputError(say.NOT_EMPTY.say(folder=wanted.out))
    path = json_path(wanted.json)
    check_outputs([Named("--json", path, OF_SOAK)] if path is not None else [], [Named("", wanted.bench)])
    hold_bench(bench)
    return bench
