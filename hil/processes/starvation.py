"""How long a process that wanted to work was not let: no processor was free for it, or somebody stopped it.

Read from the kernel's own counters of waiting (``/proc/PID/task/*/schedstat``), a few times a second; a
device that sleeps, or is slow by itself, is never starved.  Where this system has no such counters
nothing is seen.
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path

from hil.processes.trouble import stands_still

STEP_S = 0.05
KEPT = 20_000  # so many steps are remembered: a quarter of an hour
_NS_A_MS = 1_000_000
_WAITED = 1  # the second number of schedstat: nanoseconds on a run queue


class Starvation:
    """Looks at one process after the other, in a thread of its own, until it is closed."""

    def __init__(self, pid_of: Callable[[], int | None]) -> None:
        """``pid_of``: the process that should be working now; None where none is, or where the bench stopped it itself."""
        self._pid_of = pid_of
        self._lost_ms = 0.0  # since the beginning
        self._seen: deque[tuple[float, float]] = deque(maxlen=KEPT)  # moments of time.monotonic, and what was lost by then
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="starvation", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more; what was seen stays."""
        self._stop.set()
        self._thread.join(1.0)

    def worst_ms(self, stretch_ms: float) -> float:
        """Of any stretch so long, how much the process was kept from working, at worst."""
        return _worst(tuple(self._seen), stretch_ms / 1_000)

    def _watch(self) -> None:
        known: dict[int, float] = {}  # what each thread of the process had waited by then
        of, at_s = None, time.monotonic()
        self._seen.append((at_s, 0.0))
        while not self._stop.wait(STEP_S):
            pid, now_s = self._pid_of(), time.monotonic()
            waited = {} if pid is None else _waited_ms(pid)
            if pid is not None and pid == of:
                lost_ms = max((ms - known.get(thread, 0.0) for thread, ms in waited.items()), default=0.0)
                if stands_still(pid):
                    lost_ms = (now_s - at_s) * 1_000
                self._lost_ms += min(max(0.0, lost_ms), (now_s - at_s) * 1_000)
            known, of, at_s = waited, pid, now_s
            self._seen.append((now_s, self._lost_ms))


def _waited_ms(pid: int) -> dict[int, float]:
    """What each thread of a process has waited for a processor so far; of one that is over, nothing."""
    found = {}
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):  # noqa: PTH208 - names alone, twenty times a second
            numbers = Path(f"/proc/{pid}/task/{thread}/schedstat").read_text("ascii").split()
            found[int(thread)] = int(numbers[_WAITED]) / _NS_A_MS
    except (OSError, IndexError, ValueError):
        return {}
    return found


def _worst(seen: tuple[tuple[float, float], ...], stretch_s: float) -> float:
    """The most that was lost within a stretch.

    >>> _worst(((0.0, 0.0), (1.0, 0.0), (2.0, 900.0), (3.0, 900.0), (4.0, 1_300.0)), 1.0)
    900.0
    >>> _worst(((0.0, 0.0), (1.0, 0.0), (2.0, 900.0), (3.0, 900.0), (4.0, 1_300.0)), 3.0)
    1300.0
    """
    worst, first = 0.0, 0
    for at_s, lost_ms in seen:
        while at_s - seen[first][0] > stretch_s + STEP_S / 2:
            first += 1
        worst = max(worst, lost_ms - seen[first][1])
    return worst
