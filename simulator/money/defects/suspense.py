"""Payout desks built wrong on purpose in how long money stands in suspense."""

from __future__ import annotations

from collections.abc import Callable

from simulator.catalogue.money_reasons import PayoutReason
from simulator.defect import Defect, instead
from simulator.local_time import HOUR_MS
from simulator.money.payout import Payout, PayoutDesk
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


ROWS = (
    Defect("payout.releases_by_itself", "what stands in suspense is let go without anybody's asking",
           (26,), instead(PayoutDesk, (PayoutDesk._suspend, _suspend_and_release)),
           shown_by="frozen-account",
           zh="无人申请，挂账即自行释放"),
)
