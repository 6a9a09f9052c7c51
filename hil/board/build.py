"""Builds the board's firmware, the right one and those that are wrong on purpose: ``python -m hil.board.build``.

Plain C11 with every warning an error.  What is up to date is left as it is.
"""

from __future__ import annotations

import argparse
import os
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
CORE = ("-mcpu=cortex-m3", "-mthumb", "--specs=nano.specs")
FLAGS = ("-std=c11", "-Os", "-g", "-Wall", "-Wextra", "-Wconversion", "-Werror", "-ffunction-sections", "-fdata-sections")
LINKED = ("-Wl,--gc-sections", "-nostartfiles")
ONLY_HERE = "_posix.c"  # what the build for this machine has instead


def missing() -> list[str]:
    """What is not installed here, each with its Debian package."""
    found = [MISSING.say(program=name, package=PACKAGES[name]) for name in (EMULATOR, COMPILER)
             if shutil.which(name) is None]
    if shutil.which(COMPILER) is not None and not _has_newlib():
        found.append(MISSING.say(program=NEWLIB, package=PACKAGES[NEWLIB]))
    return found


def build(out: Path, defect: str = "") -> Path:
    """Make one firmware where a source is newer; ``CompileError`` where it cannot be.

    Only the sources that name its defect are compiled anew for one that is wrong on purpose.
    """
    target = firmware_of(out / NAME, [defect] if defect else [])
    newest = max(each.stat().st_mtime for each in SOURCES.glob("*.*"))
    if target.exists() and target.stat().st_mtime >= newest:
        return target
    own = [f"-D{board_defects()[defect].macro}"] if defect else []
    with ThreadPoolExecutor(2) as pool:
        objects = list(pool.map(lambda source: _compiled(out, source, own, newest), _code()))
    _run([COMPILER, *CORE, *LINKED, f"-T{SOURCES / 'board.ld'}", *map(str, objects)], target)
    return target


def _code() -> list[Path]:
    return [each for each in sorted(SOURCES.glob("*.c")) if not each.name.endswith(ONLY_HERE)]


def _compiled(out: Path, source: Path, own: Sequence[str], newest: float) -> Path:
    """The object of one source, of the right firmware where the defect is not in it."""
    defines = [each for each in own if each[2:] in source.read_text("utf-8")]
    target = out.joinpath("objects", *(each[2:] for each in defines), f"{source.stem}.o")
    if not target.exists() or target.stat().st_mtime < newest:
        _run([COMPILER, *CORE, *FLAGS, *defines, f"-I{SOURCES}", "-c", str(source)], target)
    return target


def _run(command: Sequence[str], target: Path) -> None:
    """What is made is there whole, or not at all, whoever else makes it too."""
    target.parent.mkdir(parents=True, exist_ok=True)
    made = target.with_suffix(f".{os.getpid()}.part")
    done = subprocess.run(  # noqa: S603 - a command of our own
        [*command, "-o", str(made)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CompileError(done.stderr)
    made.rename(target)


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
        for name in names:
            sys.stdout.write(f"{build(asked.out, name)}\n")
            sys.stdout.flush()
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
