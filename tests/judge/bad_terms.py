"""Traces of a merchant with terms for payouts at once, or for refunds, that are not kept; by hand."""

from __future__ import annotations

from collections.abc import Callable

from synthetic_day import ACCOUNT, DATE, MID, Day, fee_of

from simulator.trace.records import (
    InstantTerm,
    ItemCleared,
    MerchantOpened,
    MerchantSettled,
    PayoutPosted,
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


TERMS_BAD: dict[Part, tuple[int, str]] = {
    _over_the_limit: (34, "paid_at_once_against_terms"),
    _left_to_its_date: (34, "not_paid_at_once"),
    _refunded_beyond: (34, "refunded_beyond_pending"),
}
