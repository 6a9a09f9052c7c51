"""Payout desks built wrong on purpose in how long money stands in suspense."""

from __future__ import annotations

from collections.abc import Callable

from simulator.catalogue.money_reasons import PayoutReason
from simulator.defect import Defect, instead
from simulator.local_time import HOUR_MS
from simulator.money.payout import ALLOWED, Payout, PayoutDesk
from simulator.money.payout_steps import PayoutStep

# Lets go what it has just put on suspense, and tries again some hours later.


def _suspend_and_release(
    suspend: Callable[[PayoutDesk, Payout, PayoutReason], list[PayoutStep]], desk: PayoutDesk,
    payout: Payout, reason: PayoutReason,
) -> list[PayoutStep]:
    steps = suspend(desk, payout, reason)
    if payout.attempt <= 1:
        steps += desk._release_where(payout.mid, payout.due_ms + 3 * HOUR_MS, None)
    return steps


# Lifts a hold, and leaves what it had stopped where it is.


def _lift_and_forget(
    right: Callable[[PayoutDesk, str, PayoutReason, int], list[PayoutStep]], desk: PayoutDesk, mid: str,
    reason: PayoutReason, now_ms: int,
) -> list[PayoutStep]:
    forgotten = {payout.payout: payout.reason for payout in desk._of(mid, ALLOWED["release"])}
    for payout in desk._of(mid, ALLOWED["release"]):
        payout.reason = None
    steps = right(desk, mid, reason, now_ms)
    for payout in desk._of(mid, ALLOWED["release"]):
        payout.reason = forgotten[payout.payout]
    return steps


ROWS = (
    Defect("payout.keeps_after_order", "what an order kept back stays in suspense when the order is over",
           (26,), instead(PayoutDesk, (PayoutDesk.lift, _lift_and_forget)), shown_by="judge/legal-hold",
           zh="止付解除后，挂账款项仍不释放"),
    Defect("payout.releases_by_itself", "what stands in suspense is let go without anybody's asking",
           (26,), instead(PayoutDesk, (PayoutDesk._suspend, _suspend_and_release)),
           shown_by="frozen-account",
           zh="无人申请，挂账即自行释放"),
)
