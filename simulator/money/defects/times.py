"""Clearing and payout built wrong on purpose in when they act: too early, too late, never, by another calendar."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date

import msgspec

from simulator.defect import Defect, instead
from simulator.local_time import HOUR_MS
from simulator.money.calendar import ONE_DAY, SATURDAY, WorkingDays
from simulator.money.clearing import (
    CapturedItem,
    ClearedItem,
    Clearing,
    CutOver,
    MerchantSettlement,
)
from simulator.money.payout import Payout, PayoutDesk
from simulator.money.payout_steps import PayoutStep

# Plans a payout and forgets it on the spot: it calls itself done.


def _plan_and_forget(
    plan: Callable[[PayoutDesk, MerchantSettlement], list[PayoutStep]], desk: PayoutDesk,
    settlement: MerchantSettlement,
) -> list[PayoutStep]:
    steps = plan(desk, settlement)
    desk._open.pop(settlement.payout, None)
    return steps


# The next day's settlement date on what is cleared today.


def _date_ahead(
    cleared: Callable[[Clearing, CapturedItem, str], ClearedItem], clearing: Clearing,
    item: CapturedItem, settlement_date: str,
) -> ClearedItem:
    following = date.fromisoformat(settlement_date) + ONE_DAY
    return msgspec.structs.replace(
        cleared(clearing, item, settlement_date), settlement_date=following.isoformat())


# What is captured waits for no settlement of its batch, though batches are what is cleared.


def _clear_at_cut_over(
    cut_over: Callable[[Clearing, str], CutOver], clearing: Clearing, settlement_date: str,
) -> CutOver:
    for items in clearing._open.values():
        clearing._ready += items
    clearing._open.clear()
    return cut_over(clearing, settlement_date)


# A settled batch waits a day longer than it must.


def _settle_for_tomorrow(
    settle: Callable[..., int], clearing: Clearing, tid: str, batch: int, settlement_date: str,
    held: Collection[str] = (),
) -> int:
    following = date.fromisoformat(settlement_date) + ONE_DAY
    return settle(clearing, tid, batch, following.isoformat(), held)


# Counts days where working days are meant; weekends and holidays pay as well.


def _every_day_pays(_right: object, _days: WorkingDays, _day: date) -> bool:
    return True


# Knows weekends and nothing of holidays and of the days that make up for them.


def _weekends_only(_right: object, _days: WorkingDays, day: date) -> bool:
    return day.weekday() < SATURDAY


# Knows holidays and forgets that a Saturday may be worked for them.


def _no_make_up_days(
    is_working: Callable[[WorkingDays, date], bool], days: WorkingDays, day: date,
) -> bool:
    return day.weekday() < SATURDAY and is_working(days, day)


# Pays in the night before it is due.


def _wait_less(
    wait: Callable[[PayoutDesk, Payout, int], None], desk: PayoutDesk, payout: Payout, due_ms: int,
) -> None:
    wait(desk, payout, due_ms - 8 * HOUR_MS)


# Pays in the afternoon what was due in the morning.


def _wait_longer(
    wait: Callable[[PayoutDesk, Payout, int], None], desk: PayoutDesk, payout: Payout, due_ms: int,
) -> None:
    wait(desk, payout, due_ms + 6 * HOUR_MS)


ROWS = (
    Defect("payout.forgets_what_is_due", "a payout is planned and forgotten before it is due",
           (23,), instead(PayoutDesk, (PayoutDesk.plan, _plan_and_forget)), shown_by="lost-reply",
           zh="付款排定后、到期前即被遗忘"),
    Defect("clearing.dates_ahead", "what is cleared today bears the settlement date of tomorrow",
           (24,), instead(Clearing, (Clearing._cleared, _date_ahead)), shown_by="lost-reply",
           zh="今日清算的交易记为次日清算日"),
    Defect("clearing.waits_for_no_settlement",
           "the cut-over clears what is captured, settled or not, where batches are what is cleared",
           (24,), instead(Clearing, (Clearing.cut_over, _clear_at_cut_over)),
           shown_by="defects/settled-after-cut-over",
           zh="以批次结算为准时，日切仍清算未结算批次的交易"),
    Defect("clearing.a_day_late", "a settled batch is cleared a day after its date",
           (24,), instead(Clearing, (Clearing.settle_batch, _settle_for_tomorrow)), shown_by="lost-reply",
           zh="已结算批次晚一天清算"),
    Defect("calendar.every_day_pays", "days are counted where working days are meant",
           (24,), instead(WorkingDays, (WorkingDays.is_working_day, _every_day_pays)),
           shown_by="spring-festival",
           zh="按自然日而非工作日计算付款日"),
    Defect("calendar.weekends_only", "holidays and the days made up for them are not known",
           (24,), instead(WorkingDays, (WorkingDays.is_working_day, _weekends_only)),
           shown_by="spring-festival",
           zh="只认周末，不认法定节假日与调休"),
    Defect("calendar.no_make_up_days", "a weekend that is worked does not count as working days",
           (24,), instead(WorkingDays, (WorkingDays.is_working_day, _no_make_up_days)),
           shown_by="money/paid-on-a-worked-saturday",
           zh="调休上班的周末不算工作日"),
    Defect("payout.before_it_is_due", "payouts are made in the night before they are due",
           (24,), instead(PayoutDesk, (PayoutDesk._wait, _wait_less)), shown_by="lost-reply",
           zh="付款在应付日前一夜即付出"),
    Defect("payout.hours_late", "payouts are made in the afternoon, due in the morning",
           (24,), instead(PayoutDesk, (PayoutDesk._wait, _wait_longer)), shown_by="lost-reply",
           zh="应于上午付出的款项下午才付"),
)
