"""Business days end at their hour, batches are closed and items cleared with them."""

from __future__ import annotations

from typing import Any

from simulator.catalogue.disputes import ITEMS as DISPUTE_ITEMS
from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.calendar import Calendar, day_of, iso, numbered
from simulator.judge.rule import Case
from simulator.judge.rules.on_time.times import Times
from simulator.judge.tracking.ready import is_of_batch, ready_since_ms
from simulator.judge.tracking.stretches import SaleDecided
from simulator.judge.transactions import HOST
from simulator.judge.words.story import local
from simulator.local_time import DAY_MS, HOUR_MS, MINUTE_MS
from simulator.trace.records import (
    BatchCounted,
    ClearingDelayed,
    ClearingResumed,
    ItemCleared,
    Journaled,
    Posted,
    Restarted,
    Sent,
    key_of,
    tid_of,
)

AT_ONCE_MS = MINUTE_MS  # what has its moment is done in it; a machine that was down does it when it is up
BY_TOTALS = "1"  # the host settled a batch without a look at its items
FORCED = "forced"

_Case = Case[Times]


def posted(case: _Case, record: Posted) -> None:
    """An item is captured."""
    if record.why == PostingReason.CAPTURE and is_of_batch(record.key):
        case.memory.items.capture(record)


def counted(case: _Case, record: BatchCounted) -> None:
    """The host settles a batch by what was uploaded: what was not it may hold back."""
    if record.actor != HOST or not record.closed or record.result == BY_TOTALS:
        return
    if record.result == FORCED:
        _check_force(case, record)
    case.memory.items.settle_by_items(case.book, record)


def _check_force(case: _Case, record: BatchCounted) -> None:
    """A batch is closed by force when it is old enough, or when its terminal was given a later one."""
    book, calendar, days = case.book, case.book.calendar, case.book.acquirer.force_days
    terminal = book.terminals.get(record.tid)
    if (
        calendar is None or terminal is None or not days or terminal.batch != record.batch
        or case.memory.given.get(record.tid, 0) > record.batch
    ):
        return
    age = calendar.business_day(record.at_ms) - calendar.business_day(terminal.batch_first_ms)
    if age < days:
        case.find(
            "forced_early", at_ms=record.at_ms, tid=record.tid, batch=f"{record.batch:06}",
            age=age, days=days, amount_fen=record.debit_fen - record.credit_fen,
        )
    elif age > days and record.at_ms - case.memory.host_up_ms > DAY_MS:
        first_ms = case.memory.items.first_ms(record.tid, record.batch)  # when the host knew of it at the latest
        age = 0 if first_ms is None else calendar.business_day(record.at_ms) - calendar.business_day(first_ms)
        if age > days:
            case.find(
                "forced_late", at_ms=record.at_ms, tid=record.tid, batch=f"{record.batch:06}",
                age=age, days=days, amount_fen=record.debit_fen - record.credit_fen,
            )


def journaled(case: _Case, record: Journaled) -> None:
    """The host's day ends, or it lets an item go that it held."""
    if record.actor != HOST:
        return
    if record.entry == "cutover":
        times, calendar = case.memory, case.book.calendar
        if calendar is not None and record.at_ms - times.host_up_ms > AT_ONCE_MS:
            _check_hour(case, calendar, record.at_ms)
    else:
        case.memory.items.journaled(record)


def restarted(case: _Case, record: Restarted) -> None:
    """A host that was down at its cut-over does it when it is up again."""
    if record.actor == HOST:
        case.memory.host_up_ms = record.at_ms


