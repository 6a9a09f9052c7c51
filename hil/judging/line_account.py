"""What a relay saw on the line, joined to the trace of the host behind it.

A host takes what it heard for what a terminal sent, and what it wrote for what arrived.  Where a relay
stood between them, that one knows: what it lost, held, repeated or changed is so told to the judge.
All else stays as the host has it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence

import msgspec

from simulator.trace.merge import in_order
from simulator.trace.records import (
    AnyRecord,
    Arrived,
    ClockSet,
    FaultBegan,
    FaultEnded,
    FaultFired,
    Lost,
    Record,
    Sent,
)

RELAY = "relay"
_Key = tuple[str, str, str, str, int, int]
_OF_THE_LINE = (Sent, Lost, FaultFired, FaultBegan, FaultEnded)


def is_of_relay(records: Sequence[AnyRecord]) -> bool:
    """Whether a trace is that of a relay."""
    return isinstance(records[0], ClockSet) and records[0].actor == RELAY


class Calendar:
    """The wall clock of a relay in the calendar of a host."""

    def __init__(self, host: Sequence[AnyRecord]) -> None:
        self._changes: list[tuple[int, int]] = []  # wall clock from which it is so far ahead
        before = 0
        for record in host:
            if isinstance(record, ClockSet):
                ahead = before if self._changes else record.ahead_ms
                self._changes.append((record.at_ms - ahead, record.ahead_ms))
                before = record.ahead_ms

    def of(self, wall_ms: int) -> int:
        """The moment of a wall clock."""
        ahead_ms = self._changes[0][1] if self._changes else 0
        for from_ms, ahead in self._changes:
            if wall_ms >= from_ms:
                ahead_ms = ahead
        return wall_ms + ahead_ms


def with_account(host: Sequence[AnyRecord], line: Sequence[AnyRecord]) -> list[Record]:
    """The host's records with what the relay knows better."""
    terminals = frozenset(each.actor for each in line if isinstance(each, Sent))
    calendar = Calendar(host)
    account: list[Record] = [
        msgspec.structs.replace(each, at_ms=max(calendar.of(each.at_ms), host[0].at_ms))
        for each in line
        if isinstance(each, _OF_THE_LINE) or (isinstance(each, Arrived) and each.actor in terminals)
    ]
    arrived = _arrived_at_the_host(line, terminals)
    told = [
        _as_arrived(each, arrived) for each in host
        if not (isinstance(each, Sent | Arrived) and each.actor in terminals)
    ]
    return in_order([told, account])


def _arrived_at_the_host(
    line: Sequence[AnyRecord], terminals: frozenset[str],
) -> dict[_Key, deque[Arrived]]:
    found: defaultdict[_Key, deque[Arrived]] = defaultdict(deque)
    for each in line:
        if isinstance(each, Arrived) and each.actor not in terminals:
            found[_key(each)].append(each)
    return found


def _as_arrived(record: AnyRecord, arrived: dict[_Key, deque[Arrived]]) -> AnyRecord:
    if not isinstance(record, Arrived) or not (known := arrived.get(_key(record))):
        return record
    passed = known.popleft()
    return msgspec.structs.replace(
        record, genuine=record.genuine and passed.genuine, copy=record.copy or passed.copy)


def _key(record: Arrived) -> _Key:
    return record.sender, record.actor, record.mti, record.tid, record.batch, record.stan
