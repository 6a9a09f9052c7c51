"""One owner for a file: a lock beside it, held by the operating system as long as we live.

The lock is on ``FILE.lock``, since the file itself may be replaced.  A killed process leaves none.
What it made it can take back: a start that is refused leaves the disk as it was.
"""

from __future__ import annotations

import contextlib
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


PRIVATE = 0o600  # files that hold card numbers and keys are for their owner only


def private(path: str, flags: int) -> int:
    """An opener for files that nobody else may read."""
    return os.open(path, flags, PRIVATE)


class OneOwner:
    """Holds the lock of a file until ``release``, or until ``withdraw`` takes back what is new."""

    def __init__(self, path: Path, owner: str, beside: tuple[str, ...] = ()) -> None:
        """Take the lock for an ``owner`` ("device"); ``StateError`` if another process has it.

        ``beside`` are the endings of further files that are made with it.
        """
        self._lock_path = path.with_name(path.name + ".lock")
        made = not self._lock_path.exists()
        try:
            self._descriptor = self._locked()
        except BlockingIOError as error:
            raise StateError(
                f"{path} is in use by another {owner}; stop that one, or give this one a file "
                "of its own",
            ) from error
        except OSError as error:
            raise StateError(f"{path}: {error.strerror}") from error
        files = (path, *(path.with_name(path.name + ending) for ending in beside))
        self._new = [each for each in files if not os.path.lexists(each)]
        if made:
            self._new.append(self._lock_path)

    def release(self) -> None:
        """Let another have it."""
        os.close(self._descriptor)

    def withdraw(self) -> None:
        """Take back what was not there before, then let another have it."""
        for each in self._new:
            with contextlib.suppress(OSError):
                each.unlink(missing_ok=True)
        self.release()

    def _locked(self) -> int:
        while True:
            descriptor = os.open(self._lock_path, os.O_RDWR | os.O_CREAT, PRIVATE)
            try:
                _lock(descriptor)
                if os.path.samestat(os.fstat(descriptor), self._lock_path.stat()):
                    return descriptor
            except FileNotFoundError:
                pass  # withdrawn by another in between: a lock on nothing
            except OSError as error:
                os.close(descriptor)
                raise BlockingIOError(*error.args) from error
            os.close(descriptor)
