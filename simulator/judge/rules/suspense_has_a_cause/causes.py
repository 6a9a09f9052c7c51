"""What comes back, and what stands in suspense, has a cause: the account, a bank's hours, an order, a fault."""

from __future__ import annotations

from simulator.catalogue.money_reasons import PayoutReason
from simulator.judge.book import Book
from simulator.judge.rule import Case
from simulator.judge.rules.suspense_has_a_cause.kept import (
    BY_ORDER,
    Kept,
    Suspense,
    fault_of,
    held_for,
)
from simulator.judge.words.sentences import yuan
from simulator.judge.words.story import local
from simulator.judge.words.terms import reason_said
from simulator.local_time import time_of_day_ms
from simulator.trace.records import PayoutPosted, PayoutReturned, PayoutSent, Suspended

OF_STATUS: dict[str, frozenset[str]] = {
    "frozen": frozenset({PayoutReason.FROZEN}), "closed": frozenset({PayoutReason.CLOSED}),
}

_Case = Case[Suspense]


def sent(case: _Case, record: PayoutSent) -> None:
    """It is under way, or once more; nothing is while a sale of its merchant is looked into."""
    case.memory.kept.pop(record.payout, None)
    held = held_for(case.memory, record.mid)
    if held is not None:
        case.find(
            "sent_though_held", at_ms=record.at_ms, mid=record.mid, payout=record.payout, key=held.key,
            sum=yuan(record.net_fen), held=local(held.at_ms), sold=yuan(held.amount_fen),
            amount_fen=record.net_fen)


def posted(case: _Case, record: PayoutPosted) -> None:
    """And arrived."""
    case.memory.kept.pop(record.payout, None)


def returned(case: _Case, record: PayoutReturned) -> None:
    """A bank did not book a payout."""
    case.exercised += 1
    if not record.retry:
        case.memory.kept[record.payout] = Kept(record.mid, record.at_ms, reason=record.reason)
    if not _may_return(case, record) and not fault_of(case.book, record.mid, record.at_ms):
        why, why_zh = reason_said("payout_returned.reason", record.reason)
        case.find(
            "returned_without_cause", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
            bank=record.actor, why=why, why_zh=why_zh,
        )


def _may_return(case: _Case, record: PayoutReturned) -> bool:
    """Whether account or hours explain it; also where nobody says how they are."""
    if record.reason == PayoutReason.OUTSIDE_HOURS:
        hours = case.memory.hours.get(record.actor)
        return hours is None or not hours[0] <= time_of_day_ms(record.at_ms) < hours[1]
    return _is_of_account(case.book, record.mid, record.reason)


def _is_of_account(book: Book, mid: str, reason: str) -> bool:
    merchant = book.merchants.get(mid)
    if merchant is None or not merchant.opened.account_status:
        return True
    opened = merchant.opened
    if reason in (PayoutReason.NAME_MISMATCH, PayoutReason.NO_SUCH_ACCOUNT):
        return not opened.account_name_matches
    return reason in OF_STATUS.get(opened.account_status, ())


def suspended(case: _Case, record: Suspended) -> None:
    """Money stands in suspense."""
    if record.net_fen <= 0:
        return  # carried forward: nothing stands anywhere
    case.exercised += 1
    memory = case.memory
    before = memory.kept.get(record.payout)
    memory.kept[record.payout] = Kept(
        record.mid, record.at_ms, record.net_fen, record.reason, is_suspended=True)
    if before is not None and not before.is_suspended and before.reason != record.reason and (
        record.reason not in BY_ORDER
    ):
        _find(case, "suspended_for_other_reason", record, before.reason)
    elif before is None and not _may_suspend(case, record):
        _find(case, "suspended_without_cause", record, record.reason)


def _may_suspend(case: _Case, record: Suspended) -> bool:
    """Whether what nobody sent may stand in suspense: by the name check, or by an order."""
    if record.reason == PayoutReason.RISK and held_for(case.memory, record.mid) is not None:
        return True
    if record.reason in BY_ORDER:
        merchant = case.book.merchants.get(record.mid)
        actors = ("run", merchant.actor if merchant is not None else "")
        return bool(fault_of(case.book, record.mid, record.at_ms)) or any(
            actor in case.memory.acted_ms for actor in actors)
    return record.reason == PayoutReason.NAME_MISMATCH and _is_of_account(
        case.book, record.mid, record.reason)


def _find(case: _Case, code: str, record: Suspended, before: str) -> None:
    why, why_zh = reason_said("suspended.reason", record.reason)
    was, was_zh = reason_said("payout_returned.reason", before)
    case.find(
        code, at_ms=record.at_ms, mid=record.mid, payout=record.payout, sum=yuan(record.net_fen),
        why=why, why_zh=why_zh, was=was, was_zh=was_zh, amount_fen=record.net_fen,
    )
