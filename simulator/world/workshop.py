"""The parts of a world, with any known defects built in; which there are is read where one is asked for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from msgspec import Struct

from simulator.defect import Calls, Part, Replacement, Table, wrong_class, wrong_table


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
        names = tuple(dict.fromkeys(names))
        if not names and calls is None:
            return  # a right world loads no wrong machine
        from simulator.world.defects import DEFECTS  # noqa: PLC0415  dear to load

        for name in names:
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
