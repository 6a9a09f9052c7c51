"""Other people's programs that end with this one, however it ends: killed, or by an error.

Our own processes watch their parent; an emulator does not.  On Linux the kernel kills it for us, once
the thread that started it is gone.  So all are started by one thread that stays until the program ends,
and not by whoever asks, which may be a thread that is over in a moment.
"""

from __future__ import annotations

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

    def start(self, command: Sequence[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1, "bound processes")
        return self._thread.submit(_started, command, output).result()


_STARTER = _Starter()


def start_bound(command: Sequence[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a program that writes all its words to a file; where the kernel cannot kill it, only we can."""
    bound = KERNEL_KILLS if shutil.which(KERNEL_KILLS[0]) else ()
    return _STARTER.start((*bound, *command), output)


def _started(command: Sequence[str], output: IO[bytes]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - a command of our own
        command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, process_group=0)  # Ctrl-C is for who started it
