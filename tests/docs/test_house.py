"""What holds of the whole house and that no linter says: rooms are installed, nothing is hidden."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = sorted(
    str(path.parent.relative_to(ROOT)).replace("/", ".")
    for top in ("hil", "simulator") for path in (ROOT / top).rglob("__init__.py")
)
MODULES = sorted(
    path for top in ("hil", "simulator") for path in (ROOT / top).rglob("*.py"))


def test_every_room_is_installed():
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    assert sorted(packages) == sorted([*ROOMS, "daozhang_fixtures"])


def test_every_folder_with_modules_is_a_room():
    folders = {str(path.parent.relative_to(ROOT)).replace("/", ".") for path in MODULES}
    assert folders == set(ROOMS)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_its_concept_and_hides_no_import(module):
    tree = ast.parse(module.read_text())
    assert ast.get_docstring(tree), "a module opens with one sentence on its concept"
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert "TYPE_CHECKING" not in names
