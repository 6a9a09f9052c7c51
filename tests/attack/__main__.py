"""Attack live hosts and devices in every way, on loopback only: ``python -m tests.attack --within 10m``.

Prints what was tried and what came of it.  Exit: 0 all stood, 1 one failed, 2 bad input, 130 interrupted.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path

from simulator.scenario.units import duration_ms
from tests.attack import damage
from tests.attack.attacks import ATTACKS
from tests.attack.ground import Came, Ground
from tests.attack.table import HEAD, RULE, printed, result, row, said
from tests.attack.target import TargetError
from tests.signals_of_children import children_hear_signals

BAD_INPUT, INTERRUPTED = 2, 130
MOST_COUNT, MOST_SECONDS = 1_000_000, 600.0
MS = 1_000


def main(arguments=None):
    asked = _parser().parse_args(arguments)
    try:
        chosen = _chosen(asked.only)
    except LookupError as error:
        sys.stderr.write(f"{error.args[0]}\n")
        return BAD_INPUT
    if asked.list:
        sys.stdout.writelines(f"{name}: {said(name)}\n" for name, _ in chosen)
        return 0
    children_hear_signals()
    for number in (signal.SIGTERM, signal.SIGHUP):  # as Ctrl-C: nothing is left lying about
        signal.signal(number, signal.default_int_handler)
    rows, failed, left = [], [], []
    try:
        left = _attacks(asked, chosen, rows, failed)
    except KeyboardInterrupt:
        _told(rows)
        _progress("interrupted\n")
        return INTERRUPTED
    finally:
        damage.remove()
    _told(rows)
    if left:
        sys.stdout.write(f"not reached in the time given (--within): {', '.join(left)}\n")
    if asked.docs and not left and not asked.only:
        asked.docs.write_text(printed(asked.docs.read_text("utf-8"), rows), "utf-8")
    sys.stdout.write(f"{len(rows)} attacks, {len(rows) - len(failed)} stood"
                     + (f"; FAILED: {', '.join(failed)}" if failed else "") + "\n")
    return 1 if failed else 0


def _attacks(asked, chosen, rows, failed):
    """One after the other; those that the time did not reach."""
    until_s = time.monotonic() + asked.within
    for number, (name, aim) in enumerate(chosen, 1):
        if time.monotonic() > until_s:
            return [name for name, _ in chosen[number - 1:]]
        _progress(f"[{number}/{len(chosen)}] {name} …")
        began_s = time.monotonic()
        came = _came(name, Ground(
            count=asked.count, seconds=asked.seconds, seed=asked.seed, patience=asked.patience, aim=aim))
        _progress(f"[{number}/{len(chosen)}] {name}: {result(came)} ({time.monotonic() - began_s:.0f} s)\n")
        rows.append(row(name, came))
        if not came.is_stood:
            failed.append(name)
    return []


def _chosen(only):
    """Names, and of each what of it is aimed at; ``LookupError`` for one that there is not."""
    if not only:
        return [(name, "") for name in ATTACKS]
    chosen = []
    for each in only.split(","):
        asked, _, aim = each.partition("/")
        found = [name for name in ATTACKS if name == asked or name.startswith(f"{asked}.")]
        if not found:
            raise LookupError(f"no such attack: {each}; there are: {', '.join(ATTACKS)}")
        chosen += [(name, aim) for name in found if (name, aim) not in chosen]
    return chosen


def _came(name, ground):
    """A host that ends or does not start under an attack has failed; the others are tried all the same."""
    try:
        return ATTACKS[name](ground)
    except (TargetError, OSError, AssertionError) as error:
        return Came(wrong=[f"{type(error).__name__}: {error}"])


def _told(rows):
    sys.stdout.write("\n".join([HEAD, RULE, *rows]) + "\n")
    sys.stdout.flush()


def _progress(text):
    sys.stderr.write(f"\r\033[K{text}" if sys.stderr.isatty() else text if text.endswith("\n") else "")
    sys.stderr.flush()


def _parser():
    parser = argparse.ArgumentParser(
        prog="make attack", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true", help="what there is, and end")
    parser.add_argument("--only", default="", metavar="NAMES",
                        help="names or their beginnings, with commas: flood,kill.host; kill.host/before:write for one part")
    parser.add_argument("--count", type=_count, default=10_000,
                        help="hostile inputs at each port; kills and damages in proportion (default 10000)")
    parser.add_argument("--seconds", type=_of_each, default=10.0, help="of each flood and crowd (default 10)")
    parser.add_argument("--within", type=_seconds, default=_seconds("30m"), help="then no further attack is begun (default 30m)")
    parser.add_argument("--seed", type=int, default=0, help="of all that is drawn (default 0)")
    parser.add_argument("--patience", type=float, default=1.0,
                        help="how many times longer than a second a client may wait, on a machine that has much to do")
    parser.add_argument("--docs", type=Path, help="write the table of a whole run into this document")
    return parser


def _count(text):
    number = int(text)
    if not 1 <= number <= MOST_COUNT:
        raise ValueError(text)
    return number


def _of_each(text):
    seconds = float(text)
    if not 0.1 <= seconds <= MOST_SECONDS:
        raise ValueError(text)
    return seconds


def _seconds(text):
    return duration_ms(text) / MS


if __name__ == "__main__":
    sys.exit(main())
