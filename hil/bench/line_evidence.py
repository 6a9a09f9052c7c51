"""What the relay of a bench did to messages, told to the judge: what was lost was not heard, what was changed is not genuine.

A terminal that gets a changed message cannot know that its host never wrote it so, and neither does its
trace; the line does.  Without this a terminal that rightly disbelieves a reply would be judged as one
that had it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence

import msgspec

from hil.relay.seen import Fate, SeenMessage, Way
from simulator.trace.records import AnyRecord, Arrived, WireCarried

_TAIL = 12  # bytes at the end of a frame, its MAC among them: in a trace card data is zeroed before it


_NOT_HEARD = frozenset({
    Fate.LOST, Fate.HELD, Fate.CUT_SHORT, Fate.GARBAGE, Fate.WRONG_LENGTH, Fate.HUNG_UP, Fate.RESET, Fate.NOWHERE,
})  # what is held came too late to be an answer


def as_heard(records: Iterable[AnyRecord], seen: Iterable[SeenMessage], tid: str) -> list[AnyRecord]:
    """The trace of a host in which a terminal without a trace of its own heard what the relay let through.

    A host writes that a reply arrived when it left its port; behind that port stands the relay.  Each
    reply of the trace is the next one of its kind that the relay saw.
    """
    fates: defaultdict[tuple[str, int], deque[Fate]] = defaultdict(deque)
    for each in seen:
        if each.way is Way.DOWN and each.tid == tid:
            fates[each.mti, each.stan].append(each.fate)
    told: list[AnyRecord] = []
    for record in records:
        if isinstance(record, Arrived) and record.actor == f"terminal.{tid}":
            waiting = fates[record.mti, record.stan]
            fate = waiting.popleft() if waiting else Fate.PASSED
            if fate in _NOT_HEARD:
                continue
            if fate is Fate.CHANGED:
                record = msgspec.structs.replace(record, genuine=False)  # noqa: PLW2901
        told.append(record)
    return told


def tails_of_changed(seen: Iterable[SeenMessage]) -> frozenset[str]:
    """By what the messages that the line changed are known again in a trace."""
    return frozenset(
        each.sent[-_TAIL:].hex().upper() for each in seen if each.fate is Fate.CHANGED and each.sent)


def doubted(records: Sequence[AnyRecord], tails: frozenset[str]) -> Sequence[AnyRecord]:
    """A trace in which what arrived changed is not genuine."""
    if not tails:
        return records
    told: list[AnyRecord] = []
    comes = False
    for record in records:
        if isinstance(record, WireCarried):
            comes = record.frame.upper().endswith(tuple(tails))
        elif comes and isinstance(record, Arrived):
            record = msgspec.structs.replace(record, genuine=False)  # noqa: PLW2901
            comes = False
        told.append(record)
    return told
