"""The evidence of one run in a folder of its own: all files, an index of them, and a summary.

It is written so that a full disk or Ctrl-C leaves it whole as far as it goes: each file under another
name first, the index last and from room that was kept free for it.  Nothing gives way but evidence of
ours that nobody changed; what a killed run left is moved aside.
"""

from __future__ import annotations

import fcntl
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from itertools import count
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Self

import msgspec

from hil.evidence.evidence_index import (
    FORMAT,
    INDEX,
    LOCK,
    SUMMARY,
    UNFINISHED,
    FileState,
    Index,
    RunFacts,
    files_in,
    kept_file,
    looked_at,
    read_index,
)
from hil.evidence.evidence_shown import summary_of
from hil.evidence.evidence_words import (
    BAD_NAME,
    CANNOT_KEEP,
    CHANGED_SINCE,
    IN_USE,
    NOT_A_FOLDER,
    NOT_OURS,
)
from hil.processes.process import BenchError
from simulator.catalogue.system_words import system_words
from simulator.commands.inputs import InputError
from simulator.version import own_version

LIBRARIES = (
    "simpy", "pyserial", "scapy", "msgspec", "pydantic", "cryptography", "psec", "pyemv", "typer", "labgrid",
)
_ROOM = ".room" + UNFINISHED  # kept free for the index
_ROOM_BYTES = 1 << 18


def versions() -> dict[str, str]:
    """Of the program, Python, the libraries that matter to a run, and the operating system."""
    told = {"daozhang": own_version(), "python": platform.python_version(),
            "system": f"{platform.system()} {platform.release()} {platform.machine()}"}
    for name in LIBRARIES:
        with suppress(PackageNotFoundError):
            told[name] = version(name)
    return told


def own_command() -> tuple[str, ...]:
    """The command line of this process, as a person types it."""
    return (Path(sys.argv[0]).name, *sys.argv[1:])


