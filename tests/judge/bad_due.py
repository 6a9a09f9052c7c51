"""Traces of a day with a calendar: right, and wrong in when things happen; every moment is set by hand.

The sale is made on Thursday 2026-01-29 at 22:00, its batch settled at once; cut-over is at 23:00, and
T+1 of that day is Friday at 09:00.
"""

from __future__ import annotations

from collections.abc import Callable

from synthetic_day import ACCOUNT, MID, Day, fee_of

from simulator.local_time import HOUR_MS
from simulator.trace.records import (
    AcquirerOpened,
    ItemCleared,
    MerchantSettled,
    PayoutPosted,
    PayoutSent,
    Posted,
    Record,
)

Part = Callable[[Day], None]
THURSDAY = "2026-01-29"
CUT_OVER_MS = 1_769_698_800_000  # 2026-01-29T23:00+08:00
FRIDAY_MS = 1_769_734_800_000  # 2026-01-30T09:00+08:00
PAYOUT = f"{THURSDAY}/{MID}"
FEE = fee_of(6800)
NET = 6800 - FEE


def at(day: Day, at_ms: int, kind: type[Record], actor: str, **facts: object) -> None:
    """One record at a set moment."""
    day.at = at_ms - 1000
    day.add(kind, actor, **facts)


def settled_sale(day: Day, **facts: object) -> None:
    """A sale whose batch both sides closed, under a host whose days end at 23:00."""
    day.add(AcquirerOpened, "acquirer", **facts)
    day.sale()
    day.close_batch()


def cleared(day: Day, at_ms: int = CUT_OVER_MS, date: str = THURSDAY) -> None:
    """Its item goes into a settlement date."""
    for key, what, fen in day.items:
        at(day, at_ms, ItemCleared, "clearing", key=key, what=what, mid=MID, amount_fen=fen,
           fee_fen=fee_of(fen), settlement_date=date)


def settled(day: Day, at_ms: int = CUT_OVER_MS, date: str = THURSDAY, due_ms: int = FRIDAY_MS) -> None:
    """And the date is closed."""
    at(day, at_ms, MerchantSettled, "clearing", mid=MID, settlement_date=date, gross_fen=6800,
       fee_fen=FEE, net_fen=NET, items=1, payout=f"{date}/{MID}", due_ms=due_ms)


def sent(day: Day, at_ms: int = FRIDAY_MS, payout: str = PAYOUT, attempt: int = 1) -> None:
    """The payout goes to the bank."""
    at(day, at_ms, PayoutSent, "clearing", payout=payout, mid=MID, bank="bank.a", net_fen=NET,
       attempt=attempt)


def paid(day: Day, at_ms: int = FRIDAY_MS + 300, payout: str = PAYOUT) -> None:
    """And is booked."""
    at(day, at_ms, Posted, "bank.a", why="payout_posted", key=payout,
       entries=(("payout:in_transit", -NET), (ACCOUNT, NET)))
    at(day, at_ms, PayoutPosted, "bank.a", payout=payout, mid=MID, net_fen=NET)


# ---- right ---------------------------------------------------------------------------------------


def paid_in_time(day: Day) -> None:
    settled_sale(day)
    cleared(day)
    settled(day)
    sent(day)
    paid(day)


# ---- wrong ---------------------------------------------------------------------------------------


def _forgotten_on_its_date(day: Day) -> None:
    settled_sale(day)
    cleared(day)
    settled(day)
    day.at = FRIDAY_MS + 2 * HOUR_MS


DUE_BAD: dict[Part, tuple[int, str]] = {
    _forgotten_on_its_date: (23, "due_not_paid"),
}
DUE_GOOD: tuple[Part, ...] = (paid_in_time,)
