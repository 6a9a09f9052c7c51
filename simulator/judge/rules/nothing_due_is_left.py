"""Invariant 23: a run ends when nothing is due any more, by the judge's own calendar.

No machine is asked whether it is done: money that was due and did not come is a finding, be it
forgotten by whoever owed it; money that is due after the end leaves the run undecided.
"""

from __future__ import annotations

import msgspec

from simulator.catalogue.language import Message, Told
from simulator.judge.evidence import BOOKS
from simulator.judge.open_items import OVERDUE_MS, Settlement
from simulator.judge.rule import Case, Rule
from simulator.judge.verdict import Urgency, Where
from simulator.judge.whereabouts.due import PAID_WITHIN_MS, expected_ms, payable_ms
from simulator.judge.whereabouts.places import Placed
from simulator.judge.words.sentences import Sentence, yuan
from simulator.judge.words.story import local
from simulator.local_time import DAY_MS, HOUR_MS
from simulator.trace.records import PayoutPosted

_TOO_SHORT = Message(
    "run_too_short",
    "the run ends while {count} sales of {sum} are on their way, the last due {due}: give a later until,"
    ' or drain = "{drain}"',
    '运行结束时 {count} 笔共 {sum} 仍在途，最晚应于 {due} 到账：请推迟 until，或设 drain = "{drain}"')
_OPEN_ENDED = Message(
    "run_open_ended",
    "the run ends while {count} sales of {sum} are on their way, and nothing says when they will be"
    " settled: give a later until, or a settlement",
    "运行结束时 {count} 笔共 {sum} 仍在途，且没有安排何时结算：请推迟 until，或安排一次结算")


class Left(msgspec.Struct, gc=False):
    """What is on its way when the trace ends."""

    count: int = 0
    fen: int = 0
    last_ms: int = 0  # when the last of it is due, where that is known


_Case = Case[Left]


def posted(case: _Case, _record: PayoutPosted) -> None:
    """Something that was due came."""
    case.exercised += 1


def placed(case: _Case, moment: Placed) -> None:
    """The money of a sale is on its way when the trace ends."""
    if moment.place.where is not Where.ON_THE_WAY:
        return
    left = case.memory
    left.count += 1
    left.fen += moment.fen
    left.last_ms = max(left.last_ms, expected_ms(case.book, moment.sale) or 0)


def at_end(case: _Case) -> None:
    """What was due and is missing, and what is due after the end."""
    book, left = case.book, case.memory
    if not book.is_whole():
        return
    for settlement in book.payouts.values() if book.calendar is not None else ():
        due_ms = payable_ms(book, settlement)
        if _is_missing(settlement, due_ms, book.now_ms):
            case.find(
                "due_not_paid", mid=settlement.mid, payout=settlement.payout,
                net=yuan(settlement.right_fen), due=local(due_ms),
                amount_fen=settlement.right_fen, since_ms=settlement.cleared_ms,
            )
    if left.count and book.is_virtual and book.phases_seen:
        case.undecided.append(_told(left, book.healed_ms, book.now_ms))


def _is_missing(settlement: Settlement, due_ms: int, end_ms: int) -> bool:
    """Due, and neither there nor in suspense; what a bank returned may wait for another day."""
    if settlement.posted or settlement.suspended or settlement.diverted_ms or settlement.right_fen <= 0:
        return False
    return end_ms >= due_ms + (OVERDUE_MS if settlement.returned else PAID_WITHIN_MS)


def _told(left: Left, healed_ms: int, end_ms: int) -> Told:
    facts: dict[str, object] = {"count": left.count, "sum": yuan(left.fen)}
    if not left.last_ms:
        return _OPEN_ENDED.both(**facts)
    until_ms = max(left.last_ms + PAID_WITHIN_MS, end_ms + DAY_MS if left.last_ms <= end_ms else 0)
    hours = -(-(until_ms - (healed_ms or end_ms)) // HOUR_MS)
    days = -(-hours // 24)
    return _TOO_SHORT.both(**facts, due=local(left.last_ms), drain=f"{days}d")


RULE = Rule(
    number=23, en="nothing due is left", zh="到期款项无遗漏", remembers=Left, needs=BOOKS,
    findings=(
        Sentence("due_not_paid", Urgency.LIVENESS,
                 "payout {payout} of {net} to merchant {mid} was due {due} by the calendar, and nothing came"
                 " of it",
                 "商户 {mid} 的付款 {payout} {net} 按日历应于 {due} 到账，却没有下文"),
    ),
    hears={PayoutPosted: posted, Placed: placed},
    at_end=at_end,
)
