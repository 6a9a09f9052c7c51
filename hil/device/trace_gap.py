"""What a device stored and did not live to write into its trace, found again when the power is back.

Memory goes first, so that nothing is claimed that is not there; a kill between the two, or while the
system still syncs, leaves one record of the memory without its line in the trace.  Whoever judges the
run would take what the terminal knew for what it never learned.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.machines.terminal.events import NvmRecord
from simulator.trace.records import AnyRecord, Journaled
from simulator.world.bodies.kept_records import record_name


def untold(stored: Sequence[NvmRecord], trace: Sequence[AnyRecord], tid: str, now_ms: int) -> Journaled | None:
    """The last record of a memory, where no line of the trace is of it."""
    if not stored or not trace:
        return None
    last = stored[-1]
    name = record_name(last), getattr(last, "batch", 0), getattr(last, "stan", 0)
    told = (each for each in trace if isinstance(each, Journaled))
    if any((each.entry, each.batch, each.stan) == name for each in told):
        return None
    return Journaled(now_ms, f"terminal.{tid}", entry=name[0], tid=tid, batch=name[1], stan=name[2])
