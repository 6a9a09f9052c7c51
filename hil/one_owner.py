"""One owner for a file: a lock beside it, held by the operating system as long as we live.

The lock is on ``FILE.lock``, since the file itself may be replaced.  A killed process leaves none.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
else:
    import msvcrt

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)


class StateError(Exception):
    """A file that holds state cannot be used; the text is for people and names the file."""


class OneOwner:
    """Holds the lock of a file until ``release``."""

    def __init__(self, path: Path, owner: str) -> None:
        """Take the lock for an ``owner`` ("device"); ``StateError`` if another process has it."""
        lock_path = path.with_name(path.name + ".lock")
        try:
            self._descriptor = os.open(lock_path, os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StateError(f"{path}: {error.strerror}") from error
        try:
            _lock(self._descriptor)
        except OSError as error:
            os.close(self._descriptor)
            raise StateError(
                f"{path} is in use by another {owner}; stop that one, or give this one a file "
                "of its own",
            ) from error

    def release(self) -> None:
        """Let another have it."""
        os.close(self._descriptor)