class Evidence:
    """The folder of one run; a context that ends it, whole or broken off."""

    def __init__(
        self, folder: Path, facts: RunFacts, *, now_s: Callable[[], float] = time.time,
    ) -> None:
        """Take the folder; ``InputError`` where there is something that is not ours."""
        self.folder = folder
        self.facts = facts
        self._now_s = now_s
        self._about: dict[str, str] = {}
        self._notes: list[str] = []
        self._is_over = False
        _cleared(folder)
        self._index = Index(
            format=FORMAT, state="under way", facts=facts, began=self._now(), versions=versions())
        with _keeping(folder / INDEX):
            folder.mkdir(parents=True, exist_ok=True)
            self._room = _taken(folder)
            _written(folder / INDEX, _json(self._index))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is not None:
            self.break_off(str(error) or type(error).__name__)
        else:
            self.finish("")

    # ---- while it runs -------------------------------------------------------------------------

    def path(self, name: str, about: str = "") -> Path:
        """Where a file of the run is to be written by whoever makes it; its folder is there."""
        path = self._inside(name)
        self._about[name] = about
        with _keeping(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def add(self, name: str, content: bytes, about: str = "") -> None:
        """A file that is whole already; ``BenchError`` where it cannot be kept."""
        path = self.path(name, about)
        with _keeping(path):
            _written(path, content)

    def copy(self, name: str, source: Path, about: str = "") -> None:
        """A file as it is now: the bench file, the scenario."""
        with _keeping(source):
            content = source.read_bytes()
        self.add(name, content, about)

    def about(self, name: str, about: str) -> None:
        """What a file is that others write, if it is there in the end."""
        self._about.setdefault(name, about)

    def note(self, text: str) -> None:
        """What whoever reads the evidence must know: what was not captured, and why."""
        self._notes.append(text)

    # ---- the end -------------------------------------------------------------------------------

    def finish(self, verdict: str) -> Index:
        """Write index and summary; once."""
        return self._end("whole", verdict, "")

    def break_off(self, why: str) -> Index:
        """The run did not come to its end: what was kept so far is listed all the same."""
        return self._end("broken off", "", why)

    def _end(self, state: str, verdict: str, why: str) -> Index:
        if self._is_over:
            return self._index
        self._is_over = True
        with _keeping(self.folder):
            (self.folder / _ROOM).unlink(missing_ok=True)
            self._room.close()
            self._index = msgspec.structs.replace(
                self._index, state=state, verdict=verdict, why=why, ended=self._now(),
                notes=tuple(self._notes), files=tuple(
                    kept_file(self.folder, name, self._about.get(name, ""))
                    for name in files_in(self.folder)))
            _written(self.folder / INDEX, _json(self._index))
            _written(self.folder / SUMMARY, summary_of(self._index).encode())
        return self._index

    def _inside(self, name: str) -> Path:
        parts = PurePosixPath(name)
        if parts.is_absolute() or ".." in parts.parts or not parts.name or name in {INDEX, SUMMARY}:
            raise ValueError(BAD_NAME.say(name=name))
        return self.folder / parts

    def _now(self) -> str:
        return datetime.fromtimestamp(self._now_s(), UTC).isoformat(timespec="milliseconds")


def _cleared(folder: Path) -> None:
    """Make room for new evidence: an older one of ours goes, if it is as it was written."""
    if not folder.exists():
        return
    if not folder.is_dir():
        raise InputError(NOT_A_FOLDER.say(folder=folder))
    if not any(folder.iterdir()):
        return
    if not (folder / INDEX).is_file():
        raise InputError(NOT_OURS.say(folder=folder))
    index = read_index(folder)
    if index.state == "under way":
        _move_aside(folder)
        return
    looked = looked_at(folder, index)
    for each in looked:
        if each.state in {FileState.CHANGED, FileState.UNKNOWN}:
            raise InputError(CHANGED_SINCE.say(path=folder / each.name))
    with _keeping(folder):
        for each in looked:
            (folder / each.name).unlink(missing_ok=True)
        for lock in folder.rglob(f"*{LOCK}"):
            lock.unlink()
        for name in (SUMMARY, _ROOM, INDEX):
            (folder / name).unlink(missing_ok=True)


def _move_aside(folder: Path) -> None:
    """What a run left that was killed stays, under another name; ``InputError`` where it goes on."""
    with _keeping(folder):
        if (folder / _ROOM).exists():
            with (folder / _ROOM).open("rb") as room:
                _lock(room, folder)
                (folder / _ROOM).unlink()
        number = next(n for n in count(1) if not _aside(folder, n).exists())
        folder.rename(_aside(folder, number))


def _aside(folder: Path, number: int) -> Path:
    return folder.with_name(f"{folder.name}.{number}")


def _taken(folder: Path) -> IO[bytes]:
    """The room for the index, locked for as long as this run goes on."""
    room = (folder / _ROOM).open("wb")
    _lock(room, folder)
    room.write(os.urandom(_ROOM_BYTES))  # no file system packs it
    room.flush()
    return room


def _lock(room: IO[bytes], folder: Path) -> None:
    try:
        fcntl.flock(room, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise InputError(IN_USE.say(folder=folder)) from None


def _json(index: Index) -> bytes:
    return msgspec.json.format(msgspec.json.encode(index), indent=2) + b"\n"


def _written(path: Path, content: bytes) -> None:
    """A file that appears when it is whole, and is on the disk then."""
    part = path.with_name(f".{path.name}{UNFINISHED}")
    try:
        with part.open("wb") as stream:
            stream.write(content)
            _to_disk(stream)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _to_disk(stream: IO[bytes]) -> None:
    stream.flush()
    os.fsync(stream.fileno())


@contextmanager
def _keeping(path: Path) -> Iterator[None]:
    """Errors of the operating system within are the bench's."""
    try:
        yield
    except OSError as error:
        raise BenchError(CANNOT_KEEP.say(path=path, error=system_words(error))) from None
