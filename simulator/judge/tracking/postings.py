"""Postings: what the books of issuer and acquirer say of each sale, and what a merchant was paid."""

from __future__ import annotations

from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.book import Book
from simulator.judge.open_items import KNOWN, Sale, Transaction
from simulator.judge.tracking.moments import WatchedKeyPosted
from simulator.judge.tracking.payouts import Payouts
from simulator.trace.records import Posted, tid_of

_CUSTOMER = "cw"  # how accounts of cardholder: and wallet: begin, and no others of the chart
_MERCHANT = "m"  # merchant:
ISSUING = frozenset({
    PostingReason.DEBIT, PostingReason.CREDIT, PostingReason.HOLD, PostingReason.RELEASE,
    PostingReason.REVERSE, PostingReason.EXPIRE,
})
_DEBIT, _EXPIRE, _HOLD, _REVERSE = (  # found more slowly by their set
    PostingReason.DEBIT, PostingReason.EXPIRE, PostingReason.HOLD, PostingReason.REVERSE)
BOOKING = frozenset({PostingReason.CAPTURE})
PAYING = frozenset({PostingReason.PAYOUT_POSTED})


def is_of_customer(record: Posted) -> bool:
    """Whether an issuer or a wallet moved the money of a customer."""
    return record.why in ISSUING and any(
        account[0] in _CUSTOMER for account, _ in record.entries)


class Postings:
    """Hears Posted."""

    __slots__ = ("_book", "_payouts", "_transactions")

    def __init__(self, book: Book, payouts: Payouts) -> None:
        self._book = book
        self._payouts = payouts
        self._transactions = book.transactions

    def posted(self, record: Posted) -> None:
        """Money moved."""
        book = self._book
        book.has_postings = True
        if book.watched and record.key in book.watched and (
            record.why in BOOKING or is_of_customer(record)
        ):
            book.tell(WatchedKeyPosted(record))
        why = record.why
        if why in ISSUING:
            own = None
            for account, fen in record.entries:
                if account[0] in _CUSTOMER:
                    own = fen if own is None else own + fen
            if own is not None:  # a payout's release from suspense bears the same name
                self._issued(record, own)
        elif why in BOOKING:
            booked = 0
            for account, fen in record.entries:
                if account[0] == _MERCHANT:
                    booked += fen
            self._booked(record, booked)
        elif why in PAYING:
            self._payouts.paid_out(record)

    def _issued(self, record: Posted, own_fen: int) -> None:
        transaction = self._transactions.get(record.key) or self._unasked(record)
        sale = transaction.sale
        sale.debited_fen -= own_fen
        if own_fen > 0:
            sale.given_ms = record.at_ms
            sale.given_fen += own_fen
        elif not sale.debited_ms:
            sale.debited_ms = record.at_ms
        if record.why == _HOLD:
            sale.holder = record.actor
        transaction.debited_fen -= own_fen
        transaction.moved = True
        transaction.moved_ms = record.at_ms
        if record.why == _DEBIT:
            transaction.debits += 1
        elif record.why == _REVERSE and transaction.debits:
            transaction.debits -= 1
        elif record.why == _EXPIRE:
            self._expired(sale, record.at_ms)

    def _expired(self, sale: Sale, at_ms: int) -> None:
        """The issuer gave a hold back: it is over, unless it was completed before."""
        if sale.held:
            sale.held, sale.expired = False, True
            if not sale.queued:
                sale.queued = True
                self._book.quiet.append((at_ms, sale))

    def _booked(self, record: Posted, own_fen: int) -> None:
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
            record.key, amount, record.at_ms, what=record.why, tid=tid_of(record.key),
            keys=(record.key,), story=[record],
        )
        transaction = Transaction(record.key, sale, record.why, 0, 0, amount, KNOWN, record.at_ms)
        self._book.sales[record.key] = sale
        self._transactions[record.key] = transaction
        return transaction
