"""Attack a live host in every way, on loopback only: ``python -m tests.attack --within 10m``.

Prints what was tried and what came of it.  Exit: 0 all stood, 1 one failed, 2 bad input, 130 interrupted.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from simulator.scenario.units import duration_ms
from tests.attack.attacks import ATTACKS
from tests.attack.ground import Came, Ground
from tests.attack.table import HEAD, RULE, printed, result, row
from tests.attack.target import TargetError

INTERRUPTED = 130


def main(arguments=None):
    asked = _parser().parse_args(arguments)
    names = [name for name in ATTACKS if not asked.only or any(
        name == each or name.startswith(f"{each}.") for each in asked.only.split(","))]
    if not names:
        sys.stderr.write(f"no such attack: {asked.only}; there are: {', '.join(ATTACKS)}\n")
        return 2
    ground = Ground(count=asked.count, seconds=asked.seconds, seed=asked.seed, patience=asked.patience)
    until_s = time.monotonic() + asked.within
    rows, failed, left = [], [], []
    try:
        for number, name in enumerate(names, 1):
            if time.monotonic() > until_s:
                left = names[number - 1:]
                break
            _progress(f"[{number}/{len(names)}] {name} …")
            began_s = time.monotonic()
            came = _came(name, ground)
            _progress(f"[{number}/{len(names)}] {name}: {result(came)} ({time.monotonic() - began_s:.0f} s)\n")
            rows.append(row(name, came))
            if not came.is_stood:
                failed.append(name)
    except KeyboardInterrupt:
        _told(rows)
        _progress("interrupted\n")
        return INTERRUPTED
    _told(rows)
    if left:
        sys.stdout.write(f"not reached in the time given (--within): {', '.join(left)}\n")
    if asked.docs and not left:
        asked.docs.write_text(printed(asked.docs.read_text("utf-8"), rows), "utf-8")
    sys.stdout.write(f"{len(rows)} attacks, {len(rows) - len(failed)} stood"
                     + (f"; FAILED: {', '.join(failed)}" if failed else "") + "\n")
    return 1 if failed else 0


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
    parser = argparse.ArgumentParser(prog="make attack", description=__doc__)
    parser.add_argument("--count", type=_positive, default=10_000, help="hostile inputs at each port (default 10000)")
    parser.add_argument("--seconds", type=float, default=10.0, help="of each flood (default 10)")
    parser.add_argument("--within", type=_seconds, default=_seconds("20m"), help="then no further attack is begun (default 20m)")
    parser.add_argument("--only", default="", help="names or their beginnings, with commas: flood,kill.sale")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--patience", type=float, default=1.0,
                        help="how many times longer than a second a client may wait, on a machine that has much to do")
    parser.add_argument("--docs", type=Path, help="write the table into this document")
    return parser


def _positive(text):
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _seconds(text):
    return duration_ms(text) / 1_000


if __name__ == "__main__":
    sys.exit(main())
