"""Traces of a day with a calendar: right, and wrong in when things happen; every moment is set by hand.

The sale is made on Thursday 2026-01-29 at 22:00, its batch settled at once; cut-over is at 23:00, and
T+1 of that day is Friday at 09:00.
"""

from __future__ import annotations

from collections.abc import Callable

from synthetic_day import ACCOUNT, MID, Day, fee_of

from simulator.local_time import DAY_MS, HOUR_MS, MINUTE_MS
from simulator.trace.records import (
    AcquirerOpened,
    ItemCleared,
    Journaled,
    MerchantOpened,
    MerchantSettled,
    PayoutPosted,
    PayoutReturned,
    PayoutSent,
    Posted,
    Record,
    Restarted,
)

Part = Callable[[Day], None]
THURSDAY = "2026-01-29"
CUT_OVER_MS = 1_769_698_800_000  # 2026-01-29T23:00+08:00
FRIDAY_MS = 1_769_734_800_000  # 2026-01-30T09:00+08:00
MONDAY_MS = FRIDAY_MS + 3 * DAY_MS
FRIDAY = "2026-01-30"
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


def _cut_over_an_hour_early(day: Day) -> None:
    settled_sale(day)
    cleared(day, CUT_OVER_MS - 30 * MINUTE_MS)
    settled(day, CUT_OVER_MS - 30 * MINUTE_MS)
    sent(day)
    paid(day)


def _dated_ahead(day: Day) -> None:
    settled_sale(day)
    cleared(day, date=FRIDAY)
    settled(day, date=FRIDAY, due_ms=MONDAY_MS)
    sent(day, MONDAY_MS, f"{FRIDAY}/{MID}")
    paid(day, MONDAY_MS + 300, f"{FRIDAY}/{MID}")


def _cleared_with_its_batch_open(day: Day) -> None:
    day.add(AcquirerOpened, "acquirer")
    day.sale()
    cleared(day)
    settled(day)
    sent(day)
    paid(day)


def _cleared_a_day_later(day: Day) -> None:
    settled_sale(day)
    cleared(day, CUT_OVER_MS + DAY_MS, FRIDAY)
    settled(day, CUT_OVER_MS + DAY_MS, FRIDAY, MONDAY_MS)
    sent(day, MONDAY_MS, f"{FRIDAY}/{MID}")
    paid(day, MONDAY_MS + 300, f"{FRIDAY}/{MID}")


def _ready_and_never_cleared(day: Day) -> None:
    settled_sale(day)
    day.at = CUT_OVER_MS + HOUR_MS


def _due_told_a_day_late(day: Day) -> None:
    settled_sale(day)
    cleared(day)
    settled(day, due_ms=FRIDAY_MS + DAY_MS)
    sent(day)
    paid(day)


def _sent_in_the_night(day: Day) -> None:
    settled_sale(day)
    cleared(day)
    settled(day)
    sent(day, FRIDAY_MS - 8 * HOUR_MS)
    paid(day, FRIDAY_MS - 8 * HOUR_MS + 300)


def _booked_before_anybody_sent_it(day: Day) -> None:
    settled_sale(day)
    cleared(day)
    settled(day)
    paid(day, FRIDAY_MS - HOUR_MS)


def _sent_in_the_afternoon(day: Day) -> None:
    settled_sale(day)
    cleared(day)
    settled(day)
    sent(day, FRIDAY_MS + 6 * HOUR_MS)
    paid(day, FRIDAY_MS + 6 * HOUR_MS + 300)


def _booked_the_next_day(day: Day) -> None:
    settled_sale(day)
    cleared(day)
    settled(day)
    sent(day)
    paid(day, FRIDAY_MS + DAY_MS)


# ---- right, though it looks late -----------------------------------------------------------------


def returned_and_sent_again_the_next_day(day: Day) -> None:
    settled_sale(day)
    cleared(day)
    settled(day)
    sent(day)
    at(day, FRIDAY_MS + 200, PayoutReturned, "bank.a", payout=PAYOUT, mid=MID,
       reason="maintenance", retry=True)
    sent(day, FRIDAY_MS + 30 * HOUR_MS, attempt=2)
    paid(day, FRIDAY_MS + 30 * HOUR_MS + 300)


def host_down_at_its_cut_over(day: Day) -> None:
    settled_sale(day)
    cleared(day)
    settled(day)
    at(day, CUT_OVER_MS + 40 * MINUTE_MS, Restarted, "acquirer")
    at(day, CUT_OVER_MS + 40 * MINUTE_MS, Journaled, "acquirer", entry="cutover")
    sent(day)
    paid(day)


def captured_after_the_cut_over_under_a_host_that_clears_by_approval(day: Day) -> None:
    day.add(AcquirerOpened, "acquirer", capture="host")
    day.at = CUT_OVER_MS + HOUR_MS
    day.sale()
    cleared(day, CUT_OVER_MS + DAY_MS, FRIDAY)
    settled(day, CUT_OVER_MS + DAY_MS, FRIDAY, MONDAY_MS)
    sent(day, MONDAY_MS, f"{FRIDAY}/{MID}")
    paid(day, MONDAY_MS + 300, f"{FRIDAY}/{MID}")


def paid_on_the_same_day(day: Day) -> None:
    """D+0 is due at 09:00 of a day that ends at 23:00: it is paid as soon as the day is closed."""
    day.add(MerchantOpened, "merchant.shop", mid=MID, bank="bank.a", account=ACCOUNT, payout="D+0")
    settled_sale(day)
    cleared(day)
    settled(day, due_ms=FRIDAY_MS - DAY_MS)
    sent(day, CUT_OVER_MS)
    paid(day, CUT_OVER_MS + 300)


DUE_BAD: dict[Part, tuple[int, str]] = {
    _forgotten_on_its_date: (23, "due_not_paid"),
    _cut_over_an_hour_early: (24, "cut_over_at_other_hour"),
    _dated_ahead: (24, "wrong_settlement_date"),
    _cleared_with_its_batch_open: (24, "cleared_unsettled"),
    _cleared_a_day_later: (24, "cleared_late"),
    _ready_and_never_cleared: (24, "never_cleared"),
    _due_told_a_day_late: (24, "wrong_due_date"),
    _sent_in_the_night: (24, "paid_early"),
    _booked_before_anybody_sent_it: (24, "paid_early"),
    _sent_in_the_afternoon: (24, "sent_late"),
    _booked_the_next_day: (24, "booked_late"),
}
DUE_GOOD: tuple[Part, ...] = (
    paid_in_time, returned_and_sent_again_the_next_day, host_down_at_its_cut_over,
    captured_after_the_cut_over_under_a_host_that_clears_by_approval, paid_on_the_same_day,
)
