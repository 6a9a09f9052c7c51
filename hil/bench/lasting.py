"""How long a fault of the host goes on by itself once it has struck: who waits for rest waits for its end too.

On a live clock what a protocol waits for keeps its real distance, so a host that is down for two minutes
is down for two minutes.  What a calendar waits for (a payout, a document) is jumped over and not waited for.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.faults.points import Verb
from simulator.trace.records import AnyRecord, FaultFired

ON_THE_LINE = frozenset({Verb.CRASH, Verb.LATE, Verb.DELAY, Verb.DUPLICATE})
LONGEST_S = 300.0


def lasts_s(records: Iterable[AnyRecord]) -> float:
    """The longest of those that struck, in seconds; of what goes on for longer than ``LONGEST_S`` nobody waits for the end.

    >>> lasts_s([FaultFired(0, "run", fault="", mode="", point="", anchor="", verb="late", ms=40_000)])
    40.0
    >>> lasts_s([FaultFired(0, "run", fault="", mode="", point="", anchor="", verb="queue", ms=40_000)])
    0.0
    """
    return min(LONGEST_S, max((
        each.ms / 1_000 for each in records if isinstance(each, FaultFired) and each.verb in ON_THE_LINE), default=0.0))
