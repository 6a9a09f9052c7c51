"""Invariant 24: everything is cleared and paid at its time, by the judge's own calendar.

An item that is ready (captured; where batches are what is cleared, in a settled one) goes into the
settlement date that ends next, at the cut-over hour; a payout is due as the merchant's terms say, is
sent then and booked soon.  What has a cause is not late: a bank that is closed or in maintenance, a
return, suspense, an item that the host holds because its terminal did not confirm it.
"""

from __future__ import annotations

from typing import Any

import msgspec

from simulator.catalogue.disputes import ITEMS as DISPUTE_ITEMS
from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.book import INSTANT
from simulator.judge.calendar import Calendar, day_of, iso, numbered
from simulator.judge.open_items import Settlement
from simulator.judge.rule import Case, Evidence, Rule
from simulator.judge.tracking.ready import LETS_GO, Ready, is_of_batch, ready_since_ms
from simulator.judge.tracking.stretches import SaleDecided
from simulator.judge.transactions import HOST
from simulator.judge.verdict import Urgency
from simulator.judge.whereabouts.due import due_by_terms, due_of, payable_ms
from simulator.judge.words.sentences import Sentence, yuan
from simulator.judge.words.story import local
from simulator.local_time import DAY_MS, HOUR_MS, MINUTE_MS
from simulator.trace.records import (
    BatchCounted,
    ClearingDelayed,
    ClearingResumed,
    ItemCleared,
    Journaled,
    MerchantSettled,
    PayoutDiverted,
    PayoutPosted,
    PayoutSent,
    Posted,
    Released,
    Restarted,
    Sent,
    key_of,
    tid_of,
)

AT_ONCE_MS = MINUTE_MS  # what has its moment is done in it; a machine that was down does it when it is up
SENT_WITHIN_MS = 5 * MINUTE_MS
BOOKED_WITHIN_MS = 6 * HOUR_MS  # no bank takes so long over an instruction that it has
BY_TOTALS = "1"  # the host settled a batch without a look at its items
FORCED = "forced"


class Times(msgspec.Struct, gc=False):
    """What is under way, and since when."""

    items: Ready = msgspec.field(default_factory=Ready)
    sent: dict[str, int] = msgspec.field(default_factory=dict)  # by payout: when it went to its bank
    released: dict[str, int] = msgspec.field(default_factory=dict)  # by payout
    given: dict[str, int] = msgspec.field(default_factory=dict)  # by TID: the batch of its last sign-on
    host_up_ms: int = 0  # when the host last started again
    has_cleared: bool = False
    day: int = 0  # the business day of the last reply, and as F15 has it
    mmdd: str = ""
    within: tuple[Calendar | None, int, int] = (None, 0, 0)  # from when to when it is that day, by which calendar
    told_ms: int = 0  # the cut-over that is told already
    delayed: dict[str, None] = msgspec.field(default_factory=dict)  # days that ended and were not cleared
    resumed: tuple[str, int] = ("", 0)  # the one that is cleared now, late


_Case = Case[Times]


# ---- captured and cleared ------------------------------------------------------------------------


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


# ---- due and paid --------------------------------------------------------------------------------


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


def _find(case: _Case, code: str, record: ItemCleared, **facts: Any) -> None:
    transaction = case.book.transactions.get(record.key)
    case.find(
        code, at_ms=record.at_ms, key=record.key, mid=record.mid, tid=tid_of(record.key),
        amount_fen=record.amount_fen, sale=transaction.sale if transaction else None, **facts,
    )


def _find_payout(
    case: _Case, code: str, settlement: Settlement, at_ms: int, right_ms: int,
) -> None:
    case.find(
        code, at_ms=at_ms, mid=settlement.mid, payout=settlement.payout, said=local(at_ms),
        right=local(right_ms), amount_fen=settlement.right_fen, since_ms=settlement.cleared_ms,
    )


def _says_when(case: Case[Any]) -> bool:
    """The trace says how days end, or nothing was cleared of which that would matter."""
    return case.book.calendar is not None or not case.memory.has_cleared


