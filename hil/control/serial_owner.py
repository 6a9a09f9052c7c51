"""Whose files the package ``serial`` is made of: pyserial and its fork pyserial-labgrid own the same folder.

The last one installed wins in silence, and removing either removes both.  The fork is not what our
ports were tried with, so whoever needs it is told before a run and not in the middle of one.
"""

from __future__ import annotations

import base64
import hashlib
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import msgspec

OURS, FORK = "pyserial", "pyserial-labgrid"


class SerialOwner(msgspec.Struct, frozen=True):
    """What is installed, and what of pyserial's own files is not as pyserial brought it."""

    installed: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def is_pyserial(self) -> bool:
        """Whether the files are pyserial's."""
        return OURS in self.installed and not self.changed


def serial_owner() -> SerialOwner:
    """Look at the files, since the last installer leaves no other trace."""
    found = {name: each for name in (OURS, FORK) if (each := _installed(name)) is not None}
    changed = tuple(_changed(found[OURS])) if OURS in found and FORK in found else ()
    return SerialOwner(tuple(found), changed)


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _changed(pyserial: Distribution) -> list[str]:
    changed = []
    for file in pyserial.files or ():
        if file.suffix != ".py" or file.hash is None:
            continue
        path = Path(str(file.locate()))
        digest = hashlib.new(file.hash.mode, path.read_bytes()).digest() if path.exists() else b""
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != file.hash.value:
            changed.append(str(file))
    return changed
