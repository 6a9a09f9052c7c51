"""What a line does to bytes whatever they are: later, slower, in slices, not at all.

Times and slices of one way come from here; it sends nothing.  Bytes never overtake each other.
"""

from __future__ import annotations

import random

import msgspec

from hil.relay.seen import Way

SLICE_GAP_MS = 2.0  # between two slices: else they may arrive as one


class LineState(msgspec.Struct, frozen=True, kw_only=True):
    """How a line is; each way has its own, ``black_hole`` and ``refuse`` are of both."""

    black_hole: bool = False  # nothing arrives, and nobody is told
    refuse: bool = False  # nobody is let in
    latency_ms: float = 0
    jitter_ms: float = 0  # up to so much more, by the seed
    bytes_per_s: float = 0  # 0: no limit
    slice: int = 0  # bytes that arrive together; 0: as they come


GOOD_LINE = LineState()


class Shaper:
    """When the bytes of one way of one connection leave."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._last_ms = 0.0  # when the last slice leaves

    def slices(self, data: bytes, line: LineState, now_ms: float) -> list[tuple[float, bytes]]:
        """Moments and bytes, in order; what stays in a black hole is none."""
        if line.black_hole or not data:
            return []
        if line.latency_ms or line.jitter_ms:
            now_ms += line.latency_ms + self._chance.uniform(0, line.jitter_ms)
        at_ms = max(now_ms, self._last_ms)
        size = line.slice or len(data)
        found = []
        for at in range(0, len(data), size):
            piece = data[at:at + size]
            if line.bytes_per_s:
                at_ms += 1_000 * len(piece) / line.bytes_per_s
            found.append((at_ms, piece))
            if line.slice:
                at_ms += SLICE_GAP_MS
        self._last_ms = found[-1][0]
        return found

    def wait(self, until_ms: float) -> None:
        """Whatever comes leaves no earlier."""
        self._last_ms = max(self._last_ms, until_ms)

    def end(self, now_ms: float) -> float:
        """When the end of the stream may be told: behind all that leaves."""
        return max(now_ms, self._last_ms)


def chance_of(seed: int, link: int, way: Way) -> random.Random:
    """The chance of one way of one connection: no other connection reshuffles it."""
    return random.Random(f"{seed}/{link}/{way}")  # noqa: S311 - repeatable, no secret