def replied(case: _Case, record: Sent) -> None:
    """A reply names the business day in F15."""
    said, calendar = record.settlement_date, case.book.calendar
    if record.mti == "0810" and record.what == "sign_on":
        case.memory.given[record.tid] = record.batch
    if not said or calendar is None or record.actor != HOST:
        return
    at_ms, times = record.at_ms, case.memory
    day = calendar.business_day(at_ms)
    if day != times.day:
        times.day, times.mmdd = day, iso(day)[5:].replace("-", "")
        times.within = calendar, calendar.cut_over_of(day - 1), calendar.cut_over_of(day)
    if said != times.mmdd and (
        at_ms - times.host_up_ms > AT_ONCE_MS and at_ms - calendar.cut_over_of(day - 1) > AT_ONCE_MS
    ):
        key = key_of(record.tid, record.batch, record.stan)
        case.find(
            "reply_of_other_day", at_ms=at_ms, tid=record.tid, key=key, said=said, right=times.mmdd,
            what=f"{record.mti} {record.what}", amount_fen=record.amount_fen or 0, story=[record],
        )


def cleared(case: _Case, record: ItemCleared) -> None:
    """An item goes into a settlement date."""
    if record.what in DISPUTE_ITEMS:
        return  # of no batch: see invariant 33
    calendar, times = case.book.calendar, case.memory
    item, let_go_ms = times.items.take(record)
    times.has_cleared = True
    if calendar is None:
        return
    case.exercised += 1
    day = calendar.business_day(record.at_ms)
    if (record.settlement_date, record.at_ms) == times.resumed and not record.payout:
        day = numbered(record.settlement_date) or day  # announced as late, and of its own day all the same
    elif not record.payout:  # what is paid at once is cleared at once
        if not _check_hour(case, calendar, record.at_ms):
            return
        day = day_of(record.at_ms - calendar.cut_over_ms)
    if record.settlement_date != iso(day):
        _find(case, "wrong_settlement_date", record, said=record.settlement_date, right=iso(day))
        return
    if item is None or record.payout:
        return
    ready_ms = ready_since_ms(case.book, record.key, item)
    if ready_ms is None:
        _find(case, "cleared_unsettled", record, said=record.settlement_date)
        return
    ready_ms = max(ready_ms, let_go_ms)
    last = calendar.business_day(ready_ms)
    if day > max(last, times.items.held_until(case.book, calendar, record.key)):
        _find(case, "cleared_late", record, said=record.settlement_date, right=iso(last),
              ready=local(ready_ms))


def _check_hour(case: _Case, calendar: Calendar, at_ms: int) -> bool:
    """Whether this is the hour at which business days end; told once for each cut-over that it is not."""
    day = day_of(at_ms - calendar.cut_over_ms)
    if 0 <= at_ms - calendar.cut_over_of(day) <= AT_ONCE_MS:
        return True
    if case.memory.told_ms != at_ms:
        case.memory.told_ms = at_ms
        hour = f"{calendar.cut_over_ms // HOUR_MS:02}:{calendar.cut_over_ms % HOUR_MS // MINUTE_MS:02}"
        case.find("cut_over_at_other_hour", at_ms=at_ms, said=local(at_ms), right=hour)
    return False


def delayed(case: _Case, record: ClearingDelayed) -> None:
    """A day ended, and what it brought is to be cleared later."""
    case.memory.delayed[record.settlement_date] = None


def resumed(case: _Case, record: ClearingResumed) -> None:
    """That is done now; of a day that was never said to wait nothing is."""
    if case.memory.delayed.pop(record.settlement_date, "") is None:
        case.memory.resumed = (record.settlement_date, record.at_ms)


def _find(case: _Case, code: str, record: ItemCleared, **facts: Any) -> None:
    transaction = case.book.transactions.get(record.key)
    case.find(
        code, at_ms=record.at_ms, key=record.key, mid=record.mid, tid=tid_of(record.key),
        amount_fen=record.amount_fen, sale=transaction.sale if transaction else None, **facts,
    )


def decided(case: _Case, stretch: SaleDecided) -> None:
    """A sale is captured, and answered."""
    times, record = case.memory, stretch.reply
    times.items.capture_one(stretch.transaction.key, stretch.capture.at_ms, stretch.transaction.amount_fen)
    calendar, from_ms, until_ms = times.within
    if record.settlement_date != times.mmdd or calendar is not case.book.calendar or not (
        from_ms <= record.at_ms < until_ms
    ):
        replied(case, record)
