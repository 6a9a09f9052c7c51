"""Traces of a merchant with terms for payouts at once, or for refunds, that are not kept; by hand."""

from __future__ import annotations

from collections.abc import Callable

from synthetic_day import ACCOUNT, DATE, HOST, MID, Day, fee_of

from simulator.local_time import DAY_MS, HOUR_MS
from simulator.trace.records import (
    AcquirerOpened,
    ClearingDelayed,
    ClearingResumed,
    InstantTerm,
    ItemCleared,
    MerchantOpened,
    MerchantSettled,
    PayoutPosted,
    Posted,
)

Part = Callable[[Day], None]


def _terms(day: Day, **facts: object) -> None:
    day.add(MerchantOpened, "merchant.shop", mid=MID, bank="bank.a", account=ACCOUNT, **facts)


def _over_the_limit(day: Day) -> None:
    """A sale of 68.00 is paid at once, and 60.00 is the limit of a sale."""
    _terms(day, payout="instant", payout_rest="T+1", instant=InstantTerm(sale_limit_fen=6000))
    key = day.sale()
    fee, payout = fee_of(6800), f"instant/{key}"
    day.add(ItemCleared, "clearing", key=key, what="sale", mid=MID, amount_fen=6800, fee_fen=fee,
            settlement_date=DATE, payout=payout)
    day.add(MerchantSettled, "clearing", mid=MID, settlement_date=DATE, gross_fen=6800, fee_fen=fee,
            net_fen=6800 - fee, items=1, payout=payout, due_ms=day.at)
    day.add(PayoutPosted, "bank.a", payout=payout, mid=MID, net_fen=6800 - fee)


def _left_to_its_date(day: Day) -> None:
    """All sales are to be paid at once, and this one goes with its date."""
    _terms(day, payout="instant", payout_rest="T+1", instant=InstantTerm())
    day.sale()
    day.arrive()


def _refunded_beyond(day: Day) -> None:
    """68.00 are sold, cleared and paid; then 30.00 are refunded though nothing is pending."""
    _terms(day, refund_beyond="refused")
    key = day.sale()
    day.arrive()
    day.send("r1", 3000, "refund", "0220", original=key)
    day.request_arrives(3000, "refund", "0220")
    day.debited(-3000, why="credit")
    day.captured(-3000, what="refund")
    day.reply_arrives(what="refund", mti="0230")
    day.conclude("r1", fen=3000, what="refund")


def _lend(day: Day, fen: int, why: str = "pool_lent") -> None:
    day.add(Posted, "clearing", why=why, key=f"pool {day.at}", entries=(("pool:free", -fen), ("pool:lent", fen)))


def _lent_and_never_back(day: Day) -> None:
    """Lent on two business days, which end at 23:00; the first never comes back."""
    day.add(AcquirerOpened, HOST, advance_pool_fen=100_00)
    _lend(day, 10_00)
    day.at += DAY_MS
    _lend(day, 10_00)


def lent_and_back_each_day(day: Day) -> None:
    day.add(AcquirerOpened, HOST, advance_pool_fen=100_00)
    for _ in range(2):
        _lend(day, 10_00)
        day.at += HOUR_MS
        _lend(day, -10_00, "pool_back")
        day.at += 23 * HOUR_MS


def lent_while_clearing_is_late(day: Day) -> None:
    """What the first day lent comes back when that day is cleared, in the middle of the next."""
    day.add(AcquirerOpened, HOST, advance_pool_fen=100_00)
    _lend(day, 10_00)
    day.at += HOUR_MS
    day.add(ClearingDelayed, "clearing", settlement_date="2026-01-29")
    day.at += 12 * HOUR_MS
    _lend(day, 10_00)
    day.add(ClearingResumed, "clearing", settlement_date="2026-01-29")
    _lend(day, -20_00, "pool_back")


TERMS_GOOD = (lent_and_back_each_day, lent_while_clearing_is_late)
TERMS_BAD: dict[Part, tuple[int, str]] = {
    _over_the_limit: (34, "paid_at_once_against_terms"),
    _left_to_its_date: (34, "not_paid_at_once"),
    _lent_and_never_back: (34, "pool_not_refilled"),
    _refunded_beyond: (34, "refunded_beyond_pending"),
}
