"""Builds the board's firmware, the right one and those that are wrong on purpose: ``python -m hil.board.build``.

Plain C11 with every warning an error.  What is up to date is left as it is.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

from hil.board.defects import board_defects, firmware_of
from hil.board.qemu import COMPILER, EMULATOR, MISSING, NEWLIB, PACKAGES
from simulator.commands.inputs import ExitCode
from simulator.scenario.library import PACKAGE

SOURCES = Path(str(files(PACKAGE).joinpath("board", "firmware")))
OUT = Path("out") / "board"
NAME = "terminal.elf"
FLAGS = ("-std=c11", "-mcpu=cortex-m3", "-mthumb", "-Os", "-g", "-Wall", "-Wextra", "-Wconversion", "-Werror",
         "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections", "-nostartfiles", "--specs=nano.specs")
ONLY_HERE = "_posix.c"  # what the build for this machine has instead


def missing() -> list[str]:
    """What is not installed here, each with its Debian package."""
    found = [MISSING.say(program=name, package=PACKAGES[name]) for name in (EMULATOR, COMPILER)
             if shutil.which(name) is None]
    if shutil.which(COMPILER) is not None and not _has_newlib():
        found.append(MISSING.say(program=NEWLIB, package=PACKAGES[NEWLIB]))
    return found


def build(out: Path, defect: str = "") -> Path:
    """Compile one firmware where a source is newer; ``OSError`` or ``CalledProcessError`` where it cannot be."""
    target = firmware_of(out / NAME, [defect] if defect else [])
    sources = sorted(SOURCES.glob("*.[ch]")) + sorted(SOURCES.glob("*.ld"))
    if target.exists() and target.stat().st_mtime >= max(each.stat().st_mtime for each in sources):
        return target
    out.mkdir(parents=True, exist_ok=True)
    made = target.with_suffix(".part")
    defines = [f"-D{board_defects()[defect].macro}"] if defect else []
    code = [str(each) for each in sources if each.suffix == ".c" and not each.name.endswith(ONLY_HERE)]
    done = subprocess.run(  # noqa: S603 - a command of our own
        [COMPILER, *FLAGS, *defines, f"-I{SOURCES}", f"-T{SOURCES / 'board.ld'}", *code, "-o", str(made)],
        capture_output=True, text=True, check=False)
    if done.returncode:
        raise CompileError(done.stderr)
    made.rename(target)
    return target


class CompileError(Exception):
    """The compiler says no, or warns; its words."""


def main(arguments: Sequence[str] | None = None) -> ExitCode:
    """Build what is asked for; without names the right one."""
    parser = argparse.ArgumentParser(prog="python -m hil.board.build", description=__doc__)
    parser.add_argument("defects", nargs="*", metavar="DEFECT", help="firmware with this defect; 'all': with each")
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args(arguments)
    if lacks := missing():
        sys.stderr.writelines(f"{each}\n" for each in lacks)
        return ExitCode.HARNESS_ERROR
    names = ["", *board_defects()] if asked.defects == ["all"] else asked.defects or [""]
    for name in names:
        if name and name not in board_defects():
            sys.stderr.write(f"no defect {name!r}; allowed: {', '.join(board_defects())}\n")
            return ExitCode.BAD_INPUT
    try:
        with ThreadPoolExecutor(2) as pool:
            for target in pool.map(lambda name: build(asked.out, name), names):
                sys.stdout.write(f"{target}\n")
    except CompileError as error:
        sys.stderr.write(str(error))
        return ExitCode.HARNESS_ERROR
    return ExitCode.PASSED


def _has_newlib() -> bool:
    found = subprocess.run(  # noqa: S603 - as above
        [COMPILER, "-mcpu=cortex-m3", "-mthumb", "-print-file-name=libc.a"], capture_output=True, text=True, check=False)
    return Path(found.stdout.strip()).is_absolute()


if __name__ == "__main__":
    sys.exit(main())
