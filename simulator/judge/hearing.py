"""Who hears which record: by its type, and of the frequent ones by what they say.

A rule or tracker that needs few records of a frequent type names the values that it needs; the
others never reach it.  Everybody hears in one order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import FunctionType
from typing import Any

import msgspec

from simulator.judge.transactions import HOST
from simulator.trace.records import Arrived, Journaled, Listener, Posted, Record, Sent

Hear = Callable[[Any], None]
_Rule = tuple[Callable[..., None], Any]  # a rule's function, and its case
AT_HOST, AT_TERMINAL = "host", "terminal"  # whose Sent or Arrived it is
FACETS: dict[type, str] = {Journaled: "entry", Posted: "why", Sent: "side", Arrived: "side"}
"""What of a frequent type may be named: a field, or the side of the line."""


class Hearer(msgspec.Struct, frozen=True, gc=False):
    """One who hears records of a type: all of them, or those of some values of its facet."""

    hear: Callable[..., None]
    only: frozenset[str] | None = None
    case: Any = None  # of a rule's function, which takes it first


def by_kind(hearers: Mapping[type, Sequence[Hearer]]) -> dict[type, Hear]:
    """For each type of record one function that has it heard by all."""
    return {kind: _of(kind, tuple(each)) for kind, each in hearers.items()}


def feed_to(hears: Mapping[type, Hear]) -> Listener:
    """The way in of every record: a function, not a method, since it is the judge's hottest."""

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
    rules = [(each.hear, each.case) for each in hearers if each.case is not None]
    rest: Hear | None = None
    for each in reversed([each.hear for each in hearers if each.case is None]):
        rest = each if rest is None else _before(each, rest)
    while rules:  # from the last to the first, each few with all behind them
        few = next(number for number in (4, 2, 1) if len(rules) % number == 0 or number == 1)
        rest = _FEW[few](rules[-few:], rest or _nothing)
        del rules[-few:]
    return rest or _nothing


def _before(first: Hear, rest: Hear) -> Hear:
    def hear(record: Record) -> None:
        first(record)
        rest(record)

    return _by_itself(hear)


def _one(rules: Sequence[_Rule], rest: Hear) -> Hear:
    (first, a), = rules

    def hear(record: Record) -> None:
        first(a, record)
        rest(record)

    return _by_itself(hear)


def _two(rules: Sequence[_Rule], rest: Hear) -> Hear:
    (first, a), (second, b) = rules

    def hear(record: Record) -> None:
        first(a, record)
        second(b, record)
        rest(record)

    return _by_itself(hear)


def _four(rules: Sequence[_Rule], rest: Hear) -> Hear:
    (first, a), (second, b), (third, c), (fourth, d) = rules

    def hear(record: Record) -> None:
        first(a, record)
        second(b, record)
        third(c, record)
        fourth(d, record)
        rest(record)

    return _by_itself(hear)


_FEW: dict[int, Callable[[Sequence[_Rule], Hear], Hear]] = {1: _one, 2: _two, 4: _four}


def _by_itself(function: Hear) -> Hear:
    """A copy whose places of call are its own.

    The interpreter notes at each place whom it calls, and calls that one without a detour; at a place
    that many share it would note somebody else each time.
    """
    assert isinstance(function, FunctionType)
    return FunctionType(
        function.__code__.replace(), function.__globals__, function.__name__, None, function.__closure__)


def _nothing(_record: Record) -> None:
    """Records that show something and prove nothing."""
