"""What a file is: a host's state, a terminal's memory, what lies beside one of them, or none of ours.

It looks at names and first bytes only; one that has lost its first bytes is known by its anchor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

from hil.files.anchor import ENDING as ANCHOR
from hil.files.anchor import anchor_of
from hil.files.nvm_reading import head_in
from hil.files.state_file import ALONGSIDE, APPLICATION_ID, SQLITE
from hil.host.snapshot import ENDINGS as SNAPSHOTS

_HEAD = 4096
_BESIDE = (ANCHOR, *SNAPSHOTS, *ALONGSIDE)
_NEW = (".new", ".lock")
_ASIDE = re.compile(r"\.damaged-\d+")  # kept as evidence by whoever went on without it
_OF_MEMORY = re.compile(rb'"memory":"terminal"|^[0-9a-f]{8} [0-9a-f]{8} \d+ \{', re.MULTILINE)


class FileOf(StrEnum):
    """Whose file it is."""

    HOST = "host"
    TERMINAL = "terminal"


def owner_of(path: Path) -> Path:
    """The file that one belongs to: itself, or that beside which it lies."""
    for ending in (*_NEW, *_BESIDE):
        if path.name.endswith(ending) and path.name != ending:
            return owner_of(path.with_name(path.name.removesuffix(ending)))
    return path


def beside(path: Path) -> list[Path]:
    """What may lie beside a file."""
    return [path.with_name(path.name + ending) for ending in (*_BESIDE, *_NEW)]


def file_of(path: Path) -> FileOf | None:
    """What a file is, or was; None for one that is none of ours.  ``OSError`` where it cannot be read."""
    head = b""
    if path.exists():
        with path.open("rb") as file:
            head = file.read(_HEAD)
    if head.startswith(SQLITE):
        known = int.from_bytes(head[68:72], "big")
        is_young = known == 0 and any(_lies_beside(path, ending) for ending in (*ALONGSIDE, ANCHOR))
        return FileOf.HOST if known == APPLICATION_ID or is_young or anchor_of(path).exists() else None
    if head_in(head) is not None or _OF_MEMORY.search(head):
        return FileOf.TERMINAL
    if any(_lies_beside(path, ending) for ending in (*SNAPSHOTS, *ALONGSIDE)):
        return FileOf.HOST
    if anchor_of(path).exists():
        return FileOf.TERMINAL if path.suffix == ".nvm" else FileOf.HOST
    return None


def files_in(folder: Path) -> Iterator[Path]:
    """The states and memories in a folder and below, also those of which only what lay beside is left."""
    owners = {owner_of(each) for each in folder.rglob("*")
              if not each.is_dir() and not _ASIDE.search(each.name)}
    for each in sorted(owners):
        if not each.is_dir() and file_of(each) is not None:
            yield each


def _lies_beside(path: Path, ending: str) -> bool:
    return path.with_name(path.name + ending).exists()
