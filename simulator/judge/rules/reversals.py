"""Invariant 7: a pending reversal is delivered before the next financial request of its terminal.

Judged from the wire and by the terminal's profile.  A reversal is owed where a reversible request
was sent and the terminal cannot know its outcome: no genuine reply, or one that it had not stored
when the power went, or an approval that it could not finish.
"""

from __future__ import annotations

from simulator.judge.book import Book
from simulator.judge.invariants import COMES_TO_REST, REVERSAL_FIRST
from simulator.judge.open_items import DROPPED, KNOWN, OWED, REVERSED, Terminal, Transaction
from simulator.judge.transactions import REVERSAL_DONE
from simulator.trace.records import Arrived, Sent, key_of


def owe(book: Book, terminal: Terminal, transaction: Transaction) -> None:
    """The outcome is unknown to the terminal from now on."""
    if transaction.state in (OWED, REVERSED, DROPPED):
        return
    transaction.sale.unknown = True
    if transaction.not_sent and not transaction.request_genuine:
        # The link said that it did not leave: some profiles reverse it, none has to.
        transaction.state = KNOWN
        return
    if transaction.fake_reply and not terminal.opened.reversal_after_mismatched_reply:
        transaction.state = DROPPED
        return
    transaction.state = OWED
    book.invariants[REVERSAL_FIRST].exercised += 1
    if terminal.owed is None:
        terminal.owed = [transaction]
    else:
        terminal.owed.append(transaction)


def sent(book: Book, terminal: Terminal, transaction: Transaction) -> None:
    """A 0400 left: the terminal itself says that it owes one."""
    owe(book, terminal, transaction)
    transaction.reversals += 1


def answered(
    book: Book, terminal: Terminal, transaction: Transaction, record: Arrived,
) -> None:
    """A genuine 0410 reached the terminal."""
    if record.response_code not in REVERSAL_DONE or transaction.state == REVERSED:
        return
    if transaction.state == OWED:
        book.invariants[COMES_TO_REST].exercised += 1
    transaction.state = REVERSED
    if terminal.owed and transaction in terminal.owed:
        terminal.owed.remove(transaction)


def next_request(book: Book, terminal: Terminal, key: str, record: Sent | Arrived) -> None:
    """A financial request leaves the terminal: nothing may be owed now."""
    current = terminal.current
    if current is not None and current.state < KNOWN and current.key != key:
        owe(book, terminal, current)
    for transaction in list(terminal.owed or ()):
        if transaction.key == key:
            continue
        _take_off(terminal, transaction)
        opened = terminal.opened
        if opened.after_last_try == "drop" and transaction.reversals >= opened.reversal_tries:
            transaction.state = DROPPED
            continue
        sale = transaction.sale
        book.find(
            "went_on_without_reversal", at_ms=record.at_ms, sale=sale, tid=record.tid,
            key=transaction.key, amount_fen=transaction.amount_fen,
            story=[*(sale.story or ()), record],
            next=f"{record.mti} {record.what} {key_of(record.tid, record.batch, record.stan)}",
        )


def finish(book: Book, named: set[tuple[str, int, int]]) -> None:
    """What is still owed at the end does not come to rest; ``named``: said already by the run."""
    for terminal in book.terminals.values():
        for transaction in terminal.owed or ():
            if (terminal.opened.tid, transaction.batch, transaction.stan) in named:
                continue
            book.find(
                "reversal_pending", sale=transaction.sale, tid=terminal.opened.tid,
                key=transaction.key, amount_fen=transaction.amount_fen,
            )


def _take_off(terminal: Terminal, transaction: Transaction) -> None:
    assert terminal.owed is not None
    terminal.owed.remove(transaction)
