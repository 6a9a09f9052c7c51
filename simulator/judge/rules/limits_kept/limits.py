"""No more is taken than was set, and nothing is declined for a limit that is not reached."""

from __future__ import annotations

from typing import Any

from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.rule import Case
from simulator.judge.rules.limits_kept.holds import (
    CAPTURE,
    DEBIT,
    HOLD,
    KEPT,
    MERCHANT,
    NOTHING,
    PENDING,
    completion_booked,
    put_back,
    released,
    used_before,
)
from simulator.judge.rules.limits_kept.kept import Before, Kept, Tally
from simulator.judge.tracking.stretches import SaleDecided
from simulator.judge.words.sentences import yuan
from simulator.local_time import date_at, midnight_ms
from simulator.trace.records import ChannelAnswered, FaultFired, Posted

TAKING = frozenset({PostingReason.DEBIT, PostingReason.HOLD})
CHECKED = frozenset({"sale", "completion", "qr_sale"})  # what was sold offline is only told of
_REVERSE, _EXPIRE = PostingReason.REVERSE, PostingReason.EXPIRE
VOIDS = frozenset({"void", "completion_void"})  # a wallet is asked for a refund, which gives nothing back
ANSWERS, NAMED = "answer", 3  # TID, batch and STAN begin an anchor
_ANCHORED = 4  # parts of the anchor of a notice behind its MID
OVER_SUM, OVER_TIMES = "61", "65"
ASKED_FOR_MONEY = frozenset({"debit", "hold", "pay"})
NEAR_MIDNIGHT_MS = 2 * 60_000  # an answer may be of the day before

_Case = Case[Kept]


def posted(case: _Case, record: Posted) -> None:
    """Money moved."""
    why = record.why
    if why == CAPTURE:
        if case.memory.limits:
            _captured(case, record)
    else:
        before = NOTHING
        if why == HOLD:
            case.memory.holds[record.key] = record
        elif why == DEBIT and (case.memory.holds or case.memory.over):
            completion_booked(case, record)
            before = used_before(case, record)
        elif why == _REVERSE:
            before = used_before(case, record)
            put_back(case, record)
        elif why == _EXPIRE:
            released(case, record)
            if case.memory.whole:
                case.memory.untold[record.key] = record
        if case.memory.limits:
            for account, fen in record.entries:
                if account in case.memory.limits:
                    _count(case, record, account, -fen, is_checked=why in TAKING, before=before)
                    _count_most(case, record, account, -fen, before)


def _captured(case: _Case, record: Posted) -> None:
    for account, fen in record.entries:
        if not account.startswith(MERCHANT):
            continue
        mid = account.removeprefix(MERCHANT).removesuffix(PENDING)
        if mid not in case.memory.limits:
            return
        transaction = case.book.transactions.get(record.key)
        is_checked = (
            fen > 0 and transaction is not None and transaction.what in CHECKED
            and date_at(transaction.sent_ms) == date_at(record.at_ms)
        )
        if fen < 0 or is_checked:
            _count(case, record, mid, fen, is_checked=is_checked)


def _count(
    case: _Case, record: Posted, whose: str, more_fen: int, *, is_checked: bool, before: Before = NOTHING,
) -> None:
    limit = case.memory.limits[whose]
    tally = case.memory.tallies.get(whose)
    if tally is None:
        tally = case.memory.tallies[whose] = Tally()
    fen = more_fen + before.fen
    times = -1 if record.why == PostingReason.REVERSE else int(
        is_checked and fen > 0 and not (before.fen and before.is_of_day))
    tally.add(more_fen if before.is_of_day else fen, date_at(record.at_ms).isoformat(), times,
              more_fen if before.is_of_month else fen)
    if not is_checked:
        return
    case.exercised += 1
    for code, bound, sum_fen in (
        ("over_single", limit.single_fen, fen), ("over_day", limit.day_fen, tally.day_fen),
        ("over_month", limit.month_fen, tally.month_fen),
    ):
        if bound and sum_fen > bound:
            _find(case, record, code, whose, fen, sum=yuan(sum_fen), bound=yuan(bound))
            return
    if limit.times_a_day and tally.times > limit.times_a_day:
        _find(case, record, "over_times", whose, fen, times=tally.times, bound=limit.times_a_day)


