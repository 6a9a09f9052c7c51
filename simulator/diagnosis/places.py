"""Where terminals stand, and the one place that explains best which of them have a trouble.

A place explains terminals where all of its own that were at work have the trouble, and no other has.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import msgspec

from simulator.trace.records import TerminalOpened

LEVELS = ("terminal", "router", "merchant", "isp", "region", "all")


class Place(msgspec.Struct, frozen=True):
    """A place and the terminals in it."""

    level: str
    name: str
    tids: frozenset[str]


def places_of(terminals: Mapping[str, TerminalOpened]) -> tuple[Place, ...]:
    """Every place of a run, the smaller levels first."""
    found: dict[tuple[str, str], set[str]] = {}
    for tid, opened in terminals.items():
        names = {
            "terminal": tid, "router": opened.router, "merchant": opened.merchant,
            "isp": opened.isp, "region": opened.region, "all": "all",
        }
        for level in LEVELS:
            if names[level]:
                found.setdefault((level, names[level]), set()).add(tid)
    return tuple(
        Place(level, name, frozenset(tids))
        for level in LEVELS for (at, name), tids in found.items() if at == level)


def explaining(
    places: Iterable[Place], touched: Collection[str], healthy: Collection[str],
) -> tuple[Place, ...]:
    """The places that explain best who is touched and who is not; more than one where they are alike."""
    touched, healthy = frozenset(touched), frozenset(healthy) - frozenset(touched)
    scored: list[tuple[float, Place]] = []
    for place in places:
        missed = len(touched - place.tids)
        wrong = len(healthy & place.tids)
        silent = len(place.tids - touched - healthy)
        scored.append((3.0 * missed + 1.5 * wrong + 0.4 * silent, place))
    if not scored:
        return ()
    best = min(cost for cost, _ in scored)
    return tuple(place for cost, place in scored if cost <= best + 1e-9)
