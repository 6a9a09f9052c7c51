"""What a mutation test has tried, in a file, line by line as it comes, so that a second run goes on.

The first line says of which program it is: a file of another one is refused, since its results say
nothing of this.  What was tried in a scenario whose text is another one by now is tried again.  A
last line that was cut off in the middle is dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import blake2b
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import IO, Self

import msgspec

from simulator.mutants import words as say
from simulator.mutants.trying import Right, Tried
from simulator.scenario.library import PACKAGE, scenario_named
from simulator.version import own_version

SCENARIOS = "scenarios"  # of the fixtures: each is looked at by itself
COMPILED = (".pyc", ".so")


class KeptError(Exception):
    """A file that cannot be gone on from: one line, in the language of this process."""


class _Head(msgspec.Struct, frozen=True, tag_field="line", tag="mutants"):
    version: str
    program: str  # its digest


class _OfRight(msgspec.Struct, frozen=True, tag_field="line", tag="right"):
    text: str  # the digest of the scenario
    right: Right


class _OfTried(msgspec.Struct, frozen=True, tag_field="line", tag="tried"):
    tried: Tried


_Line = _Head | _OfRight | _OfTried
_ENCODE = msgspec.json.Encoder().encode
_DECODE = msgspec.json.Decoder(_Line).decode


class Kept:
    """A file of results, owned by one process: what it has, and what is added to it.

    Raises :class:`KeptError` for a file that is another's, of another program, damaged or in use.
    """

    def __init__(self, path: Path) -> None:
        self.rights: dict[str, Right] = {}
        self.tried: dict[tuple[str, str], Tried] = {}
        self.again: tuple[str, ...] = ()  # scenarios whose text is another one now
        self._path = path
        if path.exists() and not path.is_file():
            raise KeptError(say.UNFIT_FILE.say(path=path))
        try:
            self._file: IO[bytes] = path.open("a+b")
        except (OSError, ValueError):
            raise KeptError(say.UNFIT_FILE.say(path=path)) from None
        try:
            self._read()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, some: Iterable[Right | Tried]) -> None:
        """Write results down, at once."""
        lines: list[_Line] = []
        for each in some:
            if isinstance(each, Right):
                self.rights[each.scenario] = each
                lines.append(_OfRight(text_digest(each.scenario), each))
            else:
                self.tried[each.defect, each.scenario] = each
                lines.append(_OfTried(each))
        self._write(lines)

    def _read(self) -> None:
        self._own()
        self._file.seek(0)
        whole = self._file.read()
        if not whole:
            self._write([_Head(own_version(), program_digest())])
            return
        lines = whole.splitlines(keepends=True)
        for number, line in enumerate(self._decoded(lines), 1):
            self._take(line, number)
        if not lines[-1].endswith(b"\n"):
            self._file.truncate(len(whole) - len(lines[-1]))
        self._forget_other_texts()

    def _own(self) -> None:
        try:
            import fcntl  # noqa: PLC0415  not on Windows
        except ImportError:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise KeptError(say.IN_USE.say(path=self._path)) from None

    def _decoded(self, lines: Sequence[bytes]) -> Iterator[_Line]:
        for number, line in enumerate(lines, 1):
            if line.endswith(b"\n") or number == 1:
                try:
                    yield _DECODE(line)
                except msgspec.MsgspecError:
                    if number == 1:
                        raise KeptError(say.NOT_KEPT.say(path=self._path)) from None
                    raise KeptError(say.DAMAGED.say(path=self._path, line=number)) from None

    def _take(self, line: _Line, number: int) -> None:
        if (number == 1) != isinstance(line, _Head):
            raise KeptError(say.NOT_KEPT.say(path=self._path))
        if isinstance(line, _Head):
            if line.program != program_digest():
                raise KeptError(say.OTHER_PROGRAM.say(
                    path=self._path, version=line.version, theirs=line.program, ours=program_digest()))
        elif isinstance(line, _OfRight):
            scenario = line.right.scenario
            if line.text == text_digest(scenario):
                self.rights[scenario] = line.right
                self.again = tuple(name for name in self.again if name != scenario)
            else:
                self.rights.pop(scenario, None)
                self.again = (*(name for name in self.again if name != scenario), scenario)
            # what was tried before this line was tried beside other right machines
            self.tried = {pair: each for pair, each in self.tried.items() if each.scenario != scenario}
        else:
            self.tried[line.tried.defect, line.tried.scenario] = line.tried

    def _forget_other_texts(self) -> None:
        self.tried = {pair: each for pair, each in self.tried.items() if each.scenario in self.rights}

    def _write(self, lines: Sequence[_Line]) -> None:
        self._file.write(b"".join(_ENCODE(line) + b"\n" for line in lines))
        self._file.flush()


@cache
def program_digest() -> str:
    """Of all that decides a result but the scenarios: the simulator's code and data, the other fixtures."""
    digest = blake2b(digest_size=8)
    for root, left_out in ((files("simulator"), ""), (files(PACKAGE), SCENARIOS)):
        for name, content in _contents(root, "", left_out):
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


@cache
def text_digest(scenario: str) -> str:
    """Of the text of a scenario that comes with the program; empty where there is none of that name."""
    text = scenario_named(scenario)
    return blake2b(text.encode(), digest_size=8).hexdigest() if text is not None else ""


def _contents(folder: Traversable, before: str, left_out: str) -> Iterator[tuple[str, bytes]]:
    for each in sorted(folder.iterdir(), key=lambda each: each.name):
        if each.is_dir():
            if each.name not in {left_out, "__pycache__"}:
                yield from _contents(each, f"{before}{each.name}/", left_out)
        elif not each.name.endswith(COMPILED):
            yield before + each.name, each.read_bytes()
