"""Invariants 2 and 4: debited at most once; no one-sided entry (单边账) once all is quiet.

Compares what left the cardholder with what the counter showed and what the acquirer booked, over
all attempts of a sale.
"""

from __future__ import annotations

from simulator.judge.book import Book
from simulator.judge.invariants import CONSERVED, DEBITED_ONCE, NO_ONE_SIDED
from simulator.judge.open_items import UNSETTLED, Sale
from simulator.judge.transactions import TAKING
from simulator.judge.words.sentences import yuan


def judge(book: Book, sale: Sale, at_ms: int) -> None:
    """Judge a sale whose attempts are over."""
    repeated = len(sale.keys) > 1 and _attempts(book, sale) > 1
    if repeated or sale.unknown:
        book.invariants[DEBITED_ONCE].exercised += 1
    if sale.unknown:
        book.invariants[NO_ONE_SIDED].exercised += 1
    debited = sale.debited_fen
    due = 0 if sale.held else sale.goods_fen - sale.undone_fen
    if debited == due == sale.captured_fen:
        if debited > sale.amount_fen and _debits(book, sale) > 1:
            _debited_twice(book, sale, at_ms)
        return
    if _debits(book, sale) > 1 and debited > max(sale.amount_fen, 0):
        _debited_twice(book, sale, at_ms)
        if _has_untold(book, sale):
            _one_sided(book, sale, due, at_ms)
    elif not sale.held:
        _one_sided(book, sale, due, at_ms)


def _attempts(book: Book, sale: Sale) -> int:
    return sum(
        transaction.what in TAKING for key in sale.keys
        if (transaction := book.transactions.get(key)) is not None
    )


def _debits(book: Book, sale: Sale) -> int:
    return sum(
        transaction.debits for key in sale.keys
        if (transaction := book.transactions.get(key)) is not None
    )


def _has_untold(book: Book, sale: Sale) -> bool:
    """Whether money was taken for an attempt that the counter never saw approved."""
    return any(
        transaction.debited_fen > 0 and transaction.what in TAKING and not transaction.told
        for key in sale.keys
        if (transaction := book.transactions.get(key)) is not None
    )


def _debited_twice(book: Book, sale: Sale, at_ms: int) -> None:
    book.find(
        "debited_twice", at_ms=at_ms, sale=sale, amount=yuan(sale.amount_fen),
        debited=yuan(sale.debited_fen), times=_debits(book, sale),
    )


def _one_sided(book: Book, sale: Sale, due: int, at_ms: int) -> None:
    if not book.invariants[CONSERVED].exercised:
        return
    debited, captured = sale.debited_fen, sale.captured_fen
    if not sale.approvals and debited > 0:
        code = "paid_without_goods"
    elif sale.undone_fen and debited > due:
        code = "not_returned"
    elif captured > debited:
        code = "captured_without_debit"
    elif debited > captured:
        code = "debited_not_captured"
    elif debited < 0 <= due:
        code = "returned_too_much"
    elif debited > due:
        code = "debited_again"
    else:
        return  # goods without a debit: the merchant's loss, which invariant 3 tells
    if _waits(book, sale):
        return
    book.find(
        code, at_ms=at_ms, sale=sale, amount=yuan(sale.amount_fen), debited=yuan(debited),
        captured=yuan(captured), returned=yuan(-debited),
        times=_debits(book, sale), extra=yuan(debited - due),
    )


def _waits(book: Book, sale: Sale) -> bool:
    """Whether a run that was cut short left this sale in the middle of its way."""
    if book.is_whole():
        return False
    return any(
        transaction.state in UNSETTLED for key in sale.keys
        if (transaction := book.transactions.get(key)) is not None
    )
