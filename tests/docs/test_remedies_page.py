"""docs/remedies.md is the table of remedies, and names each with what it does and where."""

from __future__ import annotations

from pathlib import Path

from simulator.catalogue.remedies import REMEDIES
from simulator.catalogue.remedies_page import page


def test_the_page_is_printed_from_the_table():
    assert Path("docs/remedies.md").read_text("utf-8") == page()


def test_every_remedy_stands_in_it_in_both_languages():
    text = Path("docs/remedies.md").read_text("utf-8")
    for name, remedy in REMEDIES.items():
        assert f"| `{name}` | {remedy.en} | {remedy.zh} |" in text
