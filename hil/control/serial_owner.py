"""Whose files the package ``serial`` is made of: pyserial and its fork pyserial-labgrid own the same folder.

The last one installed wins in silence, and removing either removes both.  The fork is not what our
ports were tried with, so whoever needs it is told before a run and not in the middle of one.
"""

from __future__ import annotations

from importlib.metadata import Distribution, PackageNotFoundError, distribution

import msgspec

from hil.ports.pyserial_check import FORK, PYSERIAL, changed_modules


class SerialOwner(msgspec.Struct, frozen=True):
    """What is installed, and what of pyserial's own files is not as pyserial brought it."""

    installed: tuple[str, ...]
    changed: tuple[str, ...]

    @property
    def is_pyserial(self) -> bool:
        """Whether the files are pyserial's."""
        return PYSERIAL in self.installed and not self.changed


def serial_owner() -> SerialOwner:
    """Look at the files, since the last installer leaves no other trace."""
    found = {name: each for name in (PYSERIAL, FORK) if (each := _installed(name)) is not None}
    changed = tuple(changed_modules(found[PYSERIAL])) if PYSERIAL in found and FORK in found else ()
    return SerialOwner(tuple(found), changed)


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None
