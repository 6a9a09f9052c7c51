"""Clearing and payout built wrong on purpose in when they act: too early, too late, never, by another calendar."""

from __future__ import annotations

from collections.abc import Callable

from simulator.defect import Defect, instead
from simulator.money.clearing import MerchantSettlement
from simulator.money.payout import PayoutDesk
from simulator.money.payout_steps import PayoutStep

# Plans a payout and forgets it on the spot: it calls itself done.


def _plan_and_forget(
    plan: Callable[[PayoutDesk, MerchantSettlement], list[PayoutStep]], desk: PayoutDesk,
    settlement: MerchantSettlement,
) -> list[PayoutStep]:
    steps = plan(desk, settlement)
    desk._open.pop(settlement.payout, None)
    return steps


ROWS = (
    Defect("payout.forgets_what_is_due", "a payout is planned and forgotten before it is due",
           (23,), instead(PayoutDesk, (PayoutDesk.plan, _plan_and_forget)), shown_by="lost-reply",
           zh="付款排定后、到期前即被遗忘"),
)
