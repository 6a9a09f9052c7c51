"""Reversals that are owed, seen from the wire and by the terminal's profile.

A reversal is owed where a reversible request was sent and the terminal cannot know its outcome: no
genuine reply, or one that it had not stored when the power went, or an approval that it could not
finish.
"""

from __future__ import annotations

from simulator.catalogue.response_codes import REVERSAL_DONE
from simulator.judge.book import Book
from simulator.judge.open_items import DROPPED, KNOWN, OWED, REVERSED, SENT, Terminal, Transaction
from simulator.judge.tracking.moments import (
    ReversalDelivered,
    ReversalOwed,
    ReversalSent,
    StrangeReversalSent,
    WentOnOwing,
)
from simulator.trace.records import Arrived, Concluded, Sent


def has_stayed(transaction: Transaction) -> bool:
    """Whether the terminal was told that nothing of it left, at any try."""
    return transaction.not_sent and not transaction.left and not transaction.request_genuine


def owe(book: Book, terminal: Terminal, transaction: Transaction) -> None:
    """The outcome is unknown to the terminal from now on."""
    if transaction.state in (OWED, REVERSED, DROPPED):
        return
    transaction.sale.unknown = True
    opened = terminal.opened
    if has_stayed(transaction) and not opened.reversal_after_failed_connect:
        transaction.state = KNOWN  # the terminal was told that it did not leave
        return
    if transaction.fake_reply and not opened.reversal_after_mismatched_reply:
        transaction.state = DROPPED
        return
    transaction.state = OWED
    book.tell(ReversalOwed(transaction))
    if terminal.owed is None:
        terminal.owed = [transaction]
    else:
        terminal.owed.append(transaction)


def sent(
    book: Book, terminal: Terminal, transaction: Transaction, record: Sent | None = None,
) -> None:
    """A 0400 left, seen or not: the terminal itself says that it owes one."""
    owe(book, terminal, transaction)
    transaction.reversals += 1
    if record is not None:
        book.tell(ReversalSent(transaction, record))


def strange(book: Book, terminal: Terminal, record: Sent) -> None:
    """A 0400 for what the terminal never asked for; right only where it owes nothing else.

    A power cut between the stored reversal and its request leaves such a one behind.
    """
    current = terminal.current
    owed = next(iter(terminal.owed or ()), None)
    if owed is None and current is not None and current.state == SENT:
        owed = current
    book.tell(StrangeReversalSent(record, owed))


def answered(
    book: Book, terminal: Terminal, transaction: Transaction, record: Arrived,
) -> None:
    """A genuine 0410 reached the terminal."""
    if record.response_code not in REVERSAL_DONE or transaction.state == REVERSED:
        return
    if transaction.state == OWED:
        book.tell(ReversalDelivered(transaction))
    transaction.state = REVERSED
    if terminal.owed and transaction in terminal.owed:
        terminal.owed.remove(transaction)


def shown_first(terminal: Terminal | None, transaction: Transaction, record: Concluded) -> None:
    """A terminal that came up again shows an approval that it had heard: it had stored it.

    It was killed before its trace said so.  Whether what it shows is in its totals is judged there.
    """
    if (
        terminal is not None and terminal.owed and transaction in terminal.owed
        and record.result == "approved" and transaction.reply_genuine and not transaction.reversals
    ):
        _take_off(terminal, transaction)
        transaction.state = KNOWN


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
        book.tell(WentOnOwing(transaction, record))


def _take_off(terminal: Terminal, transaction: Transaction) -> None:
    assert terminal.owed is not None
    terminal.owed.remove(transaction)
