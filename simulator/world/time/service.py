"""How long somebody takes over a request: a drawn delay, and a bounded number at a time.

Does no work itself and knows no request; who asks says which decision a draw is for.
"""

from __future__ import annotations

import heapq

from simulator.chance import purpose_number, uniform
from simulator.scenario.parts.part import Latency
from simulator.world.time.spread import STEPS, log_normal


class Service:
    """One place of work: log-normal delays, and ``servers`` at a time (0: no bound)."""

    __slots__ = ("_delays", "_free", "_key", "_seed", "is_instant")

    def __init__(self, seed: int, purpose: str, name: str, latency: Latency, servers: int) -> None:
        self._seed = seed
        self._key = purpose_number(purpose, name)
        self._delays = log_normal(latency.median_ms, latency.p95_ms)
        self._free: list[int] = [0] * servers  # when each becomes free; a heap
        self.is_instant = not self._delays[-1]

    def takes_ms(self, now_ms: int, first: int, second: int) -> int:
        """How long the request takes that comes now, waiting for a server included.

        ``first`` and ``second`` name the decision, as in :func:`simulator.chance.uniform`.
        """
        delay = self._delays[int(uniform(self._seed, self._key, first, second) * STEPS)]
        if not self._free:
            return delay
        starts = max(now_ms, self._free[0])
        heapq.heapreplace(self._free, starts + delay)
        return starts + delay - now_ms


def tid_number(tid: str) -> int:
    """A stable number for a TID, all digits or not."""
    return int(tid) if tid.isdecimal() else purpose_number(tid)
