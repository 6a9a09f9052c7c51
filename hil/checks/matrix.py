"""Terminals built wrong, each put through the checks: which of them catch it, by the line and the till alone.

``python -m hil.checks.matrix [DEFECT ...]`` (``make bench-defects``) tries each terminal that has no
result yet, the checks that are known to catch it first, until one does; what was found is kept in
``caught.json`` beside this module after every terminal, so that a run that was ended is taken up
where it was.  docs/checks.md is printed from it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import as_file, files
from pathlib import Path

import msgspec

from hil.benches.bench_file import BenchFile, read_bench
from hil.checks.case import CaseSetting, carry_out, profile_of
from hil.checks.catchers import FIRST, UNSEEN
from hil.checks.check import Check
from hil.checks.lateness import Lateness
from hil.checks.results import Outcome, Result
from hil.checks.table import CHECKS
from hil.device.ecr_defects import ALL_DEFECTS, is_of_device
from hil.processes.nursery import warm_processes
from hil.processes.pool import Pool
from simulator.scenario.library import PACKAGE
from simulator.scenario.problems import no_such

BENCH = "virtual.toml"
CAUGHT = "caught.json"
AT_ONCE = 3  # terminals
CHECKS_AT_ONCE = 3  # of one terminal that none of its known checks caught


class Tried(msgspec.Struct, frozen=True):
    """What became of one wrong terminal."""

    by: tuple[str, ...]  # checks that failed; none: it escaped, or cannot be seen
    checks: int = 0  # that it was put through; all of them, or until the first that failed
    spoilt: tuple[str, ...] = ()  # checks in which the bench was at fault, or this machine too late


class Caught(msgspec.Struct, frozen=True):
    """What was found, by the name of the defect."""

    tried: dict[str, Tried]

    @property
    def escaped(self) -> tuple[str, ...]:
        """Terminals that no check caught, though they could be seen."""
        return tuple(name for name, each in self.tried.items() if not each.by and name not in UNSEEN)


def caught() -> Caught:
    """As it was found last."""
    return msgspec.json.decode((files(__package__) / CAUGHT).read_bytes(), type=Caught)


def terminals() -> tuple[str, ...]:
    """Every defect of a terminal, or of its ECR port."""
    return tuple(name for name in ALL_DEFECTS if is_of_device(name))


def checks_for(name: str) -> tuple[Check, ...]:
    """All checks, those first that are known to catch it.

    >>> [check.id for check in checks_for("terminal.any_clerk")[:2]], len(checks_for("terminal.any_clerk")) == len(CHECKS)
    (['TIL-01', 'REV-01'], True)
    """
    return tuple(CHECKS[each] for each in dict.fromkeys((*FIRST.get(name, ()), *CHECKS)))


def try_defects(
    names: Sequence[str], bench: BenchFile, on_tried: Callable[[str, Tried], None], *,
    jobs: int = AT_ONCE, whole: bool = False,
) -> bool:
    """Put each terminal through its checks until one catches it, or through all; whether it came to the end.

    ``on_tried`` hears what became of each; of one that was broken off, and not caught, nothing is known.
    """
    profile_of(bench, {})  # what is read when it is first needed is read by one thread
    over = threading.Event()

    def take(done: tuple[str, Tried]) -> None:
        name, tried = done
        if not over.is_set() or (tried.by and not whole):
            on_tried(name, tried)

    with warm_processes(), Lateness() as lateness:
        pool: Pool[str, tuple[str, Tried]] = Pool(
            lambda name: (name, _tried(name, bench, lateness, over, whole=whole)), jobs,
            on_done=take, on_stop=over.set)
        return pool.run(names)


def _tried(name: str, bench: BenchFile, lateness: Lateness, over: threading.Event, *, whole: bool) -> Tried:
    """The checks that are known to catch it one after the other, then the rest, several at once."""
    caught_it = threading.Event()

    with tempfile.TemporaryDirectory(prefix="daozhang-defects-", ignore_cleanup_errors=True) as folder:
        setting = CaseSetting(bench=bench, folder=Path(folder), defects=(name,))

        def one(check: Check) -> Result | None:
            if over.is_set() or (caught_it.is_set() and not whole):
                return None
            result = carry_out(check, setting, lateness)
            if result.outcome is Outcome.FAILED:
                caught_it.set()
            return result

        checks = checks_for(name)
        known = len(FIRST.get(name, ()))
        results = [one(check) for check in checks[:known]]
        with ThreadPoolExecutor(CHECKS_AT_ONCE) as pool:
            results += pool.map(one, checks[known:])
    done = [each for each in results if each is not None]
    return Tried(
        by=_with(done, Outcome.FAILED), checks=len(done),
        spoilt=_with(done, Outcome.BENCH) + _with(done, Outcome.INCONCLUSIVE))


def _with(results: Iterable[Result], outcome: Outcome) -> tuple[str, ...]:
    return tuple(each.check for each in results if each.outcome is outcome)


# ---- the command -----------------------------------------------------------------------------


def main(arguments: list[str]) -> int:
    """Try them, and keep what was found; 1 where one escaped, 130 after Ctrl-C."""
    asked = _asked(arguments)
    kept = caught()
    save, done = Path(asked.save), Path(asked.save).with_suffix(".again.json")
    again = _taken_up(done) if asked.again else Caught({})
    names = asked.defects or [name for name in terminals() if (
        name not in again.tried if asked.again else not _is_known(name, kept))]
    for name in names:
        if name not in terminals():
            sys.stderr.write(f"{no_such('no defect of a terminal', name, list(terminals()))}\n")
            return 2
    names = [name for name in names if name in asked.defects or name not in UNSEEN]
    began_s = time.monotonic()

    def take(name: str, tried: Tried) -> None:
        nonlocal kept, again
        kept = with_tried(kept, name, tried)
        write_caught(save, kept)
        if asked.again:
            again = with_tried(again, name, tried)
            write_caught(done, again)
        took_s = time.monotonic() - began_s
        said = ", ".join(tried.by) or f"NOT CAUGHT by {tried.checks} checks"
        spoilt = f"; spoilt: {', '.join(tried.spoilt)}" if tried.spoilt else ""
        sys.stdout.write(f"{took_s:6.0f} s  {name}: {said}{spoilt}\n")
        sys.stdout.flush()

    with as_file(files(PACKAGE) / "benches" / BENCH) as path:
        is_whole = try_defects(names, read_bench(path), take, jobs=asked.jobs, whole=asked.all)
    sys.stdout.write(f"{len(names)} terminals in {time.monotonic() - began_s:.0f} s; escaped: "
                     f"{', '.join(kept.escaped) or 'none'}\n")
    if not is_whole:
        return 130
    done.unlink(missing_ok=True)
    return 1 if kept.escaped else 0


def _asked(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hil.checks.matrix", description=__doc__)
    parser.add_argument("defects", nargs="*", metavar="DEFECT", help="only these terminals, tried before or not")
    parser.add_argument("--all", action="store_true", help="put each through every check, not until one catches it")
    parser.add_argument("--again", action="store_true", help="all terminals, those too that have a result; one that was ended is taken up")
    parser.add_argument("--jobs", type=int, default=AT_ONCE, help=f"terminals at a time (default {AT_ONCE})")
    parser.add_argument("--save", default=str(Path(__file__).parent / CAUGHT), metavar="FILE",
                        help="where the result is kept (default: caught.json beside the table)")
    return parser.parse_args(arguments)


def _taken_up(path: Path) -> Caught:
    """What a run of all that was ended has tried already."""
    return msgspec.json.decode(path.read_bytes(), type=Caught) if path.exists() else Caught({})


def _is_known(name: str, kept: Caught) -> bool:
    """Whether a result stands: caught, by a check that is still there."""
    tried = kept.tried.get(name)
    return tried is not None and any(check in CHECKS for check in tried.by)


def with_tried(kept: Caught, name: str, tried: Tried) -> Caught:
    """With one more result; the checks that caught it before, and were not tried now, still do."""
    before = kept.tried.get(name)
    if before is not None and tried.by and tried.checks < len(CHECKS):
        tried = msgspec.structs.replace(
            tried, by=tuple(check for check in CHECKS if check in {*tried.by, *before.by}),
            checks=max(tried.checks, before.checks))
    found = {**kept.tried, name: tried}
    return Caught({each: found[each] for each in terminals() if each in found})


def write_caught(path: Path, kept: Caught) -> None:
    """Whole, or not at all."""
    beside = path.with_suffix(".new")
    beside.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=1) + b"\n")
    beside.replace(path)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
