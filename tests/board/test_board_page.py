"""docs/board.md shows the tables of today, and the comparison finds what is different."""

from __future__ import annotations

from pathlib import Path

from hil.board.defects import board_defects
from hil.checks.table import CHECKS
from tests.board.caught import CUTS, kept
from tests.board.differential import KNOWN, STORIES, Sent, differences, is_known
from tests.board.page import printed

PAGE = Path(__file__).parents[2] / "docs" / "board.md"


def test_the_page_has_the_tables_of_today():
    text = PAGE.read_text("utf-8")
    assert printed(text) == text, "python -m tests.board.page docs/board.md"


def test_each_wrong_firmware_was_caught_by_a_check_or_a_cut():
    found = kept()
    assert set(found) == set(board_defects())
    for name, each in found.items():
        assert each.by in CHECKS or each.by.startswith(f"{CUTS} "), name
        assert each.by.partition(" ")[0] in board_defects()[name].caught_by, name


def test_a_field_that_differs_is_found_and_one_that_may_is_not():
    one = Sent("0200", {"4": "000000000100", "64": "AA", "header": "60"})
    assert differences("s", [one], [Sent("0200", {"4": "000000000100", "64": "BB", "header": "61"})]) == []
    found = differences("s", [one], [Sent("0200", {"4": "000000000101", "header": "60"})])
    assert [(each.field, each.virtual, each.board) for each in found] == [("4", "000000000100", "000000000101"), ("64", "AA", "-")]
    row = differences("s", [one], [])
    assert [(each.field, each.virtual, each.board) for each in row] == [("", "0200", "")]
    assert not is_known(row[0], {})
    assert is_known(found[0], {("", "0200", "4"): ""})


def test_what_is_known_is_of_a_story_that_there_is():
    assert {story for story, _, _ in KNOWN} <= {*STORIES, ""}
