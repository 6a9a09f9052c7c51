"""A terminal that sends message after message by itself, is answered each time, and never comes to rest: it is at fault.

What waits for an answer that the line or the host keeps back is no such loop.  A process that is kept
from its processor sends less, and not more.
"""

from __future__ import annotations

from collections.abc import Sequence

from hil.control.bench_error import BenchError
from hil.relay.seen import Fate, SeenMessage, Way
from simulator.catalogue.language import Message, Told

LOOP = 50  # messages of its own that were answered while it should have come to rest
RESTLESS = Message(
    "restless_rig", "terminal {tid} sent {count} messages by itself in {seconds} s, each was answered, and it did not come to rest",
    "终端 {tid} 在 {seconds} 秒内自行发出 {count} 条报文，每条都有应答，却始终不停")
_HEARD = frozenset({Fate.PASSED, Fate.HELD, Fate.REPEATED, Fate.SPLIT})


class RestlessError(BenchError):
    """It goes on and on; ``why`` is said in both languages."""

    def __init__(self, why: Told) -> None:
        super().__init__(why.en)
        self.why = why


def restless(tid: str, seen: Sequence[SeenMessage], seconds: float) -> RestlessError | None:
    """Whether what passed while it should have come to rest is a loop."""
    answered = sum(each.way is Way.DOWN and each.fate in _HEARD for each in seen)
    if answered < LOOP:
        return None
    return RestlessError(RESTLESS.both(tid=tid, count=answered, seconds=round(seconds)))
