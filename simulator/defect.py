"""A machine built wrong on purpose: what is wrong, what it replaces, which invariant must notice.

A right part of a world is a *table value* (a frozen struct whose rows hold functions) or a class.
A defect replaces functions of it.  A function is its own address: ``Replacement(HostTable, settle,
wrong)`` puts the wrong one wherever ``settle`` stands in the rows of a ``HostTable``, and
``Replacement(IssuerBooks, IssuerBooks.reverse, wrong)`` in place of a method.  ``wrong`` is called
as the right one is, with what stood there before as its first argument, so that any number of
defects compose: the second is given what the first has put there.  The right part holds no trace of
any of them, and what a defect replaces must be there to be replaced.

Each package that has machines keeps its own table ``DEFECTS``; ``simulator.world.defects`` joins
them and builds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from inspect import getattr_static
from pkgutil import iter_modules
from typing import Any, Concatenate, Generic, ParamSpec, Protocol, TypeVar

import msgspec

Given = ParamSpec("Given")
Answer = TypeVar("Answer")
Table = TypeVar("Table", bound=msgspec.Struct)
Part = TypeVar("Part")
Function = Callable[..., Any]


class NothingReplacedError(LookupError):
    """A defect replaces a function that stands nowhere in its part: our own mistake."""


@dataclass(frozen=True, slots=True)
class Replacement(Generic[Given, Answer]):
    """One function of a part, and the wrong one that is given it and stands in its place."""

    part: type  # the type of a table value, or a class
    right: Callable[Given, Answer]
    wrong: Callable[Concatenate[Callable[Given, Answer], Given], Answer]

    def over(self, standing: Function) -> Function:
        """The wrong function over what stands there by now."""
        wrong = self.wrong

        @wraps(standing)
        def replaced(*given: Given.args, **named: Given.kwargs) -> Answer:
            return wrong(standing, *given, **named)

        return replaced


Replacements = tuple[Replacement[..., Any], ...]


class Calls:
    """Which of the functions that some defect replaces are called in a run: no other defect reaches it."""

    __slots__ = ("names",)

    def __init__(self) -> None:
        self.names: set[str] = set()

    def watching(self, replacements: Iterable[Replacement[..., Any]]) -> Replacements:
        """Each right function once, over which its call is written down and nothing else is done."""
        found = {(each.part, each.right): each for each in replacements}
        return tuple(
            Replacement(part, right, self._noting(name_of(each))) for (part, right), each in found.items())

    def _noting(self, name: str) -> Function:
        note = self.names.add

        def noted(standing: Function, *given: object, **named: object) -> object:
            note(name)
            return standing(*given, **named)

        return noted


def name_of(replacement: Replacement[..., Any]) -> str:
    """Of what is replaced; two functions of one name count as one."""
    right: Any = replacement.right
    return f"{replacement.part.__module__}.{replacement.part.__qualname__} {right.__module__}.{right.__qualname__}"


@dataclass(frozen=True, slots=True)
class Defect:
    """One known defect."""

    name: str  # "terminal.no_reversal"
    what: str  # one sentence for people
    # Numbers of the invariants that must be violated; where no money is concerned none is, and one
    # of ``recorded`` and ``unmet`` says how it shows.  Where there is nothing of these, it escapes.
    caught_by: tuple[int, ...]
    # What it replaces; a function that makes them anew for each world where they share a note.
    replaces: Replacements | Callable[[], Replacements]
    seen_in: str = ""  # where such a defect was really seen, if it was
    shown_by: str = ""  # the scenario that shows it, by its name below fixtures/scenarios
    recorded: str = ""  # the code of a warning that only a machine with it brings about
    unmet: bool = False  # what its scenario expects does not come out
    beside: tuple[str, ...] = ()  # defects without which its case does not come up
    zh: str = ""  # ``what`` in Chinese

    def replacements(self) -> Replacements:
        """What is replaced, for one world."""
        return self.replaces() if callable(self.replaces) else self.replaces

    @property
    def escapes(self) -> bool:
        """Whether nothing notices it so far: the mutation test counts it."""
        return not (self.caught_by or self.recorded or self.unmet)

    def is_of(self, part: type) -> bool:
        """Whether it is a defect of this part."""
        return any(each.part is part for each in self.replacements())


class Build(Protocol):
    """Gives the class to use where the right one belongs; see ``Workshop.build``."""

    def __call__(self, right: type[Part], /) -> type[Part]:
        """The class to use."""


def as_it_is(right: type[Part], /) -> type[Part]:
    """The right class itself: what a part is built with that knows no defect."""
    return right


def by_name(*rows: Defect) -> dict[str, Defect]:
    """The rows of a table by their names, of which no two may be the same."""
    table = {row.name: row for row in rows}
    if len(table) < len(rows):
        raise ValueError(f"two defects of one name among {', '.join(row.name for row in rows)}")
    return table


def rows_in(package: str, path: Iterable[str]) -> dict[str, Defect]:
    """The ``ROWS`` of all modules in a package; who adds a module edits nothing else."""
    modules = [import_module(f"{package}.{found.name}") for found in iter_modules(path)]
    return by_name(*(row for module in modules for row in vars(module).get("ROWS", ())))


def instead(
    part: type, *pairs: tuple[Callable[..., Any], Callable[..., Any]],
) -> Replacements:
    """Replacements of one part: each right function with the wrong one that takes its place."""
    return tuple(Replacement(part, right, wrong) for right, wrong in pairs)


def wrong_table(right: Table, replacements: Iterable[Replacement[..., Any]]) -> Table:
    """A table like ``right`` but for what is replaced; the very same where nothing is."""
    standing = _standing(type(right), replacements)
    if not standing:
        return right
    found: set[Function] = set()
    table: Table = _rebuilt(right, standing, found)
    _refuse_idle(type(right), standing.keys() - found)
    return table


def wrong_class(right: type[Part], replacements: Iterable[Replacement[..., Any]]) -> type[Part]:
    """A class like ``right`` but for what is replaced; the very same where nothing is."""
    standing = _standing(right, replacements)
    if not standing:
        return right
    _refuse_idle(right, {
        each for each in standing if getattr_static(right, each.__name__, None) is not each
    })
    return type(right.__name__, (right,), {each.__name__: wrong for each, wrong in standing.items()})


def _standing(part: type, replacements: Iterable[Replacement[..., Any]]) -> dict[Function, Function]:
    """For each right function of the part what comes to stand there."""
    standing: dict[Function, Function] = {}
    for each in replacements:
        if each.part is part:
            standing[each.right] = each.over(standing.get(each.right, each.right))
    return standing


def _rebuilt(value: Any, standing: Mapping[Function, Function], found: set[Function]) -> Any:
    """The same rows, with wrong functions where right ones stood."""
    if isinstance(value, msgspec.Struct):
        rows = {
            name: _rebuilt(row, standing, found)
            for name, row in zip(value.__struct_fields__, msgspec.structs.astuple(value), strict=True)
        }
        return msgspec.structs.replace(value, **rows)
    if isinstance(value, Mapping):
        return {key: _rebuilt(row, standing, found) for key, row in value.items()}
    if isinstance(value, tuple):
        return tuple(_rebuilt(row, standing, found) for row in value)
    if callable(value) and value in standing:
        found.add(value)
        return standing[value]
    return value


def _refuse_idle(part: type, idle: Iterable[Function]) -> None:
    names = sorted(each.__name__ for each in idle)
    if names:
        raise NothingReplacedError(f"{part.__name__} has no {', '.join(names)} to be replaced")
