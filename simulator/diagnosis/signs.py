"""Signs: what stands out in the evidence, told as a fact and without a cause.

A sign is found by a detector; several of one name that belong together are one.
"""

from __future__ import annotations

import msgspec

from simulator.trace.records import Record

SHOWN = 4  # records that are kept of a sign


class Sign(msgspec.Struct, frozen=True):
    """Something that stands out: where, when, how often, and the records that show it."""

    name: str  # a row of the words of signs
    at_ms: int
    until_ms: int
    tids: frozenset[str] = frozenset()
    who: str = ""  # a bank, a wallet, a MID, a masked card, where it is theirs
    level: str = ""  # of those terminals: terminal, router, merchant, isp, region, all
    place: str = ""
    code: str = ""
    count: int = 1
    well: int = 0  # other terminals that were at work without trouble meanwhile
    sales: frozenset[str] = frozenset()
    payouts: frozenset[str] = frozenset()
    records: tuple[Record, ...] = ()

    def names(self) -> tuple[str, ...]:
        """By which a signature may call it, the closest first."""
        closer = [f"{self.name}:{self.code}"] if self.code else []
        levels = [f"{each}@{level}" for level in self.level.split("|") if level
                  for each in (*closer, self.name)]
        return (*levels, *closer, self.name)
