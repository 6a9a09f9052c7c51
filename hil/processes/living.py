"""The processes that this program has started and that run: ended together when it must end at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from hil.control.bench_error import BenchError

ENDS = "the bench was told to end"


class Killable(Protocol):
    """What can be ended."""

    def kill(self) -> None:
        """SIGKILL."""


class Living:
    """Asked by all threads of the program."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._processes: dict[int, Killable] = {}
        self._ends = False

    def add(self, process: Killable) -> None:
        """One has started; ``BenchError`` (and it is killed) where the program is ending."""
        with self._lock:
            if not self._ends:
                self._processes[id(process)] = process
                return
        process.kill()
        raise BenchError(ENDS)

    def remove(self, process: Killable) -> None:
        """It has ended."""
        with self._lock:
            self._processes.pop(id(process), None)

    def go_on(self) -> None:
        """``BenchError`` where the program is ending: for whoever waits long for what is no process."""
        if self._ends:
            raise BenchError(ENDS)

    @contextmanager
    def ended(self) -> Iterator[None]:
        """All are killed, and whatever starts meanwhile."""
        with self._lock:
            self._ends = True
            processes = list(self._processes.values())
        try:
            for each in processes:
                each.kill()
            yield
        finally:
            self._ends = False


LIVING = Living()
