"""Faults that fired, each anchored to a protocol event, and a world replayed from them alone.

As a file: JSON Lines, one atom a line, the same names as in a ``fault_fired`` record of a trace,
so the trace itself can be read as a file of atoms.  Nothing is drawn and nothing counted here: an
atom strikes when its anchor is asked about.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from simulator.catalogue.places import SIMULATED, Place
from simulator.faults.abilities import able, verbs_at
from simulator.faults.occurrences import Occurrences, named, recurs
from simulator.faults.points import Action, Anchor, Point, Verb
from simulator.faults.schedule import Strike, Window
from simulator.json_reading import LONGEST_LINE

FIELDS = ("fault", "mode", "point", "anchor", "verb", "code", "ms", "step")
ANCHOR_FORM = "<actor>/<batch>/<stan>/<what>/<attempt>"
_OWN_NAME = "fault_fired"
_MOST_BYTES = 1 << 30
_MOST_TOLD = 80  # characters of a key


class AtomsError(ValueError):
    """A file of atoms that cannot be used; the text names file, line and what is wrong."""


class Atom(msgspec.Struct, frozen=True, gc=False):
    """One fault that fired."""

    fault: str  # label in the scenario it came from
    mode: str
    point: Point
    anchor: str
    verb: Verb
    code: str = ""
    ms: int = 0
    step: int = 0

    @property
    def action(self) -> Action:
        """What the world does."""
        return Action(self.verb, self.code, self.ms, self.step)


def atom_of(strike: Strike) -> Atom:
    """The atom of a strike that had an effect."""
    action = strike.action
    return Atom(
        strike.label, strike.mode, strike.anchor.point, strike.anchor.text(), action.verb,
        action.code, action.ms, action.step,
    )


def to_line(atom: Atom) -> str:
    """One line of a file of atoms."""
    return msgspec.json.encode(atom).decode()


def atoms_of(lines: Iterable[str | bytes], name: str = "<atoms>") -> tuple[Atom, ...]:
    """The atoms in lines of a file of atoms or of a trace; other records are passed over."""
    return tuple(_each(lines, name))


def read_atoms(path: str | Path) -> tuple[Atom, ...]:
    """The atoms in a file, or AtomsError."""
    path = Path(path)
    try:
        if path.is_dir():
            raise AtomsError(f"{path}: is a directory; a file of atoms is JSON Lines")
        if path.exists() and not path.is_file():
            raise AtomsError(f"{path}: is no regular file")
        if path.exists() and path.stat().st_size > _MOST_BYTES:
            raise AtomsError(f"{path}: larger than {_MOST_BYTES} bytes")
        with path.open("rb") as stream:
            return atoms_of(stream, str(path))
    except OSError as error:
        raise AtomsError(f"{path}: {error.strerror or error}") from None
    except ValueError as error:
        if isinstance(error, AtomsError):
            raise
        raise AtomsError(f"{path!r}: {error}") from None


def _each(lines: Iterable[str | bytes], name: str) -> Iterator[Atom]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        if (atom := _read(line, f"{name}:{number}")) is not None:
            yield atom


def _read(line: str | bytes, where: str) -> Atom | None:
    if len(line) > LONGEST_LINE:
        raise AtomsError(f"{where}: a line has at most {LONGEST_LINE >> 20} MiB")
    try:
        facts = json.loads(line)
    except (ValueError, RecursionError):
        raise AtomsError(f"{where}: no JSON; each line is one object with {_names()}") from None
    if not isinstance(facts, dict):
        raise AtomsError(f"{where}: a line must be an object with {_names()}")
    if facts.get("record", _OWN_NAME) != _OWN_NAME:
        return None
    for extra in ("record", "at_ms", "actor"):
        facts.pop(extra, None)
    if unknown := sorted(set(facts) - set(FIELDS)):
        raise AtomsError(f"{where}: unknown key {unknown[0][:_MOST_TOLD]!r}; allowed: {_names()}")
    if missing := [field for field in FIELDS[:5] if field not in facts]:
        raise AtomsError(f"{where}: {missing[0]} is missing; needed: {', '.join(FIELDS[:5])}")
    try:
        atom = msgspec.convert(facts, Atom)
    except msgspec.ValidationError as error:
        raise AtomsError(f"{where}: {error}{_allowed(str(error))}") from None
    if not able(atom.point, atom.verb, Place.WORLD):
        names = ", ".join(verb.value for verb in verbs_at(atom.point, SIMULATED))
        raise AtomsError(
            f"{where}: nobody can {atom.verb.value} at {atom.point.value}; allowed there: {names}")
    parts = atom.anchor.rsplit("/", 4)
    numbers = [parts[-4], parts[-3], parts[-1]] if len(parts) >= 5 else [""]
    if not all(part.isascii() and part.isdigit() for part in numbers):
        raise AtomsError(f"{where}: anchor {atom.anchor!r} must have the form {ANCHOR_FORM}")
    return atom


def _names() -> str:
    return ", ".join(FIELDS)


def _allowed(problem: str) -> str:
    for field, names in (("point", Point), ("verb", Verb)):
        if f"$.{field}" in problem:
            return f"; allowed: {', '.join(each.value for each in names)}"
    return ""


class ReplayInjector:
    """The same face as the injector of rules; decides by anchor alone.

    Should one anchor be asked about more than once, its atoms strike in their order.
    """

    def __init__(self, atoms: Sequence[Atom]) -> None:
        self._waiting: dict[tuple[Point, str], list[Atom]] = {}
        self._occurrences = Occurrences()
        self._states: dict[str, Atom] = {}
        for atom in atoms:
            if atom.point is Point.WINDOW:
                self._states[f"{atom.fault} {atom.anchor}"] = atom
            else:
                self._waiting.setdefault((atom.point, atom.anchor), []).append(atom)
        self.busy: dict[Point, bool] = dict.fromkeys(Point, False)
        self._look()

    def decide(self, anchor: Anchor, now_ms: int) -> Strike | None:  # noqa: ARG002
        """What happened at this anchor, or None."""
        again = self._occurrences.count(anchor) if recurs(anchor) else 0
        anchor = named(anchor, again)
        key = (anchor.point, anchor.text())
        waiting = self._waiting.get(key)
        if not waiting:
            return None
        atom = waiting.pop(0)
        if not waiting:
            del self._waiting[key]
            self._look()
        return Strike(atom.fault, atom.mode, anchor, atom.action)

    def take_back(self, label: str) -> None:
        """An atom is of what had an effect; one that has none any more is not tried elsewhere."""

    def verbs(self) -> frozenset[Verb]:
        """All that it may ever have done."""
        waiting = (atom.verb for atoms in self._waiting.values() for atom in atoms)
        return frozenset((*waiting, *(atom.verb for atom in self._states.values())))

    def windows(self) -> tuple[Window, ...]:
        """The states that were entered; what else had a window needs none here."""
        return tuple(_window(label, atom) for label, atom in self._states.items())

    def open(self, label: str) -> Strike | None:
        """A state is entered."""
        if atom := self._states.get(label):
            target, *_, what, _attempt = atom.anchor.rsplit("/", 4)
            anchor = Anchor(Point.WINDOW, target, what=what)
            return Strike(atom.fault, atom.mode, anchor, atom.action)
        return None

    def close(self, label: str) -> None:
        """A state is left; nothing here depends on it."""

    def end(self, label: str, actors: frozenset[str] = frozenset()) -> bool:  # noqa: ARG002
        """A remedy: what it ended did not fire afterwards, so no atom is left of it."""
        return True

    def labels(self, modes: frozenset[str], actor: str = "", card: str = "") -> tuple[str, ...]:  # noqa: ARG002
        """No fault is open of itself in a replay."""
        return ()

    def heal(self) -> None:
        """Nothing fires any more."""
        self._waiting.clear()
        self._states.clear()
        self._look()

    def _look(self) -> None:
        for point in Point:
            self.busy[point] = False
        for point, _ in self._waiting:
            self.busy[point] = True


def _window(label: str, atom: Atom) -> Window:
    target, _, _, what, _ = atom.anchor.rsplit("/", 4)
    begin, _, finish = what.partition("-")
    return Window(
        label=label, mode=atom.mode, at_ms=int(begin) if begin.isdigit() else None,
        until_ms=int(finish) if finish.isdigit() else None,
        target="" if target == "all" else target, action=atom.action,
    )
