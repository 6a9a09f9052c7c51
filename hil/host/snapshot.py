"""What the history of a host has come to, kept beside its state: a start reads this and what came after.

A snapshot stands for one place in the log and is nothing but a shortcut: where it is missing,
damaged, of another program or of another history, an older one is taken, or the whole history.  Only
values of our own classes of money and of the acquirer are read back from it.
"""

from __future__ import annotations

import copyreg
import inspect
import io
import os
import pickle
import zlib
from collections import defaultdict, deque
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import astuple

from hil.files.chain import Place
from hil.files.nvm_file import sync_directory
from hil.files.one_owner import PRIVATE

ENDINGS = (".snapshot", ".snapshot-1")  # the newest first
_NEW = ".snapshot.new"
_TITLE = b"daozhang snapshot 1\n"
_CHECK = 4  # bytes of a CRC-32 behind the title
_LEVEL = 1
_OURS = ("simulator.money.", "simulator.machines.acquirer.", "simulator.wire.", "simulator.catalogue.")
_OTHERS: dict[tuple[str, str], Any] = {
    (kind.__module__, kind.__qualname__): kind for kind in (set, frozenset, int, deque, defaultdict, date)
} | {("msgspec._utils", "rebuild"): lambda kind, facts: kind(**facts)}
_ROOT = (__name__, "root_named")
_SETTINGS = frozenset({"_key_source", "card_kinds", "_calendar", "_shares", "_terms"})
"""Attributes of what is kept that come from the scenario, and stay what they are."""


class SnapshotError(Exception):
    """There is no snapshot that could be used, or none can be made."""


class TraceUpTo(msgspec.Struct, frozen=True):
    """The trace up to a place, as a file of it begins."""

    size: int = 0  # bytes, with line feeds
    first: bytes = b""
    last: bytes = b""

    def and_then(self, line: bytes) -> TraceUpTo:
        """With one line more."""
        return TraceUpTo(self.size + len(line) + 1, self.first or line, line)

    def and_all(self, lines: Sequence[bytes]) -> TraceUpTo:
        """With these lines more."""
        if not lines:
            return self
        return TraceUpTo(self.size + sum(map(len, lines)) + len(lines), self.first or lines[0], lines[-1])


class Kept(msgspec.Struct, frozen=True):
    """A snapshot: where it stands, what was made with, and its parts, packed."""

    number: int  # of the last commit in it
    link: int
    key: str  # of program, scenario and seed: another one does not fit
    entries: int  # of the log up to there
    facts: list[tuple[int, str, bytes]]  # that are no steps of books
    trace: TraceUpTo
    parts: dict[str, bytes]

    @property
    def place(self) -> Place:
        """The commit behind which it stands."""
        return Place(self.number, self.link)


_DECODER = msgspec.msgpack.Decoder(Kept)


def laid_down(path: Path, kept: Kept) -> None:
    """Write a snapshot beside a state, durable, where no start looks for one."""
    body = msgspec.msgpack.encode(kept)
    new = path.with_name(path.name + _NEW)
    try:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE)
        with os.fdopen(descriptor, "wb") as file:
            file.write(_TITLE + zlib.crc32(body).to_bytes(_CHECK, "big"))
            file.write(body)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        new.unlink(missing_ok=True)
        raise SnapshotError(str(error)) from error


def written(path: Path, kept: Kept | None, *, keeps_newest: bool = True) -> None:
    """Write a snapshot beside a state, at once or not at all; the one before is the older one now.

    None: it was laid down already.  ``keeps_newest``: the one before can be believed.
    """
    if kept is not None:
        laid_down(path, kept)
    newest, older = (path.with_name(path.name + ending) for ending in ENDINGS)
    new = path.with_name(path.name + _NEW)
    try:
        if keeps_newest and newest.exists():
            newest.replace(older)
        new.replace(newest)
        sync_directory(path.parent)
    except OSError as error:
        new.unlink(missing_ok=True)
        raise SnapshotError(str(error)) from error


def drop_laid_down(path: Path) -> None:
    """What was not laid down whole is of no use."""
    path.with_name(path.name + _NEW).unlink(missing_ok=True)


def forget(path: Path) -> None:
    """The snapshots of a state cannot be taken up, although they are whole: they are no loss."""
    for ending in ENDINGS:
        path.with_name(path.name + ending).unlink(missing_ok=True)


