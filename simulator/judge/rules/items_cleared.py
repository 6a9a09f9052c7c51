"""Invariant 18: what is captured is cleared, once and as it is: sales, and what takes them back.

A void, refund or reversal that was captured and then dropped leaves the merchant with the money.
"""

from __future__ import annotations

import msgspec

from simulator.catalogue.disputes import ITEMS as DISPUTE_ITEMS
from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.evidence import BOOKS
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.stretches import SaleDecided
from simulator.judge.transactions import HOST
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.trace.records import (
    BatchCounted,
    ClearingDelayed,
    ClearingResumed,
    ItemCleared,
    Journaled,
    Posted,
    tid_of,
)

SETTLED_KEPT = 10_000  # batches that late items may still come to
PENDING = ":pending"
_UPLOADED = "2"
_NOT_READY = -1


class Item(msgspec.Struct, gc=False):
    """One captured item that is not cleared; ``ready``: after how many cut-overs it became due."""

    fen: int
    at_ms: int
    ready: int = _NOT_READY


class Open(msgspec.Struct, gc=False):
    """All items that are not cleared, by batch and key."""

    items: dict[str, dict[str, list[Item]]] = msgspec.field(default_factory=dict)
    settled: dict[str, None] = msgspec.field(default_factory=dict)
    held: dict[str, None] = msgspec.field(default_factory=dict)  # keys that an upload did not confirm
    cuts: int = 0
    delayed: dict[str, None] = msgspec.field(default_factory=dict)  # days that ended and wait


_Case = Case[Open]


def posted(case: _Case, record: Posted) -> None:
    """The host captures an item."""
    key = record.key
    batch = key.rpartition("/")[0]
    if "/" not in batch:
        return
    memory = case.memory
    fen = 0
    for account, moved in record.entries:
        if account.endswith(PENDING):
            fen += moved
    is_ready = batch in memory.settled or not case.book.cleared_by_batch()
    ready = memory.cuts if is_ready and key not in memory.held else _NOT_READY
    keys = memory.items.get(batch)
    if keys is None:
        keys = memory.items[batch] = {}
    items = keys.get(key)
    if items is None:
        keys[key] = [Item(fen, record.at_ms, ready)]
    else:
        items.append(Item(fen, record.at_ms, ready))


def counted(case: _Case, record: BatchCounted) -> None:
    """The host settles a batch: its items go into the next cut-over."""
    if record.actor != HOST or not record.closed:
        return
    memory = case.memory
    name = f"{record.tid}/{record.batch:06}"
    memory.settled[name] = None
    if len(memory.settled) > SETTLED_KEPT:
        del memory.settled[next(iter(memory.settled))]
    keys = memory.items.get(name, {})
    held = _held(case, record, keys) if record.result == _UPLOADED else ()
    for key, items in keys.items():
        if key in held:
            memory.held[key] = None
            continue
        for item in items:
            item.ready = memory.cuts


def _held(case: _Case, record: BatchCounted, keys: dict[str, list[Item]]) -> tuple[str, ...]:
    """What may be kept out, since the details that went up lack it; what nets to nothing is not."""
    batch = case.book.batches.get((record.tid, record.batch))
    uploaded = (batch.uploaded if batch is not None else None) or {}
    return tuple(
        key for key, items in keys.items()
        if sum(item.fen for item in items) and int(key.rpartition("/")[2]) not in uploaded
    )


def journaled(case: _Case, record: Journaled) -> None:
    """The host's business day ends."""
    if record.actor != HOST or record.entry != "cutover":
        return
    case.memory.cuts += 1
    if not case.memory.delayed:
        _look(case, case.memory.cuts - 2, record.at_ms)


def delayed(case: _Case, record: ClearingDelayed) -> None:
    """A day ended, and what it brought is to be cleared later."""
    case.memory.delayed[record.settlement_date] = None


def resumed(case: _Case, record: ClearingResumed) -> None:
    """That is done now."""
    case.memory.delayed.pop(record.settlement_date, None)


