"""What came back or stands in suspense, and what was done about it; decides nothing."""

from __future__ import annotations

import msgspec

from simulator.catalogue.money_reasons import PayoutReason
from simulator.judge.book import Book
from simulator.judge.rule import Case
from simulator.local_time import MINUTE_MS
from simulator.trace.records import ActionTaken, BankOpened, Released, RiskLooked

AT_ONCE_MS = MINUTE_MS
CORRECTS, RELEASES, DEFERS = "correct_account", "release_suspense", "defer_payout"
CURED = frozenset({  # by another account
    PayoutReason.NAME_MISMATCH, PayoutReason.CLOSED, PayoutReason.DORMANT, PayoutReason.ABNORMAL,
    PayoutReason.NO_SUCH_ACCOUNT,
})
BY_ORDER = frozenset({PayoutReason.LEGAL_HOLD, PayoutReason.RISK, PayoutReason.DEFERRED})


class Kept(msgspec.Struct, gc=False):
    """One payout that came back, or stands in suspense."""

    mid: str
    at_ms: int
    net_fen: int = 0
    reason: str = ""
    is_suspended: bool = False
    freed_ms: int = 0  # when somebody had its reason removed
    freed_by: str = ""


class Suspense(msgspec.Struct, gc=False):
    """What stands in suspense, and what was done about it."""

    kept: dict[str, Kept] = msgspec.field(default_factory=dict)  # by payout
    hours: dict[str, tuple[int, int]] = msgspec.field(default_factory=dict)  # by bank
    acted_ms: dict[str, int] = msgspec.field(default_factory=dict)  # by merchant, or "run" for all
    released_ms: dict[str, int] = msgspec.field(default_factory=dict)  # the same, of what lets money go
    corrected_ms: dict[str, int] = msgspec.field(default_factory=dict)  # the same, of another account
    deferred_ms: dict[str, int] = msgspec.field(default_factory=dict)  # until when, by merchant or "run"
    refused_ms: dict[str, int] = msgspec.field(default_factory=dict)  # asked in vain, for want of a paper
    looked: dict[str, RiskLooked] = msgspec.field(default_factory=dict)  # by case: a sale that is looked into
    done_ms: dict[str, int] = msgspec.field(default_factory=dict)  # by merchant: when that was over
    ended_ms: int = -1  # when a fault last ended
    doubtful: dict[str, tuple[Released, Kept]] = msgspec.field(default_factory=dict)


_Case = Case[Suspense]


def opened(case: _Case, record: BankOpened) -> None:
    """A bank and its hours."""
    case.memory.hours[record.actor] = (record.payout_from_ms, record.payout_until_ms)


def acted(case: _Case, record: ActionTaken) -> None:
    """Somebody tried a remedy: what it frees has to go now."""
    memory = case.memory
    if record.missing:  # nothing was done, nor may it be before somebody asks again
        memory.refused_ms[record.actor] = record.at_ms
        return
    memory.acted_ms[record.actor] = record.at_ms
    if record.action == DEFERS:
        memory.deferred_ms[record.actor] = record.until_ms
    if record.action not in (CORRECTS, RELEASES):
        return
    (memory.released_ms if record.action == RELEASES else memory.corrected_ms)[record.actor] = record.at_ms
    for kept in memory.kept.values():
        merchant = case.book.merchants.get(kept.mid)
        is_concerned = record.actor == "run" or (
            merchant is not None and merchant.actor == record.actor)
        if kept.is_suspended and is_concerned and (
            record.action == RELEASES or kept.reason in CURED
        ):
            kept.freed_ms, kept.freed_by = record.at_ms, record.action


def looked(case: _Case, record: RiskLooked) -> None:
    """The acquirer holds a merchant's money to look into its sales, or is done and lets it go."""
    memory = case.memory
    if record.held:
        memory.looked[record.case] = record
        return
    memory.looked.pop(record.case, None)
    if held_for(memory, record.mid) is not None:
        return  # for another sale
    memory.done_ms[record.mid] = record.at_ms
    for kept in memory.kept.values():
        if kept.is_suspended and kept.mid == record.mid and kept.reason == PayoutReason.RISK:
            kept.freed_ms, kept.freed_by = record.at_ms, RELEASES


def held_for(memory: Suspense, mid: str) -> RiskLooked | None:
    """A sale for which a merchant's payouts are held."""
    return next((each for each in memory.looked.values() if each.mid == mid), None)


def actor_of(book: Book, mid: str) -> str:
    """Who a merchant is in the trace."""
    merchant = book.merchants.get(mid)
    return merchant.actor if merchant is not None else ""


def fault_of(book: Book, mid: str, at_ms: int) -> str:
    """The mode of a fault that explains what becomes of a merchant's payout now."""
    return book.faults.cause((), book.actors_of("", mid), at_ms - AT_ONCE_MS, at_ms)
