"""Payouts are due, sent and booked when they should be."""

from __future__ import annotations

from simulator.judge.book import INSTANT
from simulator.judge.calendar import numbered
from simulator.judge.open_items import Settlement
from simulator.judge.rule import Case
from simulator.judge.rules.on_time.cleared import AT_ONCE_MS
from simulator.judge.rules.on_time.times import Times
from simulator.judge.whereabouts.due import due_by_terms, due_of, payable_ms
from simulator.judge.words.sentences import yuan
from simulator.judge.words.story import local
from simulator.local_time import HOUR_MS, MINUTE_MS
from simulator.trace.records import (
    MerchantSettled,
    PayoutDiverted,
    PayoutPosted,
    PayoutSent,
    Released,
    tid_of,
)

SENT_WITHIN_MS = 5 * MINUTE_MS
BOOKED_WITHIN_MS = 6 * HOUR_MS  # no bank takes so long over an instruction that it has

_Case = Case[Times]


def settled(case: _Case, record: MerchantSettled) -> None:
    """A merchant is told when it is paid."""
    merchant, day = case.book.merchants.get(record.mid), numbered(record.settlement_date)
    if merchant is None or day is None:
        return
    at_once = record.payout.startswith(INSTANT)
    due_ms = record.at_ms if at_once else due_by_terms(case.book, record.mid, day)
    if due_ms is not None and due_ms != record.due_ms:
        case.find(
            "wrong_due_date", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
            said=local(record.due_ms), right=local(due_ms), terms=merchant.opened.payout,
            amount_fen=record.net_fen,
        )


def released(case: _Case, record: Released) -> None:
    """From now on it may be paid again."""
    case.memory.released[record.payout] = record.at_ms


def payout_sent(case: _Case, record: PayoutSent) -> None:
    """A payout goes to its bank."""
    settlement = case.book.payouts.get(record.payout)
    times = case.memory
    is_first = record.payout not in times.sent
    times.sent[record.payout] = record.at_ms
    if settlement is None or case.book.calendar is None:
        return
    due_ms = due_of(case.book, settlement)
    if record.at_ms < due_ms:
        _find_payout(case, "paid_early", settlement, record.at_ms, due_ms)
        return
    since_ms = max(payable_ms(case.book, settlement), times.released.get(record.payout, 0))
    is_told_late = is_first or record.payout in times.released
    if (
        is_told_late and not settlement.returned and record.at_ms - since_ms > SENT_WITHIN_MS
        and times.host_up_ms < since_ms
    ):
        _find_payout(case, "sent_late", settlement, record.at_ms, since_ms)


def diverted(case: _Case, record: PayoutDiverted) -> None:
    """The acquirer has paid in time, and no bank of the merchant has it."""
    case.memory.sent.pop(record.payout, None)
    case.memory.released.pop(record.payout, None)


def payout_posted(case: _Case, record: PayoutPosted) -> None:
    """The bank has booked it."""
    times = case.memory
    sent_ms = times.sent.pop(record.payout, None)
    times.released.pop(record.payout, None)
    settlement = case.book.payouts.get(record.payout)
    if settlement is None or case.book.calendar is None or settlement.posted:
        return
    due_ms = due_of(case.book, settlement)
    if record.at_ms < due_ms:
        if sent_ms is None or sent_ms >= due_ms:  # else it is told already
            _find_payout(case, "paid_early", settlement, record.at_ms, due_ms)
    elif sent_ms is not None and record.at_ms - sent_ms > BOOKED_WITHIN_MS:
        _find_payout(case, "booked_late", settlement, record.at_ms, sent_ms)


def at_end(case: _Case) -> None:
    """Items that are long ready and were never cleared."""
    book, calendar = case.book, case.book.calendar
    if calendar is None or not book.is_whole():
        return
    for key, item, cut_over_ms in case.memory.items.overdue(book, calendar):
        if cut_over_ms + AT_ONCE_MS <= book.now_ms:
            transaction = book.transactions.get(key)
            case.find(
                "never_cleared", key=key, tid=tid_of(key), amount_fen=item.fen, sum=yuan(item.fen),
                right=local(cut_over_ms), since_ms=item.at_ms,
                sale=transaction.sale if transaction else None,
            )


def _find_payout(
    case: _Case, code: str, settlement: Settlement, at_ms: int, right_ms: int,
) -> None:
    case.find(
        code, at_ms=at_ms, mid=settlement.mid, payout=settlement.payout, said=local(at_ms),
        right=local(right_ms), amount_fen=settlement.right_fen, since_ms=settlement.cleared_ms,
    )
