"""The numbers of each terminal's batches, and which of them came a second time.

Numbers of a batch only rise, from 999999 to 1, so that a pair of numbers for each batch is all that
must be kept.
"""

from __future__ import annotations

from simulator.judge.book import Book
from simulator.judge.open_items import KNOWN, Terminal, Transaction
from simulator.judge.tracking.moments import NumberCameAgain
from simulator.judge.tracking.reversals import has_stayed
from simulator.judge.transactions import INQUIRY, REVERSIBLE, STORED
from simulator.trace.records import Arrived, Sent

NUMBERS = 999_999  # after the last of them comes 1 again
BATCHES_KEPT = 64  # pairs of numbers for each terminal


def counted_anew(book: Book, terminal: Terminal, record: Sent | Arrived, key: str) -> None:
    """A request whose number is not the next one of the terminal's batch."""
    batch, stan = record.batch, record.stan
    if batch != terminal.batch:
        _change_batch(terminal, batch, stan, record.at_ms)
    if not terminal.last_stan or 0 < (stan - terminal.last_stan) % NUMBERS < NUMBERS // 2:
        terminal.wrapped = terminal.wrapped or stan < terminal.last_stan
        terminal.last_stan = stan
        return
    if record.what in STORED:
        return
    if (stan - terminal.first_stan) % NUMBERS < NUMBERS // 2:  # not before the first one
        book.tell(NumberCameAgain(key, "an earlier one", record))


def same_key(book: Book, transaction: Transaction, record: Sent) -> None:
    """A request with the key of an open transaction: it is repeated, or used for another one."""
    sale = transaction.sale
    other_sale = bool(record.sale) and record.sale != sale.sale and not record.original
    other_sum = (record.amount_fen or 0) != transaction.amount_fen
    # A terminal that has its answer asks no more: the same number means another sale.
    answered = transaction.reply_genuine and transaction.what in REVERSIBLE
    if other_sale or other_sum or record.what != transaction.what or answered:
        first = f"{transaction.what} {sale.sale} of {transaction.amount_fen} fen"
        book.tell(NumberCameAgain(transaction.key, first, record))
        if record.card != transaction.card:
            transaction.card = ""  # of two cards one, and nobody knows which a reply means


def forgotten(book: Book, terminal: Terminal) -> None:
    """A terminal that lost its memory begins anew, in the same batch where the host holds nothing of it."""
    if terminal.used == terminal.batch:
        return
    for key, transaction in list(book.transactions.items()):
        if transaction.batch == terminal.batch and transaction.sale.tid == terminal.opened.tid and (
            transaction.what == INQUIRY or (has_stayed(transaction) and transaction.state == KNOWN)
        ):
            transaction.sale.keys = tuple(each for each in transaction.sale.keys if each != key)
            del book.transactions[key]
    terminal.batch = 0


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
    terminal.last_stan = last
    terminal.wrapped = 0 < last < first
