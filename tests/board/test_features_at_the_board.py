"""Features that are tagged for a bench play at the board, and none of them is passed over."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.board.board_here import ROOT, board_bench, needs_board

TAG = "@bench"
TAGGED = sorted(
    path.name for path in (ROOT / "features").glob("*.feature")
    if TAG in path.read_text("utf-8").split() and "zh-CN" not in path.name)  # of each the English one: the steps are the same


@pytest.mark.live
@needs_board
@pytest.mark.parametrize("feature", TAGGED)
def test_it_passes(feature):
    bench = board_bench()
    done = subprocess.run(
        [Path(sys.executable).with_name("behave"), "-D", "target=bench", "-D", f"bench={bench.path}", "--no-color",
         f"features/{feature}"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout
    assert "1 feature passed, 0 failed, 0 skipped" in done.stdout, done.stdout + done.stderr


def test_there_are_some():
    assert TAGGED
