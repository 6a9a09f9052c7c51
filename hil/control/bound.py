"""Other people's programs that end with this one, however it ends: killed, or by an error.

Our own processes watch their parent; an emulator does not.  On Linux the kernel kills it for us, once
the thread that started it is gone.  So all are started by one thread that stays until the program ends,
and not by whoever asks, which may be a thread that is over in a moment.
"""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import IO

KERNEL_KILLS = ("setpriv", "--pdeathsig", "KILL")  # becomes the program, number and all; of util-linux


class _Starter:
    """The thread, from the first start on."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._thread: ThreadPoolExecutor | None = None

    def start(self, command: Sequence[str], output: IO[bytes], folder: str) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1, "bound processes")
        return self._thread.submit(_started, command, output, folder).result()


_STARTER = _Starter()


def start_bound(command: Sequence[str], output: IO[bytes], folder: str = "") -> subprocess.Popen[bytes]:
    """Start a program that writes all its words to a file; where the kernel cannot kill it, only we can.

    ``folder``: where it runs; "" for ours.  ``OSError`` where there is no such program.
    """
    _check_program(command[0], folder)
    bound = KERNEL_KILLS if shutil.which(KERNEL_KILLS[0]) else ()
    return _STARTER.start((*bound, *command), output, folder)


def _check_program(program: str, folder: str) -> None:
    """Whether it can be started at all: who becomes it in the kernel's sight tells so only by an exit status."""
    path = os.path.join(folder, program) if "/" in program else shutil.which(program)  # noqa: PTH118 - absolute ones stay so
    if path is None or not os.path.exists(path):  # noqa: PTH110 - words, as the command line has them
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), program)
    if os.path.isdir(path) or not os.access(path, os.X_OK):  # noqa: PTH112
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), program)


def _started(command: Sequence[str], output: IO[bytes], folder: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - a command of our own, or of the bench file
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, cwd=folder or None,
        process_group=0)  # Ctrl-C is for who started it
