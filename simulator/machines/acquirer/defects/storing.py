"""Hosts that write down too late, or not what they did."""

from __future__ import annotations

from collections.abc import Callable

from simulator.defect import Defect, instead
from simulator.machines.acquirer.events import AcquirerEvent, Reply
from simulator.machines.acquirer.machine import handle
from simulator.machines.acquirer.work import Effects, HostTable, Work


def _replies_first(
    right: Callable[[Work, AcquirerEvent, int], Effects], work: Work, event: AcquirerEvent,
    now_ms: int,
) -> Effects:
    """Answer the terminal first and write it down later."""
    effects = right(work, event, now_ms)
    replies: Effects = [effect for effect in effects if isinstance(effect, Reply)]
    return replies + [effect for effect in effects if not isinstance(effect, Reply)]


ROWS = (
    Defect("acquirer.replies_before_store",
           "an approval is told before it is written down, and lost in a crash",
           (3,), replaces=instead(HostTable, (handle, _replies_first)),
           shown_by="defects/host-crash-before-reply",
           zh="批准先应答后存储，宕机即丢失"),
)
