"""Whether a board can stand on this machine, and its firmware for the tests that need one."""

from __future__ import annotations

from pathlib import Path

import pytest

from hil.benches.bench_file import BenchFile, read_bench
from hil.board.build import OUT, build, missing

ROOT = Path(__file__).parents[2]
LACKS = "; ".join(missing())
needs_board = pytest.mark.skipif(bool(LACKS), reason=LACKS or "a board can stand here")


def board_bench() -> BenchFile:
    """The shipped bench, its firmware built where that is not done yet."""
    build(ROOT / OUT)
    return read_bench(ROOT / "fixtures" / "benches" / "board.toml")
