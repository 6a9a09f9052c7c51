"""Which lines of the firmware are ever run: ``python -m tests.board.coverage`` (``make board-coverage``).

The same sources, built for this machine with counters.  The unit programs run, then the firmware
stands on a bench as a process in the emulator's place: the stories of the comparison and some checks.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

from hil.bench.rig import RigSetting, open_rig
from hil.benches.bench_file import read_bench
from hil.board.board import Board
from hil.checks.case import CaseSetting, carry_out
from hil.checks.lateness import Lateness
from hil.checks.table import CHECKS
from hil.processes.nursery import warm_processes
from hil.tills.ends import Wish
from simulator.wire.kinds import Kind
from tests.board.caught import BENCH
from tests.board.differential import STORIES, sent_in
from tests.board.native_build import build_counted, seeds

TRIED = (
    "REV-01", "REV-12", "REV-15", "REV-19", "RPL-08", "PWR-03", "PWR-04", "PWR-21", "PWR-27", "KEY-02", "KEY-03", "KEY-07",
    "KEY-09", "ASK-01", "ASK-02", "ASK-09", "DLD-01", "DLD-02", "DLD-03", "DLD-08", "SET-03", "SET-08", "SET-09", "TIL-10", "TIL-14",
)
FRAMES = 20_000
_LINE = re.compile(r"\s*(-|#####|=====|\d+\*?):\s*(\d+):(.*)")
Counted = dict[str, dict[int, bool]]  # by source: each line that is code, and whether it ran


def counted(told: str) -> Counted:
    """What ``gcov -t`` says.

    >>> counted("        -:    0:Source:/a/b.c\\n        3:    7:x();\\n    #####:    8:y();\\n        -:    9:}\\n")
    {'b.c': {7: True, 8: False}}
    """
    found: Counted = {}
    name = ""
    for line in told.splitlines():
        match = _LINE.fullmatch(line)
        if match is None:
            continue
        count, number, rest = match[1], int(match[2]), match[3]
        if number == 0:
            name = Path(rest.removeprefix("Source:")).name if rest.startswith("Source:") else name
        elif count != "-":
            lines = found.setdefault(name, {})
            lines[number] = lines.get(number, False) or count[0].isdecimal()
    return found


def _off(board: Board) -> None:
    """Power goes, but the counters are kept."""
    process = board._process
    if process is not None:
        process.terminate()
        process.wait()


def run_all(folder: Path, checks: Sequence[str], stories: Sequence[str]) -> None:
    """All that is counted."""
    for command, given in ((["vectors"], "recode 0800\n"), (["fuzz", str(FRAMES), "1"], seeds()), (["journal"], "")):
        subprocess.run([folder / command[0], *command[1:]], input=given, text=True, check=True, capture_output=True)
    native = folder / "terminal"
    with patch("hil.board.board.why_not", return_value=""), patch.object(Board, "power_off", _off), patch(
            "hil.board.board.command_of", lambda _, nvm, uarts, __: (str(native), str(nvm), *map(str, uarts))):
        bench = read_bench(BENCH)
        with warm_processes(), Lateness() as lateness:
            for name in checks:
                result = carry_out(CHECKS[name], CaseSetting(bench=bench, folder=folder / "checks"), lateness)
                sys.stderr.write(f"{name}: {result.outcome.value}\n")
            for place, name in enumerate(stories):
                sent_in(bench, name, folder / f"story-{place}")
                sys.stderr.write(f"{name}\n")
            with open_rig(bench, RigSetting(folder=folder / "update", evidence=False)) as rig:
                rig.start()
                rig.till.operate(Wish(kind=Kind.TMS_DOWNLOAD))
                rig.finish(settle=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """A table by source; exit 3 where no compiler is here."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--checks", nargs="*", default=TRIED, choices=tuple(CHECKS), metavar="CHECK")
    reader.add_argument("--stories", nargs="*", default=tuple(STORIES), choices=tuple(STORIES), metavar="STORY")
    reader.add_argument("--missed", action="store_true", help="print the lines that never ran")
    asked = reader.parse_args(arguments)
    if lacks := [each for each in ("cc", "gcov") if shutil.which(each) is None]:
        sys.stderr.write(f"not here: {', '.join(lacks)} (apt install gcc)\n")
        return 3
    with tempfile.TemporaryDirectory(prefix="daozhang-coverage-", ignore_cleanup_errors=True) as place:
        folder = Path(place)
        build_counted(folder, ("vectors", "fuzz"))
        run_all(folder, asked.checks, asked.stories)
        told = subprocess.run(["gcov", "-t", *(each.name for each in sorted(folder.glob("*.gcda")))],
                              cwd=folder, check=True, capture_output=True, text=True).stdout
    found = counted(told)
    for name, lines in sorted(found.items()):
        sys.stdout.write(f"{name:20} {sum(lines.values()):5} of {len(lines):5}\n")
        if asked.missed:
            sys.stdout.write(f"    never: {', '.join(str(each) for each, ran in lines.items() if not ran)}\n")
    ran, all_lines = (sum(map(count, found.values())) for count in (lambda each: sum(each.values()), len))
    sys.stdout.write(f"lines run: {ran} of {all_lines} ({100 * ran / all_lines:.1f} %)\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
