"""How long a process that wanted to work was not let: no processor or no disk was free for it, or somebody stopped it.

Waits for a processor are read from the kernel's own counters (``/proc/PID/task/*/schedstat``), a few times a
second; it counts one when it is over, so what is more than a step is put to the steps before.  Waits for a
disk are seen by the state of a thread (D) at a look: on the average of looks that is how long they were.  A
device that sleeps, or is slow by itself, is never starved.  Where this system does not say, nothing is seen.
"""

from __future__ import annotations

import math
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from hil.processes.trouble import stands_still

STEP_S = 0.05
KEPT = 20_000  # so many steps are remembered: a quarter of an hour
_NS_A_MS = 1_000_000
_WAITED = 1  # the second number of schedstat: nanoseconds on a run queue
_AT_DISK = b"D"  # the state of a thread that no signal wakes
_LONGEST = 512  # bytes of what a look reads, and more than its beginning


class Starvation:
    """Looks at one process after the other, in a thread of its own, until it is closed."""

    def __init__(self, pid_of: Callable[[], int | None]) -> None:
        """``pid_of``: the process that should be working now; None where none is, or where the bench stopped it itself."""
        self._pid_of = pid_of
        self._seen: deque[Step] = deque(maxlen=KEPT)
        self._own: deque[Step] = deque(maxlen=KEPT)  # by how much this thread itself looked too late
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="starvation", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more; what was seen stays."""
        self._stop.set()
        self._thread.join(1.0)

    def worst_ms(self, stretch_ms: float, until_s: float = math.inf) -> float:
        """Of any stretch so long, how much the process was kept from working, at worst; none after ``until_s`` (monotonic)."""
        return _worst(_until(self._seen, until_s), stretch_ms)

    def own_worst_ms(self, stretch_ms: float, until_s: float = math.inf) -> float:
        """The same of this process: by how much its own looks came too late, whoever kept it from them.

        That a thread of it waits for a disk is no delay: evidence is written beside what is timed.
        """
        return _worst(_until(self._own, until_s), stretch_ms)

    def _watch(self) -> None:
        known: dict[int, float] = {}  # what each thread of the process had waited by then
        of, at_s, since = None, time.monotonic(), 0  # since: the first step of which the process is known
        while not self._stop.wait(STEP_S):
            pid, now_s = self._pid_of(), time.monotonic()
            waited = {} if pid is None else _waited_ms(pid)
            step = Step(now_s, (now_s - at_s) * 1_000)
            self._seen.append(step)
            self._own.append(Step(now_s, step.long_ms, max(0.0, step.long_ms - STEP_S * 1_000)))
            since = since + 1 if pid is not None and pid == of else 0
            if since and pid is not None:
                lost_ms = max((ms - known.get(thread, 0.0) for thread, ms in waited.items()), default=0.0)
                put_back(self._seen, max(lost_ms, step.long_ms) if stands_still(pid) or _is_at_disk(pid) else lost_ms, since)
            known, of, at_s = waited, pid, now_s


@dataclass(slots=True)
class Step:
    """What was lost of a stretch of time between two looks."""

    at_s: float  # of time.monotonic, its end
    long_ms: float
    lost_ms: float = 0.0


def put_back(seen: Sequence[Step], lost_ms: float, since: int) -> None:
    """A wait that was over in the last step began before it: no step loses more than it is long.

    ``since``: so many steps back the process was the same.

    >>> seen = [Step(float(at), 1_000.0) for at in range(4)]
    >>> put_back(seen, 2_400.0, since=4)
    >>> [step.lost_ms for step in seen]
    [0.0, 400.0, 1000.0, 1000.0]
    >>> put_back(seen, 2_400.0, since=1)  # all of it is there already
    >>> [step.lost_ms for step in seen]
    [0.0, 400.0, 1000.0, 1000.0]
    """
    for back in range(1, min(since, len(seen)) + 1):
        if lost_ms <= 0:
            return
        step = seen[-back]
        taken_ms = min(lost_ms, step.long_ms - step.lost_ms)
        step.lost_ms += taken_ms
        lost_ms -= taken_ms


def _waited_ms(pid: int) -> dict[int, float]:
    """What each thread of a process has waited for a processor so far; of one that is over, nothing."""
    try:
        return {thread: int(_told(pid, thread, "schedstat").split()[_WAITED]) / _NS_A_MS for thread in _threads(pid)}
    except (OSError, IndexError, ValueError):
        return {}


def _is_at_disk(pid: int) -> bool:
    """Whether a thread of a process waits for a disk, or for what it has to fetch from one."""
    try:
        return any(_told(pid, thread, "stat").rpartition(b")")[2].split(None, 1)[0] == _AT_DISK for thread in _threads(pid))
    except (OSError, IndexError):
        return False


def _threads(pid: int) -> list[int]:
    return [int(each) for each in os.listdir(f"/proc/{pid}/task")]  # noqa: PTH208 - names alone, twenty times a second


def _told(pid: int, thread: int, what: str) -> bytes:
    """What the kernel tells of a thread, without what a file object costs."""
    file = os.open(f"/proc/{pid}/task/{thread}/{what}", os.O_RDONLY)
    try:
        return os.read(file, _LONGEST)
    finally:
        os.close(file)


def _until(seen: Iterable[Step], until_s: float) -> tuple[Step, ...]:
    """What was seen by then.

    >>> seen = [Step(float(at), 1_000.0, 900.0 if at == 3 else 0.0) for at in range(4)]
    >>> _worst(_until(seen, 2.0), 1_000.0), _worst(_until(seen, 3.0), 1_000.0)
    (0.0, 900.0)
    """
    return tuple(each for each in tuple(seen) if each.at_s <= until_s)


def _worst(seen: tuple[Step, ...], stretch_ms: float) -> float:
    """The most that was lost within a stretch.

    >>> steps = tuple(Step(float(at), 1_000.0, lost) for at, lost in enumerate((0.0, 900.0, 0.0, 400.0)))
    >>> _worst(steps, 1_000.0), _worst(steps, 3_000.0)
    (900.0, 1300.0)
    """
    worst = lost_ms = 0.0
    first = 0
    for step in seen:
        lost_ms += step.lost_ms
        while step.at_s - seen[first].at_s > stretch_ms / 1_000 - STEP_S / 2:
            lost_ms -= seen[first].lost_ms
            first += 1
        worst = max(worst, lost_ms)
    return worst
