"""By when money that is on its way should be with its merchant, by the judge's own calendar.

Asks no machine when something is due or whether it is done; where the trace does not say how an
acquirer's days end, the told due moment is all there is.
"""

from __future__ import annotations

import msgspec

from simulator.judge.book import INSTANT, RESTS_WITHIN_MS, Book
from simulator.judge.calendar import begins_ms, day_of, numbered
from simulator.judge.open_items import UNSETTLED, Batch, Sale, Settlement, Terminal, Transaction
from simulator.judge.tracking import batches
from simulator.judge.tracking.ready import HOST_CLEARS
from simulator.judge.tracking.sale_sums import transactions_of
from simulator.judge.verdict import SaleRow
from simulator.local_time import DAY_MS, HOUR_MS
from simulator.trace.records import IN_THE_WORLD, SettlementsPlanned, tid_of

PAID_WITHIN_MS = HOUR_MS  # of its due moment a payout is with its bank, and booked
_WEEK = 7


def due_by_terms(book: Book, mid: str, day: int) -> int | None:
    """When what a merchant has cleared on a day is due; None where nothing says that."""
    merchant, calendar = book.merchants.get(mid), book.calendar
    if merchant is None or calendar is None:
        return None
    opened = merchant.opened
    terms = opened.payout_rest or opened.payout  # what is paid at once has no date
    due_ms, first = calendar.due_ms(day, terms), numbered(opened.first_payout)
    if due_ms is None or first is None:
        return due_ms
    return max(due_ms, calendar.due_ms(first, f"{terms[0]}+0") or 0)


def due_of(book: Book, settlement: Settlement) -> int:
    """When a settlement is due at its merchant: by the calendar, else as it was told."""
    if settlement.name.startswith(INSTANT):
        return settlement.cleared_ms
    day = numbered(settlement.date)
    due_ms = None if day is None else due_by_terms(book, settlement.mid, day)
    return settlement.due_ms if due_ms is None else due_ms


def payable_ms(book: Book, settlement: Settlement) -> int:
    """From when on it can be paid: when it is due, and not before its date was closed."""
    return max(due_of(book, settlement), settlement.cleared_ms)


def expected_ms(book: Book, sale: Sale) -> int | None:
    """When the money of a sale should arrive; None where nothing says that it ever will."""
    settlement = sale.settlement
    if settlement is not None and settlement.netted and not settlement.posted:
        settlement = settlement.into
        if settlement is None:
            return None  # it goes against what the merchant owed
    if settlement is not None and not settlement.posted:
        return None if settlement.suspended else payable_ms(book, settlement)
    for transaction in transactions_of(book, sale):
        if transaction.items > len(transaction.cleared):
            return _cleared_and_paid_ms(book, transaction)
    return None


def held_until_ms(book: Book, sale: Sale) -> int | None:
    """When a hold ends by itself, unless it is completed before; None where no bank said how long it holds."""
    days = book.preauth_days.get(sale.holder, 0)
    if not days or not sale.debited_ms:
        return None
    return begins_ms(day_of(sale.debited_ms) + days + 1)


def with_due(book: Book, sale: Sale, row: SaleRow, at_ms: int) -> SaleRow:
    """The row of a sale on its way, and when it should arrive, counted in working days as well."""
    due_ms, calendar = expected_ms(book, sale), book.calendar
    if due_ms is None:
        return row
    days = None
    if calendar is not None and due_ms >= at_ms:
        days = sum(map(calendar.is_worked, range(day_of(at_ms) + 1, day_of(due_ms) + 1)))
    return msgspec.structs.replace(row, due_ms=due_ms, due_working_days=days)


def open_until(book: Book, at_ms: int) -> int | None:
    """Until when something should still happen to money that is open; None: nothing any more."""
    last_ms = at_ms
    for sale in book.sales.values():
        if sale.captures > 0:
            expected = expected_ms(book, sale)
            if expected is not None:
                last_ms = max(last_ms, expected + PAID_WITHIN_MS)
    if any(_owes(terminal) for terminal in book.terminals.values()):
        last_ms = max(last_ms, book.healed_ms + RESTS_WITHIN_MS)
    return last_ms if last_ms > at_ms else None


def _owes(terminal: Terminal) -> bool:
    """Whether a terminal has something to deliver still, whatever it says of itself."""
    opened, current = terminal.opened, terminal.current
    if current is not None and current.state in UNSETTLED:
        return True
    may_drop = opened.after_last_try == "drop"
    return any(
        not may_drop or each.reversals < opened.reversal_tries for each in terminal.owed or ())


def next_settlement_ms(book: Book, tid: str, after_ms: int) -> int | None:
    """When a terminal's clerk next settles by habit; None where nobody does, or nobody knows."""
    terminal = book.terminals.get(tid)
    if terminal is None or terminal.opened.end != IN_THE_WORLD:
        return None
    plan = book.plans.get(terminal.opened.mid)
    if plan is None:
        return None
    moments = [each for each in plan.moments_ms if each > after_ms]
    if plan.daily_ms >= 0:
        moments.append(_next_daily_ms(plan, after_ms))
    return min(moments, default=None)


def _next_daily_ms(plan: SettlementsPlanned, after_ms: int) -> int:
    day = day_of(after_ms)
    moment = begins_ms(day) + plan.daily_ms
    while moment <= after_ms or (plan.days and (day + 3) % _WEEK not in plan.days):
        day += 1  # 1970-01-01, day 0, was a Thursday
        moment += DAY_MS
    return moment


def _cleared_and_paid_ms(book: Book, transaction: Transaction) -> int | None:
    tid = tid_of(transaction.key)
    terminal, calendar = book.terminals.get(tid), book.calendar
    ready_ms = _ready_ms(book, tid, transaction)
    if ready_ms is None or calendar is None or terminal is None:
        return None
    day = calendar.business_day(ready_ms)
    return max(calendar.cut_over_of(day), due_by_terms(book, terminal.opened.mid, day) or 0)


def _ready_ms(book: Book, tid: str, transaction: Transaction) -> int | None:
    """From when on the next cut-over clears a captured item."""
    if book.acquirer.capture == HOST_CLEARS:
        return transaction.sent_ms
    settled_ms = batches.settled_ms(book, tid, transaction.batch)
    if settled_ms is not None:
        return max(settled_ms, transaction.sent_ms)
    batch = book.batches.get((tid, transaction.batch))
    return next_settlement_ms(book, tid, _tried_ms(batch, transaction.sent_ms))


def _tried_ms(batch: Batch | None, sent_ms: int) -> int:
    return sent_ms if batch is None else max(sent_ms, batch.last_ms)
