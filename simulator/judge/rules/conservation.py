"""Postings: invariant 1, money is conserved, and what each sale's books say.

Every posting must sum to zero; then all accounts together do, at every instant.
"""

from __future__ import annotations

from simulator.judge.book import Book
from simulator.judge.invariants import CONSERVED
from simulator.judge.open_items import KNOWN, Sale, Transaction
from simulator.judge.rules import names, seals
from simulator.judge.rules.payouts import Payouts
from simulator.judge.words.sentences import yuan
from simulator.trace.records import Posted

_CUSTOMER = "cw"  # how accounts of cardholder: and wallet: begin, and no others of the chart
_MERCHANT = "m"  # merchant:
_ISSUING = frozenset({"debit", "credit", "hold", "release", "reverse"})
_BOOKING = frozenset({"capture", "uncapture"})
_PAYING = frozenset({"payout_posted", "chargeback"})


class Postings:
    """Hears Posted."""

    __slots__ = ("_book", "_conserved", "_payouts", "_transactions")

    def __init__(self, book: Book, payouts: Payouts) -> None:
        self._book = book
        self._payouts = payouts
        self._conserved = book.invariants[CONSERVED]
        self._transactions = book.transactions

    def posted(self, record: Posted) -> None:
        """Money moved."""
        self._conserved.exercised += 1
        why = record.why
        total = 0
        if why in _ISSUING:
            own = None
            for account, fen in record.entries:
                total += fen
                if account[0] in _CUSTOMER:
                    own = fen if own is None else own + fen
            if own is not None:  # a payout's release from suspense bears the same name
                self._issued(record, own)
        elif why in _BOOKING:
            booked = 0
            for account, fen in record.entries:
                total += fen
                if account[0] == _MERCHANT:
                    booked += fen
            self._booked(record, booked)
        else:
            for _, fen in record.entries:
                total += fen
            if why in _PAYING:
                self._payouts.paid_out(record)
        if total:
            transaction = self._transactions.get(record.key)
            self._book.find(
                "unbalanced_posting", at_ms=record.at_ms, key=record.key, why=why,
                sum=yuan(total), amount_fen=total, story=[record],
                sale=transaction.sale if transaction else None,
            )

    def _issued(self, record: Posted, own_fen: int) -> None:
        book = self._book
        if book.fakes:
            seals.posted(book, record)
        if book.reused:
            names.took_effect(book, record.key)
        transaction = self._transactions.get(record.key) or self._unasked(record)
        transaction.sale.debited_fen -= own_fen
        transaction.debited_fen -= own_fen
        transaction.moved = True
        if record.why == "debit":
            transaction.debits += 1

    def _booked(self, record: Posted, own_fen: int) -> None:
        book = self._book
        if book.fakes:
            seals.posted(book, record)
        transaction = self._transactions.get(record.key) or self._unasked(record)
        transaction.items += 1
        sale = transaction.sale
        sale.captured_fen += own_fen
        sale.captures += 1
        sale.uncleared += 1

    def _unasked(self, record: Posted) -> Transaction:
        """Money moved under a key that no terminal is known to have used, or one long closed."""
        amount = max((fen for _, fen in record.entries), default=0)
        sale = Sale(
            record.key, amount, record.at_ms, what=record.why, tid=record.key.partition("/")[0],
            keys=(record.key,), story=[record],
        )
        transaction = Transaction(record.key, sale, record.why, 0, 0, amount, KNOWN, record.at_ms)
        self._book.sales[record.key] = sale
        self._transactions[record.key] = transaction
        return transaction