def _count_most(case: _Case, record: Posted, account: str, more_fen: int, before: Before) -> None:
    """What is taken counts; what is reversed or voided on the day on which it was taken counts no more."""
    tally = case.memory.most.setdefault(account, Tally())
    today = date_at(record.at_ms).isoformat()
    fen, of_month_fen = (
        more_fen if each else more_fen + before.fen for each in (before.is_of_day, before.is_of_month))
    if fen > 0:
        tally.add(fen, today, 1, of_month_fen)
        return
    transaction = case.book.transactions.get(record.key)
    taken = transaction
    if transaction is not None and transaction.what in VOIDS:
        taken = case.book.transactions.get(transaction.names)
    elif record.why != _REVERSE:
        return
    if taken is not None and date_at(taken.sent_ms).isoformat() == today:
        tally.add(fen, today, -int(record.why == _REVERSE), of_month_fen)


def answered(case: _Case, record: ChannelAnswered) -> None:
    """An issuer declines for a limit: so much was taken of the card."""
    if record.response_code not in (OVER_SUM, OVER_TIMES) or record.asked not in ASKED_FOR_MONEY:
        return
    memory = case.memory
    transaction = case.book.transactions.get(record.key)
    if transaction is None or record.key in memory.struck:
        return
    account = record.account or f"cardholder:{record.actor}/{transaction.card}"
    limit, of_day = memory.limits.get(account), record.at_ms - midnight_ms(date_at(record.at_ms))
    if limit is None or of_day < NEAR_MIDNIGHT_MS:
        return
    case.exercised += 1
    tally = memory.most.setdefault(account, Tally())
    tally.add(0, date_at(record.at_ms).isoformat(), 0)
    fen = transaction.amount_fen
    is_reached = any(bound and so_far + fen > bound for bound, so_far in (
        (limit.single_fen, 0), (limit.day_fen, tally.day_fen), (limit.month_fen, tally.month_fen)))
    if record.response_code == OVER_TIMES:
        is_reached = bool(limit.times_a_day) and tally.times >= limit.times_a_day
    if not is_reached:
        case.find(
            "declined_within_limits", at_ms=record.at_ms, key=record.key, whose=account, code_told=record.response_code,
            sum=yuan(fen), day=yuan(tally.day_fen), month=yuan(tally.month_fen), times=tally.times,
            amount_fen=fen, sale=transaction.sale,
        )


def _find(case: _Case, record: Posted, code: str, whose: str, fen: int, **facts: Any) -> None:
    transaction = case.book.transactions.get(record.key)
    case.find(
        code, at_ms=record.at_ms, key=record.key, whose=whose, amount_fen=fen, story=[record],
        sale=transaction.sale if transaction is not None else None, **facts,
    )


def fired(case: _Case, record: FaultFired) -> None:
    """A fault takes notices, or answers in an issuer's place."""
    if record.point == "notice":
        case.memory.silenced[record.anchor.rsplit("/", _ANCHORED)[0]] = None
    elif record.verb == ANSWERS and case.memory.limits:
        case.memory.struck["/".join(record.anchor.split("/")[:NAMED])] = None
        if len(case.memory.struck) > KEPT:
            del case.memory.struck[next(iter(case.memory.struck))]


def decided(case: _Case, stretch: SaleDecided) -> None:
    """A sale is debited and captured."""
    memory = case.memory
    if memory.limits or memory.holds or memory.over:
        posted(case, stretch.debit)
        posted(case, stretch.capture)
