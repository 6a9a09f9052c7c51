"""What stands in suspense leaves it by somebody's act, then at once, and within the acquirer's term."""

from __future__ import annotations

from datetime import timedelta

from simulator.catalogue.money_reasons import PayoutReason
from simulator.judge.rule import Case
from simulator.judge.rules.suspense_has_a_cause.kept import (
    AT_ONCE_MS,
    BY_ORDER,
    CURED,
    Kept,
    Suspense,
    actor_of,
    fault_of,
)
from simulator.judge.words.sentences import yuan
from simulator.judge.words.story import local
from simulator.judge.words.terms import reason_said
from simulator.local_time import date_at, midnight_ms
from simulator.trace.records import FaultEnded, Released

_Case = Case[Suspense]


def fault_ended(case: _Case, record: FaultEnded) -> None:
    """An order that held money is over."""
    memory = case.memory
    memory.ended_ms = record.at_ms
    memory.doubtful = {
        payout: doubt for payout, doubt in memory.doubtful.items() if doubt[0].at_ms != record.at_ms}


def released(case: _Case, record: Released) -> None:
    """Money left suspense; somebody must have seen to that."""
    memory = case.memory
    kept = memory.kept.pop(record.payout, None)
    if kept is None or not kept.is_suspended:
        return  # invariants of the books tell of that
    case.exercised += 1
    _too_long(case, record.payout, kept, record.at_ms)
    actor = actor_of(case.book, record.mid)
    if _let_go_ms(memory, kept, record.mid, actor) >= max(kept.at_ms, memory.refused_ms.get(actor, 0)) or (
        _is_over(memory, kept, actor, record.at_ms)
    ):
        return
    if kept.reason in BY_ORDER:
        memory.doubtful[record.payout] = (record, kept)  # its order may end in this very moment
    else:
        _released_by_nobody(case, record, kept)


def _let_go_ms(memory: Suspense, kept: Kept, mid: str, actor: str) -> int:
    """When that was last done which lets money go that stands for this reason; an order ends with its fault."""
    acts = [memory.released_ms]
    if kept.reason in CURED:
        acts.append(memory.corrected_ms)
    moments = [act.get(who, -1) for act in acts for who in ("run", actor)]
    if kept.reason in BY_ORDER:
        moments.append(memory.ended_ms)
    if kept.reason == PayoutReason.RISK:
        moments.append(memory.done_ms.get(mid, -1))
    return max(moments)


def _is_order_over(case: _Case, kept: Kept) -> bool:
    """Whether what was kept back by an order, and by nobody's own wish, is kept by none any more."""
    memory, now_ms = case.memory, case.book.now_ms
    if kept.reason not in BY_ORDER or kept.mid in memory.looked:
        return False
    if kept.reason == PayoutReason.DEFERRED and {"run", actor_of(case.book, kept.mid)} & memory.acted_ms.keys():
        return False  # until it is asked for, or its own time is over
    return bool(fault_of(case.book, kept.mid, kept.at_ms)) and not fault_of(case.book, kept.mid, now_ms)


def _is_over(memory: Suspense, kept: Kept, actor: str, at_ms: int) -> bool:
    """Whether what was put off until a moment is due by now."""
    return kept.reason == PayoutReason.DEFERRED and any(
        0 < memory.deferred_ms.get(each, 0) <= at_ms for each in ("run", actor))


def _released_by_nobody(case: _Case, record: Released, kept: Kept) -> None:
    why, why_zh = reason_said("suspended.reason", kept.reason)
    case.find(
        "released_without_cause", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
        sum=yuan(record.net_fen), why=why, why_zh=why_zh, amount_fen=record.net_fen,
    )


def _too_long(case: _Case, payout: str, kept: Kept, at_ms: int) -> None:
    """Money stood in suspense until now, longer than the acquirer's own term; one that has none lets it stand."""
    days = case.book.acquirer.suspense_days
    until_ms = midnight_ms(date_at(kept.at_ms) + timedelta(days=days + 1))
    if days and at_ms >= until_ms:
        why, why_zh = reason_said("suspended.reason", kept.reason)
        case.find(
            "suspense_too_long", at_ms=at_ms, mid=kept.mid, payout=payout, why=why, why_zh=why_zh, since_ms=kept.at_ms,
            suspended=local(kept.at_ms), days=days, sum=yuan(kept.net_fen), amount_fen=kept.net_fen,
        )


def at_end(case: _Case) -> None:
    """What came back and went nowhere, and what stays in suspense though it was freed."""
    book = case.book
    if not book.is_whole():
        return
    for record, doubted in case.memory.doubtful.values():
        _released_by_nobody(case, record, doubted)
    for payout, kept in case.memory.kept.items():
        if kept.is_suspended:
            _too_long(case, payout, kept, book.now_ms)
        why, why_zh = reason_said("suspended.reason", kept.reason)
        if not kept.is_suspended and book.now_ms - kept.at_ms >= AT_ONCE_MS:
            case.find(
                "returned_and_dropped", mid=kept.mid, payout=payout, why=why, why_zh=why_zh,
                since_ms=kept.at_ms, returned=local(kept.at_ms),
            )
        elif kept.is_suspended and _is_over(
            case.memory, kept, actor_of(book, kept.mid), book.now_ms - AT_ONCE_MS,
        ):
            case.find(
                "deferred_and_kept", mid=kept.mid, payout=payout, since_ms=kept.at_ms,
                sum=yuan(kept.net_fen), amount_fen=kept.net_fen,
            )
        elif kept.is_suspended and _is_order_over(case, kept):
            case.find(
                "kept_after_order", mid=kept.mid, payout=payout, why=why, why_zh=why_zh, since_ms=kept.at_ms,
                suspended=local(kept.at_ms), sum=yuan(kept.net_fen), amount_fen=kept.net_fen,
            )
        elif kept.freed_ms and book.now_ms - kept.freed_ms >= AT_ONCE_MS:
            case.find(
                "suspense_kept", mid=kept.mid, payout=payout, why=why, why_zh=why_zh,
                since_ms=kept.at_ms, freed=local(kept.freed_ms), action=kept.freed_by,
                sum=yuan(kept.net_fen), amount_fen=kept.net_fen,
            )
