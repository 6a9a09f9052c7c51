"""Where the money of one sale is that did not simply arrive, and the reason for it.

Looks at what is open; adds nothing up and writes no finding.
"""

from __future__ import annotations

import msgspec

from simulator.judge.book import Book
from simulator.judge.open_items import (
    KNOWN,
    OVERDUE_MS,
    OWED,
    REVERSED,
    STORED,
    UNSETTLED,
    Batch,
    Sale,
    Settlement,
    Transaction,
)
from simulator.judge.tracking import batches
from simulator.judge.tracking.moments import Moment
from simulator.judge.transactions import STORED as STORED_KINDS
from simulator.judge.verdict import Where
from simulator.judge.whereabouts.due import held_until_ms, next_settlement_ms
from simulator.judge.words.sentences import yuan
from simulator.judge.words.story import local
from simulator.judge.words.terms import KINDS_ZH, decline, reason_said, said
from simulator.local_time import DAY_MS, HOUR_MS
from simulator.trace.records import Record, tid_of

CLEARS_WITHIN_MS = 26 * DAY_MS // 24
"""A settled batch is cleared at the next cut-over, which comes once a day."""
SETTLES_WITHIN_MS = 2 * HOUR_MS
"""So long after its habitual moment a settlement may be under way."""


class Place(msgspec.Struct, gc=False):
    """The answer for one sale."""

    where: Where
    reason: str = ""  # code of sentences.REASONS
    when_ms: int | None = None
    since_ms: int = 0  # when whatever keeps the money began
    facts: dict[str, object] = {}
    story: list[Record] | None = None  # of the batch that keeps it


class Placed(Moment, frozen=True, gc=False):
    """The money of a closed sale did not simply arrive; this is where it is."""

    sale: Sale
    place: Place
    fen: int
    cause: str
    at_ms: int


def place_of(book: Book, sale: Sale, at_ms: int) -> Place:
    """Where the money of a sale is that did not simply arrive."""
    transactions = [
        transaction for key in sale.keys
        if (transaction := book.transactions.get(key)) is not None
    ]
    if sale.held:
        return _held(book, sale)
    if sale.expired and not sale.approvals:
        return Place(Where.UNDONE, "hold_expired")
    if not sale.approvals:
        return _never_approved(book, sale, transactions)
    if sale.goods_fen <= sale.undone_fen:
        if sale.debited_fen > 0:
            return Place(Where.LOST, "one_sided")
        return Place(Where.UNDONE, "returned", facts=_how_undone(sale.undone))
    if sale.captured_fen <= 0:  # also where it is in a settlement, together with what undid it
        return _not_captured(book, sale, transactions, at_ms)
    for settlement in (sale.settlement, sale.before):
        if settlement is not None and not settlement.posted:
            return _in_settlement(settlement, at_ms)
    return _in_batch(book, transactions, at_ms)


def _held(book: Book, sale: Sale) -> Place:
    """A hold, with the moment at which it ends by itself, where its bank said how long it holds."""
    until_ms = held_until_ms(book, sale)
    if until_ms is None:
        return Place(Where.HELD, "hold")
    return Place(Where.HELD, "hold_until", facts={"until": local(until_ms)})


def _how_undone(how: str) -> dict[str, object]:
    return {"how": how, "how_zh": said(KINDS_ZH, how)}


def _never_approved(book: Book, sale: Sale, transactions: list[Transaction]) -> Place:
    if sale.debited_fen > 0 or sale.captured_fen > 0:
        pending = any(each.state == OWED for each in transactions)
        if pending and book.may_go_on():
            return Place(Where.ON_THE_WAY, "in_flight")
        return Place(Where.LOST, "one_sided")
    if any(each.moved or each.state == REVERSED for each in transactions):
        return Place(Where.UNDONE, "reversed")
    if not transactions and not sale.result:
        return Place(Where.DECLINED, "never_tried")
    code, code_zh = decline(sale.code)
    reason = {"declined": "declined", "refused": "refused"}.get(sale.result, "no_answer")
    return Place(Where.DECLINED, reason, facts={"code": code, "code_zh": code_zh})


