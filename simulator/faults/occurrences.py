"""How often the same protocol event was asked about, so that each time is a decision of its own.

A step that is done again after a power cut, or a settlement that is sent again, names the same
event; drawn for by the same key it would strike again and again for ever.
"""

from __future__ import annotations

import msgspec

from simulator.faults.points import Anchor, Point

COUNTED = frozenset({
    Point.TERMINAL_STEP, Point.HOST_STEP, Point.SERVICE, Point.AUTHORISATION,
})
UNNUMBERED = frozenset({Point.REQUEST, Point.REPLY})  # of these, messages without a STAN recur
TOLD_ALWAYS = COUNTED | UNNUMBERED
STEPS = frozenset({Point.TERMINAL_STEP, Point.HOST_STEP})
START = "start"  # stands before the first effect of an event
_MOST = 32  # events remembered for each actor


class Occurrences:
    """Counts at the points where events recur; to be told of every event there from the start."""

    __slots__ = ("_counts", "_last")

    def __init__(self) -> None:
        self._counts: dict[tuple[Point, str], dict[tuple[int, int, str, int], int]] = {}
        self._last: dict[str, tuple[int, int, str]] = {}

    def count(self, anchor: Anchor) -> int:
        """How often this event was asked about before."""
        counts = self._counts.setdefault((anchor.point, anchor.actor), {})
        key = (anchor.batch, anchor.stan, anchor.what, anchor.attempt)
        before = counts.pop(key, 0)
        counts[key] = before + 1
        if len(counts) > _MOST:
            del counts[next(iter(counts))]
        return before

    def step(self, anchor: Anchor, now_ms: int) -> tuple[int, str]:
        """How many effects of this event of a machine were done, and the last of them."""
        whose = anchor.actor if anchor.point is Point.TERMINAL_STEP else "acquirer"
        at_ms, done, last = self._last.get(whose, (-1, 0, START))
        if at_ms != now_ms:
            done, last = 0, START
        self._last[whose] = (now_ms, done + 1, anchor.what)
        return done, last


def recurs(anchor: Anchor) -> bool:
    """Whether more than one event may have this anchor, so that they are counted."""
    return anchor.point in COUNTED or (anchor.point in UNNUMBERED and not anchor.stan)


def named(anchor: Anchor, again: int) -> Anchor:
    """The anchor under the name by which a replay finds it: "send:0400#2" is the third time."""
    if not again:
        return anchor
    return msgspec.structs.replace(anchor, what=f"{anchor.what}#{again}")
