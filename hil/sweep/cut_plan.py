"""Power cuts at random instants: which operation, and when in it; drawn from a seed and a number, runs nothing.

An instant is a part of the operation's measured span, or a moment behind a write to the terminal's
memory, where that can be watched from outside.  So the same seed and number are the same cut.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

import msgspec

AT_A_WRITE = 0.5  # of the cuts, where writes can be seen
LONGEST_BEHIND_MS = 0.4  # a write: the next ones come within it
TWICE = 0.25  # of the cuts are followed by another one while the terminal starts
BEYOND = 1.1  # of the span: what a terminal does by itself behind an operation is cut too


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """What one run of a kind without any cut took."""

    kind: str
    span_ms: float  # from asking until nothing more happened
    boot_ms: float  # from power to the first answer
    writes: int = 0  # to its memory, as far as they were seen; 0: nobody can see them


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """One cut."""

    number: int
    kind: str
    at_ms: float = 0.0  # behind the asking
    write: int = 0  # or behind this write, so many milliseconds
    behind_ms: float = 0.0
    again_ms: float | None = None  # and once more, so long after power came back


def planned(seed: int, count: int, measured: Sequence[Measured]) -> list[Cut]:
    """As many as are wanted, over all kinds in turn.

    >>> kinds = [Measured(kind="sale", span_ms=100, boot_ms=50)]
    >>> planned(7, 3, kinds)[1] == planned(7, 2, kinds)[1], len({each.at_ms for each in planned(7, 9, kinds)})
    (True, 9)
    """
    return [drawn(seed, number, measured[number % len(measured)]) for number in range(count)] if measured else []


def drawn(seed: int, number: int, of: Measured) -> Cut:
    """The cut of this number, of one kind."""
    chance = Random(f"{seed}/{number}/{of.kind}")  # noqa: S311 - no secret
    again_ms = chance.random() * of.boot_ms * 2 if chance.random() < TWICE else None
    if of.writes and chance.random() < AT_A_WRITE:
        return Cut(number=number, kind=of.kind, write=chance.randint(1, of.writes), again_ms=again_ms,
                   behind_ms=chance.random() * LONGEST_BEHIND_MS)
    return Cut(number=number, kind=of.kind, at_ms=chance.random() * of.span_ms * BEYOND, again_ms=again_ms)
