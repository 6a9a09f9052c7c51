"""What a process keeps free of its descriptors and threads, for its files and for a control port.

So a control port is served when everything else is taken.
"""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue
from typing import Protocol

if sys.platform != "win32":
    import resource

MOST_OWN = 16  # descriptors for files that are opened while it runs
MOST_FIRST = 64  # further ones, for a control port
MOST_WAITING = 512  # newcomers at one listener that are not let in yet
MOST_IDLE = 64  # threads of a port that wait for a newcomer
SPARE_THREADS = 4  # of a control port: two clients have one each way


class Begun(Protocol):
    """Work in a thread, as whoever waits for its end sees it."""

    def is_alive(self) -> bool:
        """Whether it has not ended."""

    def join(self, timeout: float | None = None) -> None:
        """Wait for its end, so long at most."""


class NoThreadError(Exception):
    """There is no room for another thread on this computer."""


def is_for_others(descriptor: int, *, is_first: bool) -> bool:
    """Whether a newcomer's descriptor is one of the last of this process, which are kept for others.

    The system gives the lowest number that is free, so the number says how many are taken.
    ``is_first``: of a control port, which may take more than the others.
    """
    most = _most()
    return most is not None and descriptor >= (
        most - min(MOST_OWN, most // 8) - (0 if is_first else kept_for_first()))


def kept_for_first() -> int:
    """How many descriptors are kept for a control port, which takes no more than those."""
    most = _most()
    return MOST_FIRST if most is None else min(MOST_FIRST, most // 4)


def most_waiting() -> int:
    """How many newcomers may wait to be let in: each has a descriptor already."""
    most = _most()
    return MOST_WAITING if most is None else min(MOST_WAITING, most // 32)


def _most() -> int | None:
    if sys.platform == "win32":
        return None
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return None if most == resource.RLIM_INFINITY else most


def begin(work: Callable[[], None], name: str) -> Begun:
    """Have work done in a thread of its own; ``NoThreadError`` where there can be none."""
    thread = threading.Thread(target=work, name=name, daemon=True)
    try:
        thread.start()
    except (RuntimeError, MemoryError):
        raise NoThreadError from None
    return thread


class _Turn:
    """A piece of work of a spare thread."""

    def __init__(self, work: Callable[[], None], name: str = "") -> None:
        self._work = work
        self._done = threading.Event()
        self.name = name

    def do(self) -> None:
        try:
            self._work()
        finally:
            self._done.set()

    def is_alive(self) -> bool:
        return not self._done.is_set()

    def join(self, timeout: float | None = None) -> None:
        self._done.wait(timeout)


class Standby:
    """Threads that are begun before it is known what they do: whoever has them need not fear for them."""

    def __init__(self, count: int, begun: Callable[[Callable[[], None], str], Begun], name: str) -> None:
        """Begin them; ``NoThreadError`` where there is no room for all, and then there is none of them."""
        self._turns: SimpleQueue[_Turn | None] = SimpleQueue()
        self._waiting = 0
        try:
            for _ in range(count):
                begun(self._stand, name)
                self._waiting += 1
        except NoThreadError:
            self.close()
            raise

    def begin(self, work: Callable[[], None], _name: str, /) -> Begun:
        """Have one of them do this, and end with it."""
        turn = _Turn(work)
        self._waiting -= 1
        self._turns.put(turn)
        return turn

    def close(self) -> None:
        """Those that have nothing to do end."""
        for _ in range(self._waiting):
            self._turns.put(None)
        self._waiting = 0

    def _stand(self) -> None:
        turn = self._turns.get()
        if turn is not None:
            turn.do()


class Crew:
    """Threads that do one piece of work after the other: to begin one takes longer than to wake one."""

    def __init__(self, most_idle: int = MOST_IDLE) -> None:
        """There are none in the beginning, and at most so many that have nothing to do."""
        self._most_idle = most_idle
        self._idle: deque[SimpleQueue[_Turn | None]] = deque()
        self._is_closed = False

    def begin(self, work: Callable[[], None], name: str) -> Begun:
        """As :func:`begin`, by one that has nothing to do where there is one."""
        turn = _Turn(work, name)
        try:
            turns = self._idle.pop()
        except IndexError:
            turns = SimpleQueue()
            begin(lambda: self._work(turns), name)
        turns.put(turn)
        return turn

    def close(self) -> None:
        """They end when what they do has ended."""
        self._is_closed = True
        while self._idle:
            self._idle.pop().put(None)

    def _work(self, turns: SimpleQueue[_Turn | None]) -> None:
        thread = threading.current_thread()
        while (turn := turns.get()) is not None:
            thread.name = turn.name
            turn.do()
            thread.name = "idle"
            if self._is_closed or len(self._idle) >= self._most_idle:
                return
            self._idle.append(turns)
            if self._is_closed:  # in between: nobody wakes it any more
                return


class SpareThreads:
    """Threads that were begun while there was room, for work that must be done where none is left."""

    def __init__(self, count: int = SPARE_THREADS) -> None:
        """Begin them; fewer where there is no room for so many."""
        self._turns: SimpleQueue[_Turn | None] = SimpleQueue()
        self._count = threading.Lock()
        self._idle = 0
        self._all = 0
        for number in range(count):
            try:
                begin(self._work, f"spare {number}")
            except NoThreadError:
                break
            self._idle += 1
            self._all += 1

    def begin(self, work: Callable[[], None], name: str) -> Begun:
        """As :func:`begin`, by a spare one where no other can be begun."""
        try:
            return begin(work, name)
        except NoThreadError:
            with self._count:
                if not self._idle:
                    raise
                self._idle -= 1
        turn = _Turn(work)
        self._turns.put(turn)
        return turn

    def close(self) -> None:
        """They end when what they do has ended."""
        for _ in range(self._all):
            self._turns.put(None)

    def _work(self) -> None:
        while (turn := self._turns.get()) is not None:
            turn.do()
            with self._count:
                self._idle += 1