def read(path: Path) -> Kept:
    """A snapshot that is whole; ``SnapshotError`` where it is none."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SnapshotError(str(error.strerror)) from error
    start = len(_TITLE) + _CHECK
    body = memoryview(content)[start:]
    if not content.startswith(_TITLE) or int.from_bytes(content[len(_TITLE):start], "big") != zlib.crc32(body):
        raise SnapshotError("its checksum does not fit")
    try:
        return _DECODER.decode(body)
    except msgspec.DecodeError as error:
        raise SnapshotError(str(error)) from error


# ---- parts: the values of some objects, which refer to each other ---------------------------------


def packed(roots: Mapping[str, Any]) -> bytes:
    """The state of these objects; ``SnapshotError`` where something in it is no value."""
    out = io.BytesIO()
    try:
        _Writer(out, roots).dump({name: _state_of(root) for name, root in roots.items()})
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise SnapshotError(str(error)) from error
    return zlib.compress(out.getbuffer(), _LEVEL)


def unpacked(part: bytes, roots: Mapping[str, Any]) -> None:
    """Give these objects the state that they had; ``SnapshotError`` before any was changed."""
    try:
        states = _Reader(io.BytesIO(zlib.decompress(part)), roots).load()  # checked, and values only
    except (pickle.UnpicklingError, zlib.error, TypeError, ValueError, AttributeError, EOFError) as error:
        raise SnapshotError(str(error)) from error
    if states.keys() != roots.keys():
        raise SnapshotError("it is of other books")
    for name, root in roots.items():
        for attribute, value in states[name].items():
            setattr(root, attribute, value)


def _state_of(root: Any) -> dict[str, Any]:
    slots = (name for kind in type(root).__mro__ for name in vars(kind).get("__slots__", ()))
    names = {*slots, *getattr(root, "__dict__", ())} - _SETTINGS
    return {name: getattr(root, name) for name in sorted(names) if hasattr(root, name)}


def root_named(name: str) -> Any:
    """What stands in a part for one of the roots; whoever reads it knows which."""
    raise pickle.UnpicklingError(f"there are no books {name!r} here")


class _Reductions(dict[type, Any]):
    """How a value is written: of a struct its fields in their order, without the last ones that are as usual."""

    def __missing__(self, kind: type) -> Any:
        if not (issubclass(kind, msgspec.Struct) and _is_made_by_place(kind)):
            raise KeyError(kind)
        usual = kind.__struct_defaults__

        def reduced(each: msgspec.Struct) -> tuple[type, tuple[Any, ...]]:
            values = astuple(each)
            end = len(values)
            for value in reversed(usual):
                if values[end - 1] is not value:
                    break
                end -= 1
            return kind, values[:end]

        self[kind] = reduced
        return reduced


def _is_made_by_place(kind: type) -> bool:
    parameters = inspect.signature(kind).parameters.values()
    return all(each.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD for each in parameters)


class _Writer(pickle.Pickler):
    """Knows the roots by their names; it is asked for objects of their classes only, of which there are few."""

    dispatch_table: _Reductions

    def __init__(self, out: io.BytesIO, roots: Mapping[str, Any]) -> None:
        super().__init__(out, pickle.HIGHEST_PROTOCOL)
        reduced = _named({id(root): name for name, root in roots.items()})
        self.dispatch_table = _Reductions(copyreg.dispatch_table)
        self.dispatch_table.update({type(root): reduced for root in roots.values()})


def _named(names: dict[int, str]) -> Callable[[Any], Any]:
    """Reduces a root to its name; knows no pickler, whose memo would else live on in a circle with it."""

    def reduced(each: Any) -> Any:
        name = names.get(id(each))
        return each.__reduce_ex__(pickle.HIGHEST_PROTOCOL) if name is None else (root_named, (name,))

    return reduced


def _found(roots: Mapping[str, Any], name: str) -> Any:
    if name not in roots:
        raise pickle.UnpicklingError(f"there are no books {name!r}")
    return roots[name]


class _Reader(pickle.Unpickler):
    """Makes values of our own classes, and calls nothing else."""

    def __init__(self, source: io.BytesIO, roots: Mapping[str, Any]) -> None:
        super().__init__(source)
        self._roots = roots

    def persistent_load(self, pid: str) -> Any:
        return _found(self._roots, pid)  # so an earlier version wrote them

    def find_class(self, module_name: str, global_name: str) -> Any:
        if (module_name, global_name) == _ROOT:
            return partial(_found, self._roots)  # not of this reader: its memo would live on in a circle
        if known := _OTHERS.get((module_name, global_name)):
            return known
        if module_name.startswith(_OURS) and "." not in global_name:
            found = super().find_class(module_name, global_name)
            if isinstance(found, type) and found.__module__ == module_name:
                return found
        raise pickle.UnpicklingError(f"{module_name}.{global_name} is no value of ours")
