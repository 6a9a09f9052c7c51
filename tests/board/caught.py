"""Firmware that is wrong on purpose, each put through what should catch it: by the wire and the till alone.

``python -m tests.board.caught [DEFECT ...]`` tries the checks that the table of defects names, then
cuts at random instants, until one fails which the right firmware holds; what was found is kept in
fixtures/board/caught.json, from which docs/board.md is printed.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import msgspec

from hil.bench.tried_again import ROUNDS
from hil.benches.bench_file import BenchFile, read_bench
from hil.board.build import OUT, build
from hil.board.defects import BoardDefect, board_defects
from hil.checks.case import CaseSetting, carry_out, is_open
from hil.checks.check import Check
from hil.checks.lateness import Lateness
from hil.checks.results import Outcome, Result
from hil.checks.table import CHECKS
from hil.processes.nursery import warm_processes
from hil.sweep.case import Place, with_short_waits
from hil.sweep.cut_plan import Measured, drawn
from hil.sweep.cutting import measure, run_cut
from hil.sweep.results import Outcome as CutOutcome

ROOT = Path(__file__).parents[2]
BENCH = ROOT / "fixtures" / "benches" / "board.toml"
KEPT = ROOT / "fixtures" / "board" / "caught.json"
CUTS = "cuts"
CUT_KINDS = ("sale", "void", "settlement", "reversal")
MOST_CUTS, SEED = 60, 1


class Found(msgspec.Struct, frozen=True):
    """What caught one firmware, and what it said; "" where nothing did."""

    by: str
    said: str
    said_zh: str
    tried: int  # checks and cuts, until one failed


def try_defect(bench: BenchFile, defect: BoardDefect, folder: Path, lateness: Lateness) -> Found:
    """Its own checks one after the other, then cuts where the table names them."""
    tried = 0
    for check in (CHECKS[each] for each in defect.caught_by if each != CUTS):
        tried += 1
        result = decided(check, CaseSetting(bench=bench, folder=folder, defects=(defect.name,)), lateness)
        if result.outcome is Outcome.FAILED and _right_holds(bench, check, folder, lateness):
            wrong = result.wrong[0] if result.wrong else None
            return Found(check.id, wrong.what.en if wrong else result.why.en, wrong.what.zh if wrong else result.why.zh, tried)
    if CUTS not in defect.caught_by:
        return Found("", "", "", tried)
    place = Place(bench=with_short_waits(bench), folder=folder / CUTS, defects=(defect.name,))
    right = Place(bench=place.bench, folder=folder / "right")
    measured = [each for each in (measure(place, kind) for kind in defect.cut_kinds or CUT_KINDS) if isinstance(each, Measured)]
    for number in range(MOST_CUTS):
        tried += 1
        cut = drawn(SEED, number, measured[number % len(measured)])
        done = run_cut(place, cut)
        if done.outcome is CutOutcome.FAILED and run_cut(right, cut).outcome is CutOutcome.HELD:
            return Found(f"{CUTS} {cut.kind}/{number}", done.why[0].en, done.why[0].zh, tried)
    return Found("", "", "", tried)


def _right_holds(bench: BenchFile, check: Check, folder: Path, lateness: Lateness) -> bool:
    """What fails at the right firmware too catches nobody."""
    return decided(check, CaseSetting(bench=bench, folder=folder / "right"), lateness).outcome is Outcome.HELD


def decided(check: Check, setting: CaseSetting, lateness: Lateness) -> Result:
    """A busy machine is no word on a firmware: tried again, so often and no oftener."""
    result = carry_out(check, setting, lateness)
    for _ in range(ROUNDS):
        if not is_open(result, setting.bench):
            break
        result = carry_out(check, setting, lateness, result.tries)
    return result


def kept() -> dict[str, Found]:
    """As it was found last."""
    return msgspec.json.decode(KEPT.read_bytes(), type=dict[str, Found]) if KEPT.exists() else {}


def main(names: list[str]) -> int:
    """Try them, keep what was found; 1 where one escaped."""
    found, bench, began_s = kept(), read_bench(BENCH), time.monotonic()
    found = {name: each for name, each in found.items() if name in board_defects()}
    with warm_processes(), Lateness() as lateness:
        for name in names or list(board_defects()):
            build(OUT, name)
            with tempfile.TemporaryDirectory(prefix="daozhang-board-", ignore_cleanup_errors=True) as folder:
                found[name] = try_defect(bench, board_defects()[name], Path(folder), lateness)
            KEPT.write_bytes(msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
            sys.stdout.write(f"{time.monotonic() - began_s:5.0f} s  {name}: {found[name].by or 'NOT CAUGHT'}: {found[name].said}\n")
            sys.stdout.flush()
    return 1 if any(not each.by for each in found.values()) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
