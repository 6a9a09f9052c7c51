"""One session of the shell: a bench is opened, driven line by line, and closed whatever happened."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import typer

from hil.bench.asked import hold_bench, hold_defects
from hil.bench.heard import at_fault
from hil.bench.rig import RigSetting, open_rig
from hil.benches.bench_file import BenchFileError, read_bench
from hil.benches.bench_words import HEARD
from hil.shell import shell_words as say
from hil.shell.shell import Shell
from hil.shell.shell_bench import ROWS
from hil.shell.shell_input import run
from simulator.commands.inputs import ExitCode, InputError
from simulator.commands.outputs import check_folder
from simulator.report.wrap import wrapped
from simulator.scenario.read import ScenarioError

FOLDER = Path("out")


def run_shell(bench: Path, folder: Path | None, defects: tuple[str, ...]) -> int:
    """Open the bench and drive it; the exit status.  ``InputError`` for what cannot be."""
    place = folder or FOLDER / f"shell-{time.strftime('%Y%m%d-%H%M%S')}"
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise InputError(f"--folder {place}: is no empty folder; give a new one")
    try:
        read = read_bench(bench)
    except BenchFileError as error:
        raise InputError(str(error)) from None
    hold_defects(read, defects)
    hold_bench(read)
    check_folder(place, "--folder")
    try:
        setting = RigSetting(folder=place, defects=defects)
        with at_fault(), open_rig(read, setting) as rig:
            shell = Shell(rig, ROWS, tell)
            tell(say.GREETING.say(
                name=rig.dut.name, kind=say.KINDS[rig.dut.kind], tid=rig.dut.tid, mid=rig.dut.mid,
                address=rig.bench.part.end.listen if not rig.has_address else rig.line.address))
            status = run(shell, HEARD)
    except (BenchFileError, ScenarioError) as error:
        raise InputError(str(error)) from None
    except KeyboardInterrupt:
        tell(say.LEAVING.say(folder=place))
        return ExitCode.INTERRUPTED
    tell(say.LEAVING.say(folder=place))
    return status


def tell(text: str) -> None:
    """One text in the columns of a terminal, at once."""
    for line in wrapped(text, again="  ") or [""]:
        typer.echo(line)
    sys.stdout.flush()  # whoever drives by a pipe reads each answer before the next line
