"""Invariant 8: STAN + batch + TID name one transaction.

Numbers of a batch only rise, so that a pair of numbers for each batch is all that must be kept.  A
number that comes again is violated only where the second use has an effect: a host that refuses it
has seen through it.
"""

from __future__ import annotations

from simulator.judge.book import Book
from simulator.judge.open_items import Reuse, Terminal, Transaction
from simulator.judge.transactions import STORED
from simulator.trace.records import Arrived, Concluded, Sent

BATCHES_KEPT = 64  # pairs of numbers for each terminal
REUSES_KEPT = 10_000


def counted_anew(book: Book, terminal: Terminal, record: Sent | Arrived, key: str) -> None:
    """A request whose number is not the next one of the terminal's batch."""
    batch, stan = record.batch, record.stan
    if batch != terminal.batch:
        _change_batch(terminal, batch, stan, record.at_ms)
    if stan > terminal.last_stan or record.what in STORED:
        return
    _remember(book, key, Reuse("an earlier one", _described(record)))


def same_key(book: Book, transaction: Transaction, record: Sent) -> None:
    """A request with the key of an open transaction: it is repeated, or used for another one."""
    sale = transaction.sale
    other_sale = bool(record.sale) and record.sale != sale.sale and not record.original
    other_sum = (record.amount_fen or 0) != transaction.amount_fen
    if other_sale or other_sum or record.what != transaction.what:
        first = f"{transaction.what} {sale.sale} of {transaction.amount_fen} fen"
        _remember(book, transaction.key, Reuse(first, _described(record)))


def took_effect(book: Book, key: str, record: Concluded | None = None) -> None:
    """Something was booked or approved under a key that came twice."""
    reuse = book.reused.pop(key, None)
    if reuse is None:
        return
    transaction = book.transactions.get(key)
    book.find(
        "number_reused", key=key, sale=transaction.sale if transaction else None,
        tid=key.partition("/")[0], first=reuse.first, second=reuse.second,
        story=[record] if record is not None and transaction is None else None,
    )


def _remember(book: Book, key: str, reuse: Reuse) -> None:
    book.reused[key] = reuse
    if len(book.reused) > REUSES_KEPT:
        del book.reused[next(iter(book.reused))]


def _described(record: Sent | Arrived) -> str:
    name = record.sale if isinstance(record, Sent) else ""
    return " ".join(
        part for part in (record.what, name, f"of {record.amount_fen or 0} fen") if part
    )


def _change_batch(terminal: Terminal, batch: int, stan: int, at_ms: int) -> None:
    if terminal.batch:
        if terminal.past is None:
            terminal.past = {}
        terminal.past[terminal.batch] = (terminal.first_stan, terminal.last_stan)
        if len(terminal.past) > BATCHES_KEPT:
            del terminal.past[next(iter(terminal.past))]
    first, last = (terminal.past or {}).pop(batch, (stan, 0))
    terminal.batch = batch
    terminal.batch_first_ms = at_ms
    terminal.first_stan = first
    terminal.last_stan = last if first <= stan else 0
