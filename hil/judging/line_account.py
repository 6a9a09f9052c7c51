"""What a relay saw on the line, joined to the trace of the host behind it.

A host takes what it heard for what a terminal sent, and what it wrote for what arrived.  Where a relay
stood between them, that one knows: what it lost, held, repeated or changed is so told to the judge.
What the host spoilt itself no relay knows.  All else stays as the host has it.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Sequence

import msgspec

from hil.judging.calendar import Calendar
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
_TERMINAL = "terminal."
_Key = tuple[str, str, str, int, int]
_OF_THE_LINE = (Lost, FaultFired, FaultBegan, FaultEnded)


def is_of_relay(records: Sequence[AnyRecord]) -> bool:
    """Whether a trace is that of a relay."""
    return isinstance(records[0], ClockSet) and records[0].actor == RELAY


def with_account(host: Sequence[AnyRecord], line: Sequence[AnyRecord]) -> list[Record]:
    """The host's records with what the relay knows better; what did not pass it stays as it is."""
    calendar = Calendar(host)
    account: list[Record] = [
        msgspec.structs.replace(each, at_ms=max(calendar.at(each.at_ms), host[0].at_ms))
        for each in _spoilt(host, line) if isinstance(each, _OF_THE_LINE) or (
            isinstance(each, Sent | Arrived) and each.actor.startswith(_TERMINAL))
    ]
    known = _Known(line)
    told = [known.better(each) for each in host if not known.tells(each)]
    return in_order([told, account])


def _spoilt(host: Sequence[AnyRecord], line: Sequence[AnyRecord]) -> list[AnyRecord]:
    """What passed the relay; a reply with a seal that the host spoilt arrived so, however often it did."""
    genuine: defaultdict[_Key, deque[bool]] = defaultdict(deque)  # of the host's replies, in their order
    for each in host:
        if isinstance(each, Arrived) and each.actor.startswith(_TERMINAL):
            genuine[_key(each.actor, each)].append(each.genuine)
    is_genuine: dict[_Key, bool] = {}  # of the one that the relay heard last
    told: list[AnyRecord] = []
    for each in line:
        if isinstance(each, Sent) and not each.actor.startswith(_TERMINAL) and (known := genuine[_key(each.to, each)]):
            is_genuine[_key(each.to, each)] = known.popleft()
        elif isinstance(each, Arrived) and not is_genuine.get(_key(each.actor, each), True):
            each = msgspec.structs.replace(each, genuine=False)  # noqa: PLW2901
        told.append(each)
    return told


class _Known:
    """What passed the relay, by what it is called, to be met once each in the host's trace."""

    def __init__(self, line: Sequence[AnyRecord]) -> None:
        self._arrived: defaultdict[_Key, deque[Arrived]] = defaultdict(deque)  # at the host
        self._requests: Counter[_Key] = Counter()  # the same, as the host says that they were sent
        self._replies: Counter[_Key] = Counter()  # that the host sent
        for each in line:
            if isinstance(each, Arrived) and not each.actor.startswith(_TERMINAL):
                self._arrived[_key(each.sender, each)].append(each)
                self._requests[_key(each.sender, each)] += 1
            elif isinstance(each, Sent) and not each.actor.startswith(_TERMINAL):
                self._replies[_key(each.to, each)] += 1

    def tells(self, record: AnyRecord) -> bool:
        """Whether the relay tells of this itself: that a terminal sent it, or that it reached one."""
        if not isinstance(record, Sent | Arrived) or not record.actor.startswith(_TERMINAL):
            return False
        counts = self._requests if isinstance(record, Sent) else self._replies
        key = _key(record.actor, record)
        if not counts[key]:
            return False
        counts[key] -= 1
        return True

    def better(self, record: AnyRecord) -> AnyRecord:
        """What arrived at the host, with what the relay made of it."""
        if not isinstance(record, Arrived):
            return record
        known = self._arrived.get(_key(record.sender, record))
        if not known:
            return record
        passed = known.popleft()
        return msgspec.structs.replace(
            record, genuine=record.genuine and passed.genuine, copy=record.copy or passed.copy)


def _key(terminal: str, record: Sent | Arrived) -> _Key:
    return terminal, record.mti, record.tid, record.batch, record.stan
