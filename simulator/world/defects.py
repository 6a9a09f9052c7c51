"""All known defects, and the parts of a world with some of them built in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from simulator.defect import Defect, Replacements, wrong_table
from simulator.machines.acquirer.defects import DEFECTS as ACQUIRER
from simulator.machines.terminal.defects import DEFECTS as TERMINAL
from simulator.money.defects import DEFECTS as MONEY

DEFECTS: dict[str, Defect] = {**TERMINAL, **ACQUIRER, **MONEY}

Part = TypeVar("Part")
Table = TypeVar("Table", bound=msgspec.Struct)


class UnknownDefectError(ValueError):
    """A name that no defect has; the text says which there are."""


class Workshop:
    """Gives for each right class the one to build: itself, or one that is wrong on purpose."""

    __slots__ = ("_built", "_replaced")

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._built: list[type] = []
        self._replaced: Replacements = ()
        for name in names:
            if name not in DEFECTS:
                raise UnknownDefectError(
                    f"no defect is named {name!r}; there are: {', '.join(sorted(DEFECTS))}")
            self._built.append(DEFECTS[name].built)
            self._replaced += DEFECTS[name].replacements()

    def build(self, right: type[Part]) -> type[Part]:
        """The class to use where ``right`` belongs."""
        for built in self._built:
            if issubclass(built, right):
                return built
        return right

    def table(self, right: Table) -> Table:
        """The table of functions to use where ``right`` belongs."""
        return wrong_table(right, self._replaced)
