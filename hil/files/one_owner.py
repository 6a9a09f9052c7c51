"""One owner for a file, whatever it is called: locks held by the system as long as we live.

Two locks are taken: one on ``FILE.lock``, since the file may not be there yet, and on POSIX systems
one on the file itself, which holds for every name and path that leads to it.  A file with a second
name (hard link) is refused: what lies beside it is found by name, so half of its content could be
lost.  A killed process leaves no lock.  What a start made it can take back.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from simulator.commands.file_kinds import not_regular

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
LOCK = ".lock"


def private(path: str, flags: int) -> int:
    """An opener for files that nobody else may read."""
    return os.open(path, flags, PRIVATE)


def real_path(path: Path) -> Path:
    """The path behind symbolic links; ``StateError`` where no regular file is or could be there."""
    try:
        real = path.resolve()
    except (OSError, RuntimeError, ValueError) as error:  # links in a circle
        raise StateError(f"{path}: {error.strerror if isinstance(error, OSError) else error}") \
            from error
    if why := not_regular(real):
        raise StateError(f"{path}: unable to open: {why}")
    return real


def lock_file(path: Path, descriptor: int, owner: str) -> None:
    """Lock an open file itself, under all its names; ``StateError`` if another has it.

    On Windows the lock would keep the owner from its own file: there ``FILE.lock`` alone counts.
    """
    if os.name != "posix":
        return
    try:
        _lock(descriptor)
    except OSError as error:
        raise in_use(path, owner) from error


def still_at(path: Path, opened: os.stat_result) -> None:
    """``StateError`` where a file that is open is not the one at this path any more: what is written would go nowhere."""
    try:
        if os.path.samestat(opened, path.stat()):
            return
    except OSError:
        pass  # nothing is there
    raise StateError(f"{path}: is not the file any more that is open here: it was removed, moved or replaced")


def in_use(path: Path, owner: str) -> StateError:
    """That another has the file."""
    return StateError(f"{path} is in use by another {owner}; stop that one, or give this one a file "
                      "of its own")


def _refuse_other_names(path: Path, descriptor: int) -> None:
    if os.fstat(descriptor).st_nlink != 1:
        raise StateError(
            f"{path} has a second name (hard link); what belongs to it would be looked for beside "
            "that one too. Remove that name, or give it a copy")


class OneOwner:
    """Holds the locks of a file until ``release``, or until ``withdraw`` takes back what is new."""

    def __init__(self, path: Path, owner: str, beside: tuple[str, ...] = ()) -> None:
        """Take the locks for an ``owner`` ("device"); ``StateError`` if another process has one.

        The file is there when this returns, empty if it is new.  ``beside`` are the endings of
        further files that are made with it.
        """
        self.path = real_path(path)
        self._owner = owner
        self._descriptors: list[int] = []
        self._lock_path = self._beside(LOCK)
        made = not self._lock_path.exists()
        try:
            self._descriptors.append(self._name_locked())
        except BlockingIOError as error:
            raise in_use(path, owner) from error
        except OSError as error:
            raise StateError(f"{path}: {error.strerror}") from error
        # beside a file that was there, another program may be at work on what is new
        self._new = [] if self.path.exists() else [self.path, *(
            each for ending in beside if not (each := self._beside(ending)).exists())]
        if made:
            self._new.append(self._lock_path)
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, PRIVATE)
            self._descriptors.append(descriptor)
            lock_file(path, descriptor, owner)
            _refuse_other_names(path, descriptor)
        except OSError as error:
            self.withdraw()
            raise StateError(f"{path}: {error.strerror}") from error
        except StateError:
            self.withdraw()
            raise

    def still_has_it(self) -> None:
        """``StateError`` where somebody has removed, moved or replaced the file meanwhile."""
        still_at(self.path, os.fstat(self._descriptors[-1]))

    def takes(self, descriptor: int) -> None:
        """An open file is about to take the place of the one that is held: hold it instead."""
        held = os.dup(descriptor)
        try:
            lock_file(self.path, held, self._owner)
        except StateError:
            os.close(held)
            raise
        os.close(self._descriptors.pop())
        self._descriptors.append(held)

    def release(self) -> None:
        """Let another have it."""
        while self._descriptors:
            os.close(self._descriptors.pop())

    def withdraw(self) -> None:
        """Take back what was not there before, then let another have it."""
        for each in self._new:
            with contextlib.suppress(OSError):
                each.unlink(missing_ok=True)
        self.release()

    def _beside(self, ending: str) -> Path:
        return self.path.with_name(self.path.name + ending)

    def _name_locked(self) -> int:
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
