"""Processes that are born warm: one parent has read the program, hosts and devices are forked from it.

Half a second of a processor goes into reading the program each time that a process is started anew;
a sweep starts a thousand.  A child is otherwise what it would be: the same arguments, environment and
folder, a process of its own to be stopped or killed, its words in its own files.

``Nursery`` is asked by one program, from any of its threads, and ends with it.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from io import BufferedReader
from typing import IO

WORD = 64  # of an answer: a number and a line end
REQUEST = 1 << 18  # bytes of one request: arguments and environment
PARENT_OF_ALL = "hil.commands.warm_parent"
_LOOK_S = 0.01


class WarmChild:
    """A process forked by a nursery; its parent tells how it ended."""

    def __init__(self, pid: int, line: socket.socket, stdout: IO[bytes], ended: bytes = b"") -> None:
        """``ended``: its status, where it was told with the number."""
        self.pid = pid
        self.stdout = stdout
        self._line = line
        self._status: int | None = int(ended) if ended else None
        self._lock = threading.Lock()

    def poll(self) -> int | None:
        """Its exit status, negative for a signal; None while it runs."""
        with self._lock:
            if self._status is None:
                self._line.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    word = self._line.recv(WORD)
                    # no word: the parent is gone, and so is or will be the child
                    self._status = int(word) if word else -signal.SIGKILL
                    self._line.close()
            return self._status

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its exit status; ``subprocess.TimeoutExpired`` after so many seconds."""
        until_s = None if timeout is None else time.monotonic() + timeout
        while (status := self.poll()) is None:
            if until_s is not None and time.monotonic() >= until_s:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0.0)
            time.sleep(_LOOK_S)
        return status

    def send_signal(self, sig: int, /) -> None:
        """Send a signal; nothing where it has ended."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, sig)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)


class Nursery:
    """One warm parent; ``close`` ends it, and with it whatever it still has running."""

    def __init__(self, modules: Sequence[str] = (), parent: str = PARENT_OF_ALL) -> None:
        """Start the parent, a module; it reads the program, and further modules, while the caller goes on."""
        ours, theirs = socket.socketpair()
        self._line = ours
        self._lock = threading.Lock()
        with theirs:
            self._parent = subprocess.Popen(  # noqa: S603 - our own program
                [sys.executable, "-m", parent, str(theirs.fileno()), *modules],
                stdin=subprocess.DEVNULL, pass_fds=(theirs.fileno(),), process_group=0)

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], errors: IO[bytes], folder: str = "",
    ) -> WarmChild:
        """Fork one ``daozhang`` with arguments, in this process's folder or another one; ``OSError`` where the parent is gone."""
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        request = json.dumps({
            "arguments": list(arguments), "environment": dict(environment), "folder": folder or os.getcwd()}).encode()  # noqa: PTH109
        try:
            with theirs, self._lock:  # one after the other: what stands in the line is one request
                socket.send_fds(self._line, [request], [theirs.fileno(), writing, errors.fileno()])
                word = ours.recv(WORD)
            if not word:
                raise ConnectionResetError("the parent of warm processes has ended")
        except OSError:
            ours.close()
            os.close(reading)
            raise
        finally:
            os.close(writing)
        pid, _, ended = word.partition(b"\n")  # one that ends at once may have told that as well
        return WarmChild(int(pid), ours, BufferedReader(open(reading, "rb", buffering=0)), ended)  # noqa: PTH123

    def close(self) -> None:
        """End the parent: its children stop once they see that it is gone."""
        self._line.close()
        self._parent.wait()


class _Program:
    """Whether the processes of this program are born warm: one answer for all its threads."""

    nursery: Nursery | None = None


WARM = _Program()


@contextlib.contextmanager
def warm_processes() -> Iterator[None]:
    """From here on processes are forked from one warm parent; from then on again started anew."""
    before = WARM.nursery
    WARM.nursery = nursery = Nursery()
    try:
        yield
    finally:
        WARM.nursery = before
        nursery.close()
