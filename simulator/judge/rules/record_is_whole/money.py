"""What banks and the clearing are told and answer."""

from __future__ import annotations

from simulator.judge.rule import Case
from simulator.judge.rules.record_is_whole.pairs import Pairs, lacks
from simulator.local_time import DAY_MS, HOUR_MS
from simulator.trace.records import (
    ItemCleared,
    MerchantSettled,
    PayoutPosted,
    PayoutReturned,
    PayoutSent,
    Released,
    Suspended,
    key_of,
)

FLIGHT_MS = 6 * HOUR_MS  # so long a line may hold a message back

_Case = Case[Pairs]


def instructed(case: _Case, record: PayoutSent) -> None:
    """A payout goes to the merchant's bank."""
    if case.memory.whole:
        case.memory.payouts[record.payout] = record.at_ms, record.mid


def paid(case: _Case, record: PayoutPosted) -> None:
    """The bank has it."""
    _answered(case, record.payout, record.mid, record.at_ms)


def returned(case: _Case, record: PayoutReturned) -> None:
    """The bank sends it back."""
    _answered(case, record.payout, record.mid, record.at_ms)


def _answered(case: _Case, payout: str, mid: str, at_ms: int) -> None:
    if case.memory.whole and case.memory.payouts.pop(payout, None) is None:
        lacks(case, "instruction_missing", at_ms, mid=mid, payout=payout)


def suspended(case: _Case, record: Suspended) -> None:
    """Money stands in suspense."""
    if record.net_fen > 0:
        case.memory.suspended[record.payout] = record.at_ms


def released(case: _Case, record: Released) -> None:
    """And leaves it."""
    if case.memory.whole and case.memory.suspended.pop(record.payout, None) is None:
        lacks(case, "suspension_missing", record.at_ms, mid=record.mid, payout=record.payout)


def cleared(case: _Case, record: ItemCleared) -> None:
    """An item of a merchant that was introduced."""
    _known(case, record.mid, record.at_ms)


def settled(case: _Case, record: MerchantSettled) -> None:
    """A date of a merchant that was introduced."""
    _known(case, record.mid, record.at_ms)


def _known(case: _Case, mid: str, at_ms: int) -> None:
    memory = case.memory
    if memory.whole and mid not in case.book.merchants and mid not in memory.merchants:
        memory.merchants[mid] = None
        lacks(case, "merchant_not_opened", at_ms, mid=mid)


def at_end(case: _Case) -> None:
    """What has not met its other half."""
    memory, now_ms = case.memory, case.book.now_ms
    if not memory.whole or not case.book.is_whole():
        return
    for tid, flying in memory.flying.items():
        for each in flying:
            if now_ms - each.at_ms > FLIGHT_MS and tid not in memory.held:
                lacks(case, "arrival_missing", each.at_ms, tid=tid,
                       key=key_of(tid, each.batch, each.stan), message=f"{each.mti} {each.what}")
    for fault, windows in memory.began.items():
        if windows > 0:
            lacks(case, "end_missing", now_ms, fault=fault)
    for payout, (at_ms, mid) in memory.payouts.items():
        if now_ms - at_ms > DAY_MS:
            lacks(case, "bank_answer_missing", at_ms, mid=mid, payout=payout)
