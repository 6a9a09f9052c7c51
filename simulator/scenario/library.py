"""Scenarios and devices that come with the program, wherever it is installed; writes nothing.

In the repository they stand in the folder ``fixtures``; installed, in a package of their own name.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

PACKAGE = "daozhang_fixtures"
ENDING = ".toml"
_SCENARIO_FOLDERS = ("", "chains/", "defects/", "judge/", "live/", "modes/", "money/")  # as they stand before a scenario's name


def device_texts() -> tuple[str, ...]:
    """The text of each device, in the order of their names."""
    folder = files(PACKAGE).joinpath("devices")
    return tuple(folder.joinpath(name).read_text("utf-8") for name in _names_in(folder))


def scenario_names() -> tuple[str, ...]:
    """Every scenario, as ``daozhang run`` takes it: ``lost-reply``, ``defects/mac-failure``."""
    return tuple(
        before + name.removesuffix(ENDING)
        for before in _SCENARIO_FOLDERS
        for name in _names_in(_scenarios().joinpath(before) if before else _scenarios())
    )


def scenario_named(given: str) -> str | None:
    """The text of the scenario of this name, with or without its ending; None where there is none."""
    name = given.removesuffix(ENDING)
    if name not in scenario_names():
        return None
    return _scenarios().joinpath(f"{name}{ENDING}").read_text("utf-8")


def _scenarios() -> Traversable:
    return files(PACKAGE).joinpath("scenarios")


def _names_in(folder: Traversable) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(ENDING))