def decided(case: _Case, stretch: SaleDecided) -> None:
    """A sale is captured, and answered."""
    times, record = case.memory, stretch.reply
    times.items.capture_one(stretch.transaction.key, stretch.capture.at_ms, stretch.transaction.amount_fen)
    calendar, from_ms, until_ms = times.within
    if record.settlement_date != times.mmdd or calendar is not case.book.calendar or not (
        from_ms <= record.at_ms < until_ms
    ):
        replied(case, record)


RULE = Rule(
    number=24, en="cleared and paid on time", zh="按期清算与付款", remembers=Times,
    needs=Evidence("how the acquirer's days end", "收单方的日切与付款时间", _says_when),
    findings=(
        Sentence("cut_over_at_other_hour", Urgency.SAFETY,
                 "a business day ended at {said}; the cut-over is at {right}",
                 "{said} 进行了日切，而日切时间为 {right}"),
        Sentence("wrong_settlement_date", Urgency.SAFETY,
                 "item {key} went into the settlement date {said}; the day that ended was {right}",
                 "{key} 计入清算日 {said}，而当时结束的是 {right}"),
        Sentence("reply_of_other_day", Urgency.SAFETY,
                 "the host answered {key} ({what}) with the settlement date {said} in F15; the business day is"
                 " {right}",
                 "主机对 {key}（{what}）的应答 F15 清算日期为 {said}，当时营业日为 {right}"),
        Sentence("cleared_unsettled", Urgency.SAFETY,
                 "item {key} was cleared on {said}, and its batch was not settled",
                 "{key} 于 {said} 清算，而其批次尚未结算"),
        Sentence("cleared_late", Urgency.LIVENESS,
                 "item {key} was ready at {ready} and belongs to the settlement date {right}; it was cleared on"
                 " {said}",
                 "{key} 于 {ready} 即可清算，应计入 {right}，却在 {said} 清算"),
        Sentence("never_cleared", Urgency.LIVENESS,
                 "item {key} of {sum} should have been cleared at {right}, and never was",
                 "{key}（{sum}）应于 {right} 清算，却从未清算"),
        Sentence("forced_late", Urgency.LIVENESS,
                 "batch {tid}/{batch} was closed by force after {age} days; it is to be after {days}",
                 "批次 {tid}/{batch} 在 {age} 天后才被强制结算，应为 {days} 天后"),
        Sentence("forced_early", Urgency.SAFETY,
                 "batch {batch} of terminal {tid} was closed by force at an age of {age} days; that is for those"
                 " of {days}",
                 "终端 {tid} 批次 {batch} 仅 {age} 天即被强制结算，规定为 {days} 天"),
        Sentence("wrong_due_date", Urgency.SAFETY,
                 "payout {payout} is told due {said}; by {terms} and the calendar it is {right}",
                 "付款 {payout} 告知应于 {said} 到账，按 {terms} 与日历应为 {right}"),
        Sentence("paid_early", Urgency.SAFETY,
                 "payout {payout} of merchant {mid} was made {said}, before it was due {right}",
                 "商户 {mid} 的付款 {payout} 于 {said} 付出，早于应付时间 {right}"),
        Sentence("sent_late", Urgency.LIVENESS,
                 "payout {payout} of merchant {mid} could be made {right}, and was sent {said} without a cause"
                 " for that",
                 "商户 {mid} 的付款 {payout} 于 {right} 即可付出，却无故迟至 {said}"),
        Sentence("booked_late", Urgency.LIVENESS,
                 "payout {payout} of merchant {mid} was with its bank {right}, and was booked {said}",
                 "商户 {mid} 的付款 {payout} 于 {right} 送达银行，却迟至 {said} 入账"),
    ),
    only={
        Journaled: LETS_GO | {"cutover"}, Sent: frozenset({"host"}),
        Posted: frozenset({PostingReason.CAPTURE}),
    },
    plain={SaleDecided: decided},
    hears={
        Posted: posted, Sent: replied, BatchCounted: counted, Journaled: journaled, Restarted: restarted,
        ItemCleared: cleared, ClearingDelayed: delayed, ClearingResumed: resumed,
        MerchantSettled: settled, Released: released,
        PayoutSent: payout_sent, PayoutDiverted: diverted, PayoutPosted: payout_posted,
    },
    at_end=at_end,
)
