"""Who hears which record: by its type, and of the frequent ones by what they say.

A rule or tracker that needs few records of a frequent type names the values that it needs; the
others never reach it.  Everybody hears in one order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from simulator.judge.transactions import HOST
from simulator.trace.records import Arrived, Journaled, Listener, Posted, Record, Sent

Hear = Callable[[Any], None]
AT_HOST, AT_TERMINAL = "host", "terminal"  # whose Sent or Arrived it is
FACETS: dict[type, str] = {Journaled: "entry", Posted: "why", Sent: "side", Arrived: "side"}
"""What of a frequent type may be named: a field, or the side of the line."""


class Hearer(msgspec.Struct, frozen=True, gc=False):
    """One who hears records of a type: all of them, or those of some values of its facet."""

    hear: Callable[..., None]
    only: frozenset[str] | None = None
    case: Any = None  # of a rule's function, which takes it first


def feed_to(hearers: Mapping[type, Sequence[Hearer]]) -> Listener:
    """The way in of every record: a function, not a method, since it is the judge's hottest."""
    hears = {kind: _of(kind, tuple(each)) for kind, each in hearers.items()}

    def feed(record: Record) -> None:
        hears[type(record)](record)

    return feed


def _of(kind: type, hearers: tuple[Hearer, ...]) -> Hear:
    facet = FACETS.get(kind)
    if facet is None or all(each.only is None for each in hearers):
        return _all(hearers)
    if facet == "side":
        return _by_side(_named(hearers, AT_HOST), _named(hearers, AT_TERMINAL))
    return _by_entry(hearers) if facet == "entry" else _by_why(hearers)


def _named(hearers: tuple[Hearer, ...], value: str) -> Hear:
    return _all(tuple(each for each in hearers if each.only is None or value in each.only))


def _by_side(at_host: Hear, at_terminal: Hear) -> Hear:
    def hear(record: Sent | Arrived) -> None:
        if record.actor == HOST:
            at_host(record)
        else:
            at_terminal(record)

    return hear


def _by_entry(hearers: tuple[Hearer, ...]) -> Hear:
    known: dict[str, Hear] = {}

    def hear(record: Journaled) -> None:
        found = known.get(record.entry)
        if found is None:
            found = known[record.entry] = _named(hearers, record.entry)
        found(record)

    return hear


def _by_why(hearers: tuple[Hearer, ...]) -> Hear:
    known: dict[str, Hear] = {}

    def hear(record: Posted) -> None:
        found = known.get(record.why)
        if found is None:
            found = known[record.why] = _named(hearers, record.why)
        found(record)

    return hear


def _all(hearers: tuple[Hearer, ...]) -> Hear:
    """One who has a record heard by all: rules in their order, then trackers in theirs."""
    if not hearers:
        return _nothing
    rules = tuple((each.hear, each.case) for each in hearers if each.case is not None)
    trackers = tuple(each.hear for each in hearers if each.case is None)
    if len(trackers) == 1 and not rules:
        return trackers[0]

    def hear(record: Record) -> None:
        for function, case in rules:  # called outright: a partial costs as much as many a body
            function(case, record)
        for each in trackers:
            each(record)

    return hear


def _nothing(_record: Record) -> None:
    """Records that show something and prove nothing."""
