"""What leaves a live host waits until what it stands on is on the disk: many answers, one sync.

A group ends when nothing more is due, or when its first answer has waited long enough: longer where
a sync is slow, since meanwhile more work comes.  It writes nothing itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable

Effect = Callable[[], None]

MOST_HELD = 256  # answers of one group
SHORTEST_S = 0.004  # that work goes on while an answer waits
LONGEST_S = 0.05
SYNCS = 2.0  # so many times as long as the last sync took


class Group:
    """The effects that wait for the next commit, in their order."""

    def __init__(
        self, commit: Callable[[], None], is_clean: Callable[[], bool],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """``is_clean``: nothing was written since the last commit."""
        self._commit = commit
        self._is_clean = is_clean
        self._seconds = seconds
        self._held: list[Effect] = []
        self._since_s = 0.0
        self._patience_s = SHORTEST_S

    def hold(self, effect: Effect) -> None:
        """Have something done outside, once all that was written so far is durable."""
        if not self._held:
            if self._is_clean():
                effect()
                return
            self._since_s = self._seconds()
        self._held.append(effect)

    def turned(self, is_idle: bool, /) -> None:
        """One thing more was done; ``is_idle``: nothing else is due."""
        if self._held and (
            is_idle or len(self._held) >= MOST_HELD or self._seconds() - self._since_s >= self._patience_s
        ):
            self._commit()

    def synced(self, took_s: float) -> None:
        """All that was written is durable: let it leave."""
        self._patience_s = min(max(SHORTEST_S, SYNCS * took_s), LONGEST_S)
        while self._held:  # an effect may hold another one
            held, self._held = self._held, []
            for effect in held:
                effect()

    def forget(self) -> None:
        """A commit failed: nothing of it leaves."""
        self._held.clear()
