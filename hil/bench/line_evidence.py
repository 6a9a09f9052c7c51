"""What the relay of a bench did to messages, told to the judge: what was changed is not genuine.

A terminal that gets a changed message cannot know that its host never wrote it so, and neither does its
trace; the line does.  Without this a terminal that rightly disbelieves a reply would be judged as one
that had it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from hil.relay.seen import Fate, SeenMessage
from simulator.trace.records import AnyRecord, Arrived, WireCarried
from simulator.world.network.message_records import HOST

_TAIL = 12  # bytes at the end of a frame, its MAC among them: in a trace card data is zeroed before it


def tails_of_changed(seen: Iterable[SeenMessage]) -> frozenset[str]:
    """By what the messages that the line changed are known again in a trace."""
    return frozenset(
        each.sent[-_TAIL:].hex().upper() for each in seen if each.fate is Fate.CHANGED and each.sent)


def tails_of_spoilt(host: Iterable[AnyRecord]) -> frozenset[str]:
    """By what the replies with a seal that the host itself spoilt are known again in its terminal's trace."""
    tails, comes = [], False
    for record in host:
        if isinstance(record, Arrived) and record.actor != HOST:
            comes = not record.genuine
        elif comes and isinstance(record, WireCarried) and record.sender == HOST:
            tails.append(record.frame.upper()[-2 * _TAIL:])
            comes = False
    return frozenset(tails)


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
