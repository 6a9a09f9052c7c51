"""Throws frames of a seeded generator at the firmware on this machine: ``make board-fuzz COUNT=1000000``."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.board.native_build import build, seeds


def main() -> int:
    """Exit 0 where nothing was found, 1 with the frame where something was, 3 without a compiler."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--count", type=int, default=1_000_000)
    reader.add_argument("--seed", type=int, default=1)
    asked = reader.parse_args()
    if asked.count < 1:
        reader.error(f"--count {asked.count}: at least one frame")
    if shutil.which("cc") is None:
        sys.stderr.write("no C compiler here: apt install gcc\n")
        return 3
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder), ("fuzz",))
        run = subprocess.run([Path(folder) / "fuzz", str(asked.count), str(asked.seed)], input=seeds(),
                             text=True, check=False)
    if run.returncode:
        sys.stderr.write(f"a finding (exit {run.returncode}): the frame stands above; again with --seed {asked.seed}\n")
        return 1
    sys.stdout.write(f"no finding; seed {asked.seed}, address and undefined-behaviour sanitizers\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
