"""Work on a copy of this process, as it stands now, while this one goes on: for what takes long to write.

A fork shares nothing that is changed afterwards.  The copy gives back every descriptor first, so a
lock or a port ends with this process and not with its copy; and it ends with this process itself, so
it never writes beside another one's files.  Where there is no fork, there is no copy.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import TypeVar

FIRST_OWN = 3  # descriptors behind those of input, output and errors
MOST_DESCRIPTORS = 65_536
TURN_S = 0.01
BACKGROUND = 5  # how much nicer it is to others
_FAILED = 1
_SET_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
T = TypeVar("T")


class Copy:
    """One copy at a time."""

    def __init__(self) -> None:
        self._pid = 0

    @property
    def is_at_work(self) -> bool:
        """Whether one has not ended, as far as was looked."""
        return bool(self._pid)

    def begins(self, make: Callable[[], T], put: Callable[[T], None]) -> bool:
        """Have a copy make something and put it somewhere, then end; whether there is one.

        A copy whose process has ended meanwhile puts nothing: there may be another owner.
        """
        if not sys.platform.startswith("linux") or self._pid:
            return False
        ends_with = _ends_with_its_parent()
        parent = os.getpid()
        try:
            pid = os.fork()
        except OSError:
            return False
        if not pid:
            _works(make, put, parent, ends_with)
        self._pid = pid
        return True

    def has_done(self, wait_s: float = 0.0) -> bool:
        """Whether one has done its work since this was last asked; who takes longer than this wait is ended."""
        if not self._pid:
            return False
        until_s = time.monotonic() + wait_s
        while True:
            pid, status = _ended(self._pid)
            if pid:
                self._pid = 0
                return status == 0
            if time.monotonic() >= until_s:
                break
            time.sleep(TURN_S)
        if wait_s:
            os.kill(self._pid, signal.SIGKILL)
            with contextlib.suppress(ChildProcessError):
                os.waitpid(self._pid, 0)
            self._pid = 0
        return False


def _ended(pid: int) -> tuple[int, int]:
    """The number of a copy that has ended, else 0, and how it did.

    Where this process was started with its children's ends ignored nobody can say how: it counts as failed.
    """
    try:
        return os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return pid, _FAILED


def _ends_with_its_parent() -> Callable[[], object]:
    """What a copy calls so that it is killed when its process ends; looked for before, in a copy it could wait for ever."""
    import ctypes  # noqa: PLC0415 - a host that keeps little needs none of it

    call = ctypes.CDLL(None).prctl
    return lambda: call(_SET_DEATH_SIGNAL, signal.SIGKILL)


def _works(
    make: Callable[[], T], put: Callable[[T], None], parent: int, ends_with: Callable[[], object],
) -> None:
    """In the copy: nothing of the process around it is done, not even when it ends."""
    status = _FAILED
    try:
        ends_with()
        if os.getppid() != parent:
            return  # it ended before it could be heard
        os.closerange(0, MOST_DESCRIPTORS)
        for _ in range(FIRST_OWN):  # input, output and errors: whoever reads them hears when the process ends
            os.open(os.devnull, os.O_RDWR)
        gc.disable()  # to look at everything would copy everything
        with contextlib.suppress(OSError):
            os.nice(BACKGROUND)
        made = make()
        if os.getppid() == parent:
            put(made)
            status = 0
    finally:
        os._exit(status)
