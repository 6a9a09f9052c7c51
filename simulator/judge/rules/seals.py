"""Invariant 9: nothing that fails its MAC has an effect.

The line knows which messages somebody made or changed.  No money may move under the key of such a
message unless a genuine one with the same key came too, and no terminal may take one for an answer.
"""

from __future__ import annotations

from simulator.judge.book import Book
from simulator.judge.invariants import SEALS_HOLD
from simulator.judge.open_items import Transaction
from simulator.judge.transactions import HOST, SEALED
from simulator.trace.records import Arrived, Concluded, Posted, key_of

FAKES_KEPT = 10_000
_UNDOING = frozenset({"reverse", "credit", "release"})


def not_genuine(book: Book, record: Arrived, transaction: Transaction | None) -> None:
    """A message that nobody rightful sent like this has arrived."""
    if record.what not in SEALED:
        return
    book.invariants[SEALS_HOLD].exercised += 1
    if record.actor != HOST:
        if transaction is not None:
            transaction.fake_reply = True
        return
    book.fakes[key_of(record.tid, record.batch, record.stan)] = record
    if len(book.fakes) > FAKES_KEPT:
        del book.fakes[next(iter(book.fakes))]


def posted(book: Book, record: Posted) -> None:
    """Money moved while fakes are known; it must not be one of them that moved it."""
    fake = book.fakes.get(record.key)
    if fake is None:
        return
    transaction = book.transactions.get(record.key)
    if fake.mti == "0400":
        # The host itself may undo what it asked an issuer for, but not what it has booked.
        if (
            record.why not in _UNDOING or transaction is None or transaction.reversal_genuine
            or not transaction.items
        ):
            return
    elif transaction is not None and transaction.request_genuine:
        return
    del book.fakes[record.key]
    book.find(
        "fake_posted", at_ms=record.at_ms, key=record.key, tid=fake.tid, why=record.why,
        sale=transaction.sale if transaction else None, since_ms=fake.at_ms,
        amount_fen=fake.amount_fen or 0, story=[fake, record],
    )


def approved(book: Book, transaction: Transaction, record: Concluded) -> None:
    """A terminal approves after a fake reply; it must have had a genuine one too."""
    if transaction.reply_genuine:
        return
    book.find(
        "fake_believed", at_ms=record.at_ms, sale=transaction.sale, tid=record.actor.removeprefix("terminal."),
        key=transaction.key, amount_fen=transaction.amount_fen,
    )
