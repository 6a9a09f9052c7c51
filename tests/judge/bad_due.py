"""Traces of a day with a calendar: right, and wrong in when things happen and in what is allowed.

Every moment is set by hand.

The sale is made on Thursday 2026-01-29 at 22:00, its batch settled at once; cut-over is at 23:00, and
T+1 of that day is Friday at 09:00.
"""

from __future__ import annotations

from collections.abc import Callable

from synthetic_day import ACCOUNT, CARDHOLDER, HOST, MID, TERMINAL, TID, Day, fee_of

from simulator.local_time import DAY_MS, HOUR_MS, MINUTE_MS
from simulator.trace.records import (
    AcquirerOpened,
    ActionTaken,
    BankOpened,
    BatchCounted,
    FaultBegan,
    FaultEnded,
    ItemCleared,
    Journaled,
    MerchantOpened,
    MerchantSettled,
    PayoutPosted,
    PayoutReturned,
    PayoutSent,
    Posted,
    Record,
    Released,
    Restarted,
    RiskLooked,
    Sent,
    Suspended,
    TerminalOpened,
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


def _answered_with_tomorrows_date(day: Day) -> None:
    paid_in_time(day)
    day.add(Sent, HOST, to=TERMINAL, what="sale", mti="0210", tid=TID, batch=2, stan=7,
            settlement_date="0131", response_code="51")


def _closed_by_force_on_its_day(day: Day) -> None:
    day.add(AcquirerOpened, "acquirer", force_days=7)
    day.add(Sent, HOST, to=TERMINAL, what="sign_on", mti="0810", tid=TID, batch=1, stan=1)
    day.sale()
    at(day, CUT_OVER_MS, BatchCounted, HOST, tid=TID, batch=1, debit_fen=6800, debit_count=1,
       credit_fen=0, credit_count=0, result="forced", closed=True)


def _closed_by_force_a_day_late(day: Day) -> None:
    """Two days are agreed; it is closed at the third cut-over after its first sale."""
    day.add(AcquirerOpened, "acquirer", force_days=2)
    day.add(Sent, HOST, to=TERMINAL, what="sign_on", mti="0810", tid=TID, batch=1, stan=1)
    day.sale()
    at(day, CUT_OVER_MS + 2 * DAY_MS, BatchCounted, HOST, tid=TID, batch=1, debit_fen=6800, debit_count=1,
       credit_fen=0, credit_count=0, result="forced", closed=True)


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


# ---- wrong: beyond what is allowed ---------------------------------------------------------------


def _more_than_the_card_has(day: Day) -> None:
    day.add(Posted, "bank.a", why="opening", key=CARDHOLDER,
            entries=(("outside", -5000), (CARDHOLDER, 5000)))
    day.sale()


def _account(day: Day, **facts: object) -> None:
    day.add(MerchantOpened, "merchant.shop", mid=MID, bank="bank.a", account=ACCOUNT, **facts)


def _paid_into_a_frozen_account(day: Day) -> None:
    _account(day, account_status="frozen")
    paid_in_time(day)


def _paid_in_another_name(day: Day) -> None:
    _account(day, account_status="open", account_name_matches=False)
    paid_in_time(day)


def _offline_beyond_the_limit(day: Day) -> None:
    day.add(TerminalOpened, TERMINAL, tid=TID, mid=MID, merchant="shop", profile="generic",
            offline_limit_fen=5000)
    day.mean("s1", what="offline_sale")
    day.conclude("s1", what="offline_sale", stan=1)


# ---- wrong: suspense -----------------------------------------------------------------------------


def _returned(day: Day, reason: str, *, retry: bool = False, at_ms: int = FRIDAY_MS + 300) -> None:
    at(day, at_ms, PayoutReturned, "bank.a", payout=PAYOUT, mid=MID, reason=reason, retry=retry)


def _suspended(day: Day, reason: str, at_ms: int = FRIDAY_MS + 300) -> None:
    at(day, at_ms, Suspended, "clearing", mid=MID, payout=PAYOUT, net_fen=NET, reason=reason)


def _released(day: Day, at_ms: int) -> None:
    at(day, at_ms, Released, "clearing", mid=MID, payout=PAYOUT, net_fen=NET)


def _sent_to(day: Day, status: str, **facts: object) -> None:
    _account(day, account_status=status)
    settled_sale(day, **facts)
    cleared(day)
    settled(day)
    sent(day)


def _good_account_called_frozen(day: Day) -> None:
    _sent_to(day, "open")
    _returned(day, "frozen")
    _suspended(day, "frozen")


def _bank_called_closed_at_nine(day: Day) -> None:
    day.add(BankOpened, "bank.a", payout_from_ms=8 * HOUR_MS, payout_until_ms=17 * HOUR_MS)
    _sent_to(day, "open")
    _returned(day, "outside_hours", retry=True)
    sent(day, FRIDAY_MS + HOUR_MS, attempt=2)
    paid(day, FRIDAY_MS + HOUR_MS + 300)


def _suspended_before_anybody_sent_it(day: Day) -> None:
    _account(day, account_status="open")
    settled_sale(day)
    cleared(day)
    settled(day)
    _suspended(day, "name_mismatch", FRIDAY_MS)


def _suspended_for_what_nobody_said(day: Day) -> None:
    _sent_to(day, "closed")
    _returned(day, "closed")
    _suspended(day, "frozen")


def _returned_for_good_and_forgotten(day: Day) -> None:
    _sent_to(day, "closed")
    _returned(day, "closed")
    day.at = FRIDAY_MS + HOUR_MS


def _released_by_nobody(day: Day) -> None:
    _sent_to(day, "frozen")
    _returned(day, "frozen")
    _suspended(day, "frozen")
    _released(day, FRIDAY_MS + HOUR_MS)


def _freed_and_kept(day: Day) -> None:
    _sent_to(day, "closed")
    _returned(day, "closed")
    _suspended(day, "closed")
    at(day, FRIDAY_MS + HOUR_MS, ActionTaken, "merchant.shop", action="correct_account")
    day.at = FRIDAY_MS + 2 * HOUR_MS


def _ordered_over_and_kept(day: Day) -> None:
    _account(day, account_status="open")
    settled_sale(day)
    cleared(day)
    settled(day)
    order = {"fault": "order", "mode": "dispute.legal_hold", "target": "shop"}
    at(day, FRIDAY_MS - HOUR_MS, FaultBegan, "run", **order)
    _suspended(day, "legal_hold", FRIDAY_MS)
    at(day, FRIDAY_MS + HOUR_MS, FaultEnded, "run", **order)
    day.at = FRIDAY_MS + 2 * HOUR_MS


def _put_off_until_one_and_kept(day: Day) -> None:
    _account(day, account_status="open")
    settled_sale(day)
    cleared(day)
    settled(day)
    at(day, FRIDAY_MS - HOUR_MS, ActionTaken, "merchant.shop", action="defer_payout",
       until_ms=FRIDAY_MS + HOUR_MS)
    _suspended(day, "deferred", FRIDAY_MS)
    day.at = FRIDAY_MS + 2 * HOUR_MS


def _put_off_and_released_too_early(day: Day) -> None:
    _account(day, account_status="open")
    settled_sale(day)
    cleared(day)
    settled(day)
    at(day, FRIDAY_MS - HOUR_MS, ActionTaken, "merchant.shop", action="defer_payout",
       until_ms=FRIDAY_MS + 5 * HOUR_MS)
    _suspended(day, "deferred", FRIDAY_MS)
    _released(day, FRIDAY_MS + HOUR_MS)
    sent(day, FRIDAY_MS + HOUR_MS)
    paid(day, FRIDAY_MS + HOUR_MS + 300)


def _stands_until(day: Day, end_ms: int) -> None:
    """In suspense from Friday on, of an acquirer that gives itself two days; released, and back once more."""
    _sent_to(day, "frozen", suspense_days=2)
    _returned(day, "frozen")
    _suspended(day, "frozen")
    at(day, end_ms, ActionTaken, "merchant.shop", action="release_suspense")
    _released(day, end_ms)
    sent(day, end_ms, attempt=2)
    _returned(day, "frozen", at_ms=end_ms + 300)
    _suspended(day, "frozen", end_ms + 300)


def _in_suspense_beyond_the_term(day: Day) -> None:
    _stands_until(day, FRIDAY_MS - 9 * HOUR_MS + 3 * DAY_MS)  # Monday, 00:00


def _in_suspense_for_ever(day: Day) -> None:
    _sent_to(day, "frozen", suspense_days=2)
    _returned(day, "frozen")
    _suspended(day, "frozen")
    day.at = FRIDAY_MS + 5 * DAY_MS


def released_on_the_last_day_of_the_term(day: Day) -> None:
    """Two calendar days after its own it is still within the term."""
    _stands_until(day, FRIDAY_MS - 10 * HOUR_MS + 3 * DAY_MS)


def in_suspense_where_nobody_set_a_term(day: Day) -> None:
    """What nobody releases may stand for ever."""
    _sent_to(day, "frozen")
    _returned(day, "frozen")
    _suspended(day, "frozen")
    day.at = FRIDAY_MS + 50 * DAY_MS


def _released_though_a_paper_is_missing(day: Day) -> None:
    _sent_to(day, "frozen")
    _returned(day, "frozen")
    _suspended(day, "frozen")
    at(day, FRIDAY_MS + HOUR_MS, ActionTaken, "merchant.shop", action="release_suspense",
       missing="licence")
    _released(day, FRIDAY_MS + HOUR_MS)


def frozen_freed_and_paid(day: Day) -> None:
    _sent_to(day, "frozen")
    _returned(day, "frozen")
    _suspended(day, "frozen")
    at(day, FRIDAY_MS + HOUR_MS, ActionTaken, "merchant.shop", action="unfreeze_account")
    _account(day, account_status="open")
    at(day, FRIDAY_MS + 2 * HOUR_MS, ActionTaken, "merchant.shop", action="release_suspense")
    _released(day, FRIDAY_MS + 2 * HOUR_MS)
    sent(day, FRIDAY_MS + 2 * HOUR_MS, attempt=2)
    paid(day, FRIDAY_MS + 2 * HOUR_MS + 300)


def closed_until_the_morning(day: Day) -> None:
    day.add(BankOpened, "bank.a", payout_from_ms=10 * HOUR_MS, payout_until_ms=17 * HOUR_MS)
    _sent_to(day, "open")
    _returned(day, "outside_hours", retry=True)
    sent(day, FRIDAY_MS + HOUR_MS, attempt=2)
    paid(day, FRIDAY_MS + HOUR_MS + 300)


def held_by_an_order_until_it_ended(day: Day) -> None:
    """The order ends and the money goes in one moment, in whichever order the two are written."""
    _account(day, account_status="open")
    settled_sale(day)
    cleared(day)
    settled(day)
    at(day, FRIDAY_MS - HOUR_MS, FaultBegan, "run", fault="order", mode="dispute.legal_hold", target="shop")
    _suspended(day, "legal_hold", FRIDAY_MS - HOUR_MS)
    _released(day, FRIDAY_MS + HOUR_MS)
    at(day, FRIDAY_MS + HOUR_MS, FaultEnded, "run", fault="order", mode="dispute.legal_hold", target="shop")
    sent(day, FRIDAY_MS + HOUR_MS)
    paid(day, FRIDAY_MS + HOUR_MS + 300)


def _released_while_the_order_stands(day: Day) -> None:
    _account(day, account_status="open")
    settled_sale(day)
    cleared(day)
    settled(day)
    at(day, FRIDAY_MS - HOUR_MS, FaultBegan, "run", fault="order", mode="dispute.legal_hold", target="shop")
    _suspended(day, "legal_hold", FRIDAY_MS - HOUR_MS)
    _released(day, FRIDAY_MS + HOUR_MS)
    sent(day, FRIDAY_MS + HOUR_MS)
    paid(day, FRIDAY_MS + HOUR_MS + 300)


def _looked(day: Day, at_ms: int, case: str = "F1", *, held: bool) -> None:
    at(day, at_ms, RiskLooked, "acquirer", mid=MID, case=case, held=held, key="10000001/000001/000001", sale="S1", amount_fen=6_800)


def looked_into_until_the_second_case_was_done(day: Day) -> None:
    _account(day, account_status="open")
    settled_sale(day)
    cleared(day)
    settled(day)
    _looked(day, FRIDAY_MS - 2 * HOUR_MS, held=True)
    _looked(day, FRIDAY_MS - HOUR_MS, "F2", held=True)
    _suspended(day, "risk", FRIDAY_MS - HOUR_MS)
    _looked(day, FRIDAY_MS - HOUR_MS + 1, held=False)
    _looked(day, FRIDAY_MS + HOUR_MS, "F2", held=False)
    _released(day, FRIDAY_MS + HOUR_MS)
    sent(day, FRIDAY_MS + HOUR_MS)
    paid(day, FRIDAY_MS + HOUR_MS + 300)


def _sent_while_it_is_looked_into(day: Day) -> None:
    _account(day, account_status="open")
    settled_sale(day)
    cleared(day)
    settled(day)
    _looked(day, FRIDAY_MS - 2 * HOUR_MS, held=True)
    _looked(day, FRIDAY_MS - HOUR_MS, "F2", held=True)
    _looked(day, FRIDAY_MS - HOUR_MS + 1, held=False)  # the other is not done
    sent(day)
    paid(day)


def all_that_the_card_has(day: Day) -> None:
    day.add(Posted, "bank.a", why="opening", key=CARDHOLDER,
            entries=(("outside", -6800), (CARDHOLDER, 6800)))
    paid_in_time(day)


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
    _answered_with_tomorrows_date: (24, "reply_of_other_day"),
    _closed_by_force_on_its_day: (24, "forced_early"),
    _closed_by_force_a_day_late: (24, "forced_late"),
    _cleared_with_its_batch_open: (24, "cleared_unsettled"),
    _cleared_a_day_later: (24, "cleared_late"),
    _ready_and_never_cleared: (24, "never_cleared"),
    _due_told_a_day_late: (24, "wrong_due_date"),
    _sent_in_the_night: (24, "paid_early"),
    _booked_before_anybody_sent_it: (24, "paid_early"),
    _sent_in_the_afternoon: (24, "sent_late"),
    _booked_the_next_day: (24, "booked_late"),
    _more_than_the_card_has: (25, "overdrawn"),
    _paid_into_a_frozen_account: (25, "paid_into_barred_account"),
    _paid_in_another_name: (25, "paid_to_another_name"),
    _offline_beyond_the_limit: (25, "over_offline_limit"),
    _good_account_called_frozen: (26, "returned_without_cause"),
    _bank_called_closed_at_nine: (26, "returned_without_cause"),
    _suspended_before_anybody_sent_it: (26, "suspended_without_cause"),
    _suspended_for_what_nobody_said: (26, "suspended_for_other_reason"),
    _returned_for_good_and_forgotten: (26, "returned_and_dropped"),
    _released_while_the_order_stands: (26, "released_without_cause"),
    _released_by_nobody: (26, "released_without_cause"),
    _sent_while_it_is_looked_into: (26, "sent_though_held"),
    _freed_and_kept: (26, "suspense_kept"),
    _ordered_over_and_kept: (26, "kept_after_order"),
    _put_off_until_one_and_kept: (26, "deferred_and_kept"),
    _put_off_and_released_too_early: (26, "released_without_cause"),
    _in_suspense_beyond_the_term: (26, "suspense_too_long"),
    _in_suspense_for_ever: (26, "suspense_too_long"),
    _released_though_a_paper_is_missing: (26, "released_without_cause"),
}
DUE_GOOD: tuple[Part, ...] = (
    released_on_the_last_day_of_the_term, in_suspense_where_nobody_set_a_term,
    paid_in_time, returned_and_sent_again_the_next_day, host_down_at_its_cut_over,
    captured_after_the_cut_over_under_a_host_that_clears_by_approval, paid_on_the_same_day,
    frozen_freed_and_paid, looked_into_until_the_second_case_was_done, held_by_an_order_until_it_ended, closed_until_the_morning, all_that_the_card_has,
)
