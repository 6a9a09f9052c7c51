"""Invariant 20: no more is returned than was sold, no more completed than was held with its margin, no more added.

Counts what the host captured, at whatever till and on whatever day; what it refused returned nothing.
"""

from __future__ import annotations

import msgspec

from simulator.catalogue.money_reasons import PostingReason as Why
from simulator.judge.evidence import BOOKS
from simulator.judge.oldest import forget_oldest, most
from simulator.judge.open_items import Transaction
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.references import COMPLETING, MARGIN
from simulator.judge.tracking.stretches import SaleDecided
from simulator.judge.transactions import ADDING, HOLDING, RETURNING, TAKING
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.trace.records import Posted, tid_of

KEPT = 20_000
MOST = most(KEPT)
_CAPTURE, _HOLD = Why.CAPTURE, Why.HOLD  # found more slowly by their set
PENDING, HELD = ":pending", "hold:"


class Sums(msgspec.Struct, gc=False):
    """Of originals by key: what was captured or held, what came back, what was completed."""

    sold: dict[str, int] = msgspec.field(default_factory=dict)  # with what was added to it
    added: dict[str, int] = msgspec.field(default_factory=dict)  # that part alone
    returned: dict[str, int] = msgspec.field(default_factory=dict)
    held: dict[str, int] = msgspec.field(default_factory=dict)
    completed: dict[str, int] = msgspec.field(default_factory=dict)


_Case = Case[Sums]


def posted(case: _Case, record: Posted) -> None:
    """Something was captured or held."""
    transaction = case.book.transactions.get(record.key)
    if transaction is None:
        return
    fen = 0
    if record.why == _CAPTURE:
        for account, moved in record.entries:
            if account.endswith(PENDING):
                fen += moved
        _captured(case, record, transaction, fen)
    elif record.why == _HOLD and transaction.what in HOLDING:
        for account, moved in record.entries:
            if account.startswith(HELD):
                fen += moved
        _add(case.memory.held, record.key, fen)


def _captured(case: _Case, record: Posted, transaction: Transaction, fen: int) -> None:
    memory = case.memory
    what, key = transaction.what, record.key
    original = transaction.original.key if transaction.original is not None else transaction.names
    if what in RETURNING:
        if not original:
            return
        _add(memory.returned, original, -fen)
        case.exercised += fen < 0
        _look(case, record, original, transaction)
    elif what in ADDING:
        _added(case, record, original, transaction, fen)
    elif what in TAKING:
        _sell(memory, key, fen)
        if fen < 0 and key in memory.returned:
            _look(case, record, key, transaction)
        if what in COMPLETING and original:
            _completed(case, record, original, transaction, fen)


def _look(case: _Case, record: Posted, original: str, transaction: Transaction) -> None:
    memory = case.memory
    sold, returned = memory.sold.get(original), memory.returned.get(original, 0)
    if sold is None or returned <= sold:
        return
    case.find(
        "returned_more", at_ms=record.at_ms, key=record.key, tid=tid_of(record.key),
        sale=transaction.sale, original=original, sold=yuan(sold), returned=yuan(returned),
        amount_fen=returned - sold, story=[*(transaction.sale.story or ()), record],
    )


def _added(
    case: _Case, record: Posted, original: str, transaction: Transaction, fen: int,
) -> None:
    """A tip or an adjustment: one adds no more than its part of the sale as it was captured."""
    memory, percent = case.memory, case.book.acquirer.tip_percent
    if original not in memory.sold:
        return
    alone = memory.sold[original] - memory.added.get(original, 0)
    memory.sold[original] += fen
    memory.added[original] = memory.added.get(original, 0) + fen
    if fen <= 0 or not percent or alone <= 0:
        return
    case.exercised += 1
    if fen * 100 > alone * percent:
        case.find(
            "added_more", at_ms=record.at_ms, key=record.key, tid=tid_of(record.key),
            sale=transaction.sale, original=original, sold=yuan(alone), added=yuan(fen),
            percent=percent, amount_fen=fen, story=[*(transaction.sale.story or ()), record],
        )


def _completed(
    case: _Case, record: Posted, original: str, transaction: Transaction, fen: int,
) -> None:
    memory = case.memory
    _add(memory.completed, original, fen)
    held, completed = memory.held.get(original), memory.completed[original]
    if fen <= 0 or held is None:
        return
    case.exercised += 1
    if completed * 100 > held * MARGIN:
        case.find(
            "completed_more", at_ms=record.at_ms, key=record.key, tid=tid_of(record.key),
            sale=transaction.sale, original=original, held=yuan(held), completed=yuan(completed),
            percent=MARGIN, amount_fen=completed - held,
            story=[*(transaction.sale.story or ()), record],
        )


def _sell(memory: Sums, key: str, fen: int) -> None:
    sold = memory.sold
    sold[key] = sold.get(key, 0) + fen
    if len(sold) > MOST:
        for each in forget_oldest(sold, KEPT):
            memory.added.pop(each, None)


def _add(sums: dict[str, int], key: str, fen: int) -> None:
    sums[key] = sums.get(key, 0) + fen
    if len(sums) > KEPT:
        del sums[next(iter(sums))]


def decided(case: _Case, stretch: SaleDecided) -> None:
    """A sale is captured."""
    _sell(case.memory, stretch.transaction.key, stretch.transaction.amount_fen)


RULE = Rule(
    number=20, en="no more returned than sold", zh="退款不超过原交易", needs=BOOKS, remembers=Sums,
    findings=(
        Sentence("returned_more", Urgency.SAFETY,
                 "{returned} were returned of {original}, of which {sold} were captured",
                 "{original} 入账 {sold}，却共退回 {returned}"),
        Sentence("completed_more", Urgency.SAFETY,
                 "{completed} were completed of {original}, of which {held} were held; at most {percent} %"
                 " may be",
                 "{original} 预授权 {held}，却共完成 {completed}；至多为 {percent}%"),
        Sentence("added_more", Urgency.SAFETY,
                 "{key} adds {added} to {original}, of which {sold} were captured; at most {percent} % may be",
                 "{key} 向 {original}（入账 {sold}）追加 {added}；至多为 {percent}%"),
    ),
    only={Posted: frozenset({_HOLD, _CAPTURE})},
    plain={SaleDecided: decided},
    hears={Posted: posted},
)
