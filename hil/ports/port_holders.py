"""Which programs have a device open, by what the system shows of them; touches none of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_PROC = Path("/proc")
MOST_SHOWN = 3


def holders_of(path: str) -> list[str]:
    """Name and number of each other program that has a device open, as far as this user may see it."""
    try:
        device = Path(path).stat().st_rdev
    except (OSError, ValueError):
        return []
    if not device or not _PROC.is_dir():
        return []
    mine = str(os.getpid())
    found = [
        _named(process) for process in _processes()
        if process.name != mine and any(_is(file, device) for file in _files(process))
    ]
    return found[:MOST_SHOWN]


def _processes() -> Iterator[Path]:
    return (each for each in _PROC.iterdir() if each.name.isdigit())


def _files(process: Path) -> Iterator[Path]:
    try:
        yield from (process / "fd").iterdir()
    except OSError:
        return  # another user's, or gone by now


def _is(file: Path, device: int) -> bool:
    try:
        return file.stat().st_rdev == device
    except OSError:
        return False


def _named(process: Path) -> str:
    try:
        name = (process / "comm").read_text("utf-8", "replace").strip()
    except OSError:
        name = "?"
    return f"{name} ({process.name})"