def cleared(case: _Case, record: ItemCleared) -> None:
    """An item goes into a settlement date."""
    memory = case.memory
    batch = record.key.rpartition("/")[0]
    keys = memory.items.get(batch, {})
    items = keys.get(record.key)
    if not items or record.what in DISPUTE_ITEMS:
        return  # never captured, or cleared before: which invariant 6 tells; of a dispute: 33
    case.exercised += 1
    if record.of:
        _check_sale(case, record)
    item = items[0] if items[0].fen == record.amount_fen else next(
        (each for each in items if each.fen == record.amount_fen), None)
    if item is None:
        item = next((each for each in items if (each.fen < 0) == (record.amount_fen < 0)), items[0])
        transaction = case.book.transactions.get(record.key)
        case.find(
            "cleared_with_other_sum", at_ms=record.at_ms, key=record.key, tid=tid_of(record.key),
            sale=transaction.sale if transaction else None, mid=record.mid,
            sum=yuan(record.amount_fen), right=yuan(item.fen),
            amount_fen=abs(record.amount_fen - item.fen),
        )
    items.remove(item)
    if not items:
        del keys[record.key]
        memory.held.pop(record.key, None)
        if not keys:
            del memory.items[batch]


def _check_sale(case: _Case, record: ItemCleared) -> None:
    """What takes money back says of which sale: that which its request named, as its fee stands on that."""
    transaction = case.book.transactions.get(record.key)
    if transaction is None or not transaction.names or transaction.names == record.of:
        return
    case.find(
        "cleared_of_other_sale", at_ms=record.at_ms, key=record.key, tid=tid_of(record.key),
        sale=transaction.sale, mid=record.mid, told=record.of, right=transaction.names,
        sum=yuan(record.amount_fen), amount_fen=abs(record.amount_fen),
    )


def at_end(case: _Case) -> None:
    """What should have been cleared at the last cut-over."""
    if case.book.is_whole():
        _look(case, case.memory.cuts - 1, case.book.now_ms)


def _look(case: _Case, last: int, at_ms: int) -> None:
    """Find what was due for clearing after so many cut-overs, and is still there."""
    for keys in case.memory.items.values():
        for key, items in keys.items():
            for item in items:
                if item.ready == _NOT_READY or item.ready > last:
                    continue
                item.ready = _NOT_READY  # told
                transaction = case.book.transactions.get(key)
                case.exercised += 1
                case.find(
                    "item_not_cleared" if item.fen > 0 else "counter_item_not_cleared", at_ms=at_ms,
                    key=key, tid=tid_of(key), sale=transaction.sale if transaction else None,
                    sum=yuan(item.fen), amount_fen=abs(item.fen), since_ms=item.at_ms,
                )


def decided(case: _Case, stretch: SaleDecided) -> None:
    """A sale is captured."""
    memory, key, batch = case.memory, stretch.transaction.key, stretch.batch
    keys = memory.items.get(batch)
    if batch in memory.settled or not case.book.cleared_by_batch() or (keys is not None and key in keys):
        posted(case, stretch.capture)
        return
    if keys is None:
        keys = memory.items[batch] = {}
    keys[key] = [Item(stretch.transaction.amount_fen, stretch.capture.at_ms)]


RULE = Rule(
    number=18, en="what is captured is cleared", zh="入账必清算", needs=BOOKS, remembers=Open,
    findings=(
        Sentence("item_not_cleared", Urgency.LIVENESS,
                 "{key} was captured with {sum} in a settled batch, and the cut-over did not clear it",
                 "{key} 已入账 {sum} 且批次已结算，日切时却未清算"),
        Sentence("counter_item_not_cleared", Urgency.SAFETY,
                 "{key} took back {sum} in a settled batch, and the cut-over did not clear that: the"
                 " merchant keeps the money",
                 "{key} 冲减 {sum} 且批次已结算，日切时却未清算：商户多得资金"),
        Sentence("cleared_with_other_sum", Urgency.SAFETY,
                 "{key} was captured with {right} and cleared with {sum}",
                 "{key} 入账 {right}，清算却为 {sum}"),
        Sentence("cleared_of_other_sale", Urgency.SAFETY,
                 "{key} is about {right} and was cleared with {sum} as being about {told}",
                 "{key} 针对的是 {right}，却以 {sum} 作为针对 {told} 清算"),
    ),
    only={Journaled: frozenset({"cutover"}), Posted: frozenset({PostingReason.CAPTURE})},
    plain={SaleDecided: decided},
    hears={
        Posted: posted, BatchCounted: counted, Journaled: journaled, ItemCleared: cleared,
        ClearingDelayed: delayed, ClearingResumed: resumed,
    },
    at_end=at_end,
)
