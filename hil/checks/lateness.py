"""How late this machine itself is: what a time that was measured may be wrong by.

A thread sleeps for a moment again and again, and remembers by how much it woke too late.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Self

STEP_S = 0.02
KEPT = 50_000  # so many steps are remembered: a quarter of an hour


class Lateness:
    """Runs from its entering until its leaving."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float]] = deque(maxlen=KEPT)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="lateness", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(1.0)

    def worst_ms(self, since_s: float) -> float:
        """By how much it woke too late at worst since a moment of ``time.monotonic``."""
        return max((late for at, late in list(self._seen) if at >= since_s), default=0.0)

    def _watch(self) -> None:
        due = time.monotonic() + STEP_S
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            now = time.monotonic()
            self._seen.append((now, max(0.0, (now - due) * 1_000)))
            due = now + STEP_S
