"""Hints: single things that stand out, and how those that belong together become one sign."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import msgspec

from simulator.diagnosis.places import Place, explaining
from simulator.diagnosis.signs import SHOWN, Sign
from simulator.local_time import HOUR_MS, MINUTE_MS
from simulator.trace.records import Record

APART_MS = 12 * HOUR_MS  # what is further apart is another sign


class Hint(msgspec.Struct, frozen=True, gc=False):
    """One thing that stands out at one moment."""

    name: str
    at_ms: int
    tid: str = ""
    who: str = ""
    code: str = ""
    sale: str = ""
    payout: str = ""
    records: tuple[Record, ...] = ()


Healthy = Callable[[int, int], frozenset[str]]  # terminals that were at work without trouble


def gathered(hints: Iterable[Hint], places: Sequence[Place], healthy: Healthy) -> list[Sign]:
    """Hints of one name, one code and one holder, near one another, as signs."""
    groups: dict[tuple[str, str, str], list[Hint]] = defaultdict(list)
    for hint in hints:
        groups[hint.name, hint.code, hint.who].append(hint)
    signs = []
    for group in groups.values():
        group.sort(key=lambda hint: hint.at_ms)
        begin = 0
        for place in range(1, len(group) + 1):
            if place == len(group) or group[place].at_ms - group[place - 1].at_ms > APART_MS:
                signs.append(sign_of(group[begin:place], places, healthy))
                begin = place
    return signs


def sign_of(
    hints: Sequence[Hint], places: Sequence[Place], healthy: Healthy, name: str = "",
) -> Sign:
    """Several hints as one sign."""
    first, last = hints[0], hints[-1]
    tids = frozenset(hint.tid for hint in hints if hint.tid)
    margin = MINUTE_MS if first.at_ms == last.at_ms else 0
    well = healthy(first.at_ms - margin, last.at_ms + margin) if tids else frozenset()
    best = explaining(places, tids, well) if tids else ()
    return Sign(
        name or first.name, first.at_ms, last.at_ms, tids, first.who,
        level="|".join(dict.fromkeys(place.level for place in best)),
        place="|".join(dict.fromkeys(place.name for place in best)),
        code=first.code, count=len(hints), well=len(well - tids),
        sales=frozenset(hint.sale for hint in hints if hint.sale),
        payouts=frozenset(hint.payout for hint in hints if hint.payout),
        records=tuple(record for hint in hints for record in hint.records)[:SHOWN],
    )
