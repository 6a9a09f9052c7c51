"""The stranger stays one: it imports nothing of this program, and the document shows its table."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.outside.table import printed
from tests.outside.variants import VARIANTS

HERE = Path(__file__).parent


@pytest.mark.parametrize("module", sorted(HERE.glob("*.py")), ids=lambda path: path.name)
def test_it_imports_neither_the_simulator_nor_the_bench(module):
    tree = ast.parse(module.read_text("utf-8"))
    named = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    named |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import)
              for alias in node.names}
    tops = {name.partition(".")[0] for name in named if name}
    assert not tops & {"simulator", "hil", "daozhang_fixtures"}
    assert {name for name in named if name and name.startswith("tests.")} <= {
        f"tests.outside.{path.stem}" for path in HERE.glob("*.py")} | {"tests.outside"}


def test_the_document_shows_the_table_of_today():
    document = HERE.parents[1] / "docs" / "outside.md"
    text = document.read_text("utf-8")
    assert printed(text) == text, "make docs"


def test_every_wrong_terminal_is_one_thing_wrong_and_says_what():
    assert len(VARIANTS) >= 30
    assert all(variant.till.__doc__ and variant.day.__doc__ for variant in VARIANTS.values())
    assert all(variant.with_log for variant in VARIANTS.values())