def _not_captured(
    book: Book, sale: Sale, transactions: list[Transaction], at_ms: int,
) -> Place:
    if any(each.state in UNSETTLED for each in transactions):
        stored = any(each.state == STORED for each in transactions)
        if stored and at_ms - sale.concluded_ms < batches.MAY_STAY_OPEN_MS:
            return Place(Where.ON_THE_WAY, "in_flight")
        if not stored and book.may_go_on():
            return Place(Where.ON_THE_WAY, "in_flight")
    if sale.refused_later and sale.debited_fen <= 0:
        return Place(Where.DECLINED, "refused_later", facts=_refused_later(sale.refused_later))
    if sale.debited_fen > 0:
        return Place(Where.LOST, "not_captured")
    if any(each.moved for each in transactions):
        return Place(Where.LOST, "clawed_back")
    if any(each.what in STORED_KINDS and not each.moved for each in transactions):
        return Place(Where.LOST, "never_delivered")
    return Place(Where.LOST, "never_debited")


def _refused_later(code: str) -> dict[str, object]:
    english, chinese = decline(code)
    return {"code": english, "code_zh": chinese}


def _in_settlement(settlement: Settlement, at_ms: int) -> Place:
    if settlement.netted:
        if settlement.into is None or settlement.into.suspended:  # which no more than its own sum stands in
            reason = "withheld" if settlement.withheld else "netted"
            return Place(Where.NETTED, reason, facts={"date": settlement.date})
        settlement = settlement.into
    if settlement.suspended:
        reason, reason_zh = reason_said("suspended.reason", settlement.suspended)
        return Place(Where.SUSPENDED, "in_suspense", facts={
            "reason": reason, "reason_zh": reason_zh,
        })
    if settlement.diverted_ms:
        kept = settlement.kept_fen
        return Place(
            Where.LOST, "intermediary_kept" if kept else "at_intermediary", since_ms=settlement.diverted_ms,
            facts={"payout": settlement.payout, "since": local(settlement.diverted_ms), "kept": yuan(kept)})
    if not settlement.payout:
        return Place(Where.ON_THE_WAY, "awaits_cut_over")
    facts: dict[str, object] = {"payout": settlement.payout, "due": local(settlement.due_ms)}
    if at_ms <= settlement.due_ms:
        return Place(Where.ON_THE_WAY, "due", settlement.due_ms, facts=facts)
    if at_ms <= settlement.due_ms + OVERDUE_MS:
        return Place(Where.ON_THE_WAY, "overdue", settlement.due_ms, facts=facts)
    return Place(Where.LOST, "payout_lost", facts=facts)


def _is_to_settle(book: Book, batch: Batch, tid: str, sent_ms: int, at_ms: int) -> bool:
    """Whether a clerk's next settlement by habit is still to come, or just under way."""
    next_ms = next_settlement_ms(book, tid, max(sent_ms, batch.last_ms))
    return next_ms is not None and at_ms < next_ms + SETTLES_WITHIN_MS


def _in_batch(book: Book, transactions: list[Transaction], at_ms: int) -> Place:
    transaction = next(
        (each for each in transactions if each.items > len(each.cleared) and each.state >= KNOWN),
        None,
    )
    if transaction is None:
        return Place(Where.ON_THE_WAY, "in_flight")
    tid = tid_of(transaction.key)
    facts: dict[str, object] = {"tid": tid, "batch": f"{transaction.batch:06}"}
    if not book.cleared_by_batch():
        if at_ms - transaction.sent_ms < CLEARS_WITHIN_MS:
            return Place(Where.ON_THE_WAY, "awaits_cut_over", facts=facts)
        return Place(Where.LOST, "never_cleared", facts=facts)
    uploaded = batches.was_uploaded(book, tid, transaction.batch)
    if uploaded or batches.settled(book, tid, transaction.batch):
        if at_ms - transaction.sent_ms < CLEARS_WITHIN_MS + batches.MAY_STAY_OPEN_MS:
            return Place(Where.ON_THE_WAY, "awaits_cut_over", facts=facts)
        if uploaded:
            return Place(Where.LOST, "not_confirmed", facts=facts)
        return Place(Where.LOST, "not_cleared", facts=facts)
    batch = book.batch(tid, transaction.batch, transaction.sent_ms)
    if not batches.is_stuck(batch, at_ms):
        return Place(Where.ON_THE_WAY, "open_batch", facts=facts)
    if _is_to_settle(book, batch, tid, transaction.sent_ms, at_ms):
        return Place(Where.ON_THE_WAY, "open_batch", facts=facts)
    if not batch.tries:
        return Place(Where.LOST, "settlement_unasked", facts=facts)
    facts["last"], facts["last_zh"] = batches.last_try(batch)
    return Place(Where.LOST, "never_settled", since_ms=batch.last_ms, facts=facts, story=batch.story)
