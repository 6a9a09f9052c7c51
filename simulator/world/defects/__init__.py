"""All known defects, and the parts of a world with any of them built in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from msgspec import Struct

from simulator.defect import (
    Calls,
    Defect,
    Part,
    Replacement,
    Table,
    by_name,
    rows_in,
    wrong_class,
    wrong_table,
)
from simulator.machines.acquirer.defects import DEFECTS as ACQUIRER
from simulator.machines.terminal.defects import DEFECTS as TERMINAL
from simulator.money.defects import DEFECTS as MONEY

DEFECTS: dict[str, Defect] = by_name(
    *TERMINAL.values(), *ACQUIRER.values(), *MONEY.values(), *rows_in(__name__, __path__).values(),
)


class UnknownDefectError(ValueError):
    """A name that no defect has; the text says which there are."""


class Workshop:
    """Gives for each right part the one to use: itself, or one that is wrong on purpose.

    Defects of one function work one over the other, in the order in which they are named.
    """

    __slots__ = ("_replacements", "_tables")

    def __init__(self, names: Iterable[str] = (), calls: Calls | None = None) -> None:
        self._replacements: list[Replacement[..., object]] = []
        self._tables: dict[type, Struct] = {}
        for name in dict.fromkeys(names):
            if name not in DEFECTS:
                raise UnknownDefectError(
                    f"no defect is named {name!r}; there are: {', '.join(sorted(DEFECTS))}")
            self._replacements += DEFECTS[name].replacements()
        if calls is not None:
            self._replacements += calls.watching(
                each for defect in DEFECTS.values() for each in defect.replacements())

    def table(self, right: Table) -> Table:
        """The table to use where ``right`` belongs; one for all that are built here."""
        made = self._tables.get(type(right))
        if made is None:
            made = self._tables[type(right)] = wrong_table(right, self._replacements)
        return cast("Table", made)

    def build(self, right: type[Part]) -> type[Part]:
        """The class to use where ``right`` belongs."""
        return wrong_class(right, self._replacements)
