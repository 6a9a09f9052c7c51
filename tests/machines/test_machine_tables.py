"""The page about the machines is the code's own tables."""

from __future__ import annotations

from pathlib import Path

from simulator.machines.acquirer.moves import BATCH_MOVES, MOVES
from simulator.machines.acquirer.transactions import Stage, State
from simulator.machines.tables import page

PAGE = Path(__file__).parents[2] / "docs" / "machines.md"


def test_the_page_is_printed_from_the_tables():
    assert PAGE.read_text("utf-8") == page(), "python -m simulator.machines.tables"


def test_every_state_and_stage_can_be_reached():
    assert {move.end for move in MOVES} == set(State)
    assert {move.end for move in BATCH_MOVES} - {None} == set(Stage)
