"""What the evidence of a run holds: its facts, and each file with its size and SHA-256.

Values, read and compared; nothing is written here.  A report always tells virtual, emulated or real.
"""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import Literal

import msgspec

from hil.evidence.evidence_words import NO_INDEX, NOT_EVIDENCE, UNREADABLE_INDEX
from simulator.catalogue.system_words import system_words
from simulator.commands.inputs import InputError

INDEX, SUMMARY = "evidence.json", "summary.txt"
FORMAT = "daozhang evidence 1"
UNFINISHED = ".part"  # the end of the name of a file that is not whole
_MOST_BYTES = 1 << 24  # of an index
_PIECE = 1 << 20
PRIVATE = (".nvm", ".nvm.ecr", ".sqlite", ".sqlite-wal", ".sqlite-shm", ".sqlite.snapshot", ".sqlite.snapshot-1")  # whole test cards and keys
LOCK = ".lock"  # of who has a file: empty, and no evidence
DeviceKind = Literal["virtual", "emulated", "real"]


class RunFacts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Of which device, on which station, by which command."""

    kind: DeviceKind
    device: str
    station: str
    firmware: str = ""
    serial_number: str = ""
    tid: str = ""
    mid: str = ""
    title: str = ""
    seed: int | None = None
    command: tuple[str, ...] = ()  # that repeats the run

    def properties(self) -> dict[str, str]:
        """What JUnit shows of them, in this order."""
        return {
            "device": self.device, "device_kind": self.kind, "firmware": self.firmware,
            "serial_number": self.serial_number, "station": self.station, "tid": self.tid,
            "mid": self.mid, "command": " ".join(self.command),
        }


class KeptFile(msgspec.Struct, frozen=True, omit_defaults=True):
    """A file of the evidence, by its path in the folder."""

    name: str
    size: int
    sha256: str
    about: str = ""
    private: bool = False  # a state with test cards and keys: stays on the bench


class Index(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """``evidence.json``."""

    format: str
    state: Literal["under way", "whole", "broken off"]
    facts: RunFacts
    began: str  # ISO 8601, UTC
    ended: str = ""
    verdict: str = ""
    why: str = ""  # it was broken off
    versions: dict[str, str] = {}
    notes: tuple[str, ...] = ()
    files: tuple[KeptFile, ...] = ()


class FileState(StrEnum):
    """How a file is against the index."""

    AS_WRITTEN = "as written"
    CHANGED = "changed"
    MISSING = "missing"
    UNKNOWN = "not in the index"


class Looked(msgspec.Struct, frozen=True):
    """One file, and how it is."""

    name: str
    state: FileState
    file: KeptFile | None = None


def kept_file(folder: Path, name: str, about: str = "") -> KeptFile:
    """A file as it is now."""
    digest, size = hashlib.sha256(), 0
    with (folder / name).open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return KeptFile(name, size, digest.hexdigest(), about, name.endswith(PRIVATE))


def files_in(folder: Path) -> Iterator[str]:
    """The regular files in a folder, index, summary and locks left out; links are followed nowhere."""
    for path in sorted(folder.rglob("*")):
        if not stat.S_ISREG(path.lstat().st_mode):
            continue
        name = path.relative_to(folder).as_posix()
        if name not in {INDEX, SUMMARY} and not name.endswith((UNFINISHED, LOCK)):
            yield name


def read_index(folder: Path) -> Index:
    """The index of a folder; ``InputError`` where it is no evidence of ours."""
    path = folder / INDEX
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise InputError(NOT_EVIDENCE.say(path=path))
        content = path.read_bytes()
    except FileNotFoundError:
        raise InputError(NO_INDEX.say(folder=folder, name=INDEX)) from None
    except OSError as error:
        raise InputError(f"{path}: {system_words(error)}") from None
    try:
        index = msgspec.json.decode(content, type=Index)
    except (msgspec.DecodeError, ValueError) as error:
        raise InputError(UNREADABLE_INDEX.say(path=path, why=error)) from None
    if index.format != FORMAT:
        raise InputError(NOT_EVIDENCE.say(path=path))
    return index


def looked_at(folder: Path, index: Index) -> list[Looked]:
    """Each file of the index against what is there, then what is there and not in it."""
    listed = {each.name for each in index.files}
    found = [Looked(each.name, _state(folder, each), each) for each in index.files]
    return found + [
        Looked(name, FileState.UNKNOWN) for name in files_in(folder) if name not in listed]


def _state(folder: Path, listed: KeptFile) -> FileState:
    path = folder / listed.name
    if not path.resolve().is_relative_to(folder.resolve()):
        return FileState.MISSING  # an index names nothing outside of its folder
    try:
        now = kept_file(folder, listed.name)
    except OSError:
        return FileState.MISSING
    is_same = (now.size, now.sha256) == (listed.size, listed.sha256)
    return FileState.AS_WRITTEN if is_same else FileState.CHANGED
