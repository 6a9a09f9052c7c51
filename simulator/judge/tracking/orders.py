"""Voids and refunds by their own names: how each ended, and when the cardholder had the money back.

Judges nothing.  Kept are those that were refused or are open; of the others only the number, unless
all are asked for.
"""

from __future__ import annotations

import msgspec

from simulator.judge.book import Book
from simulator.judge.open_items import Transaction
from simulator.judge.transactions import RETURNING
from simulator.judge.verdict import ReturnRow, Returns
from simulator.judge.words.terms import KINDS_ZH, ended, said
from simulator.trace.records import Concluded, Posted, SaleUndone, Unentitled, key_of

ROWS_KEPT = 1_000
_ENDED = frozenset({"approved", "declined", "refused"})
_REFUSED = frozenset({"declined", "refused"})


class _Order(msgspec.Struct, gc=False):
    order: str
    what: str
    sale: str
    asked_ms: int
    amount_fen: int = 0
    tid: str = ""
    key: str = ""
    result: str = ""
    code: str = ""
    ended_ms: int = 0
    given_ms: int | None = None
    is_stranger: bool = False  # whoever asks now may not

    def row(self) -> ReturnRow:
        result, result_zh = ended(self.result, self.code)
        return ReturnRow(
            order=self.order, what=self.what, sale=self.sale, tid=self.tid, key=self.key,
            amount_fen=self.amount_fen, result=self.result, code=self.code, asked_ms=self.asked_ms,
            ended_ms=self.ended_ms, given_ms=self.given_ms,
            what_text_zh=said(KINDS_ZH, self.what), result_text=result, result_text_zh=result_zh,
        )


class Orders:
    """Hears SaleUndone, Concluded and Posted.  ``keep_all``: every one of them as a row."""

    __slots__ = ("_asked", "_book", "_given", "_keep_all", "_open", "_refused", "_rows", "_waiting")

    def __init__(self, book: Book, *, keep_all: bool) -> None:
        self._book = book
        self._keep_all = keep_all
        self._open: dict[str, _Order] = {}
        self._waiting: dict[str, _Order] = {}  # by key: approved, and nothing given back yet
        self._rows: list[ReturnRow] = []
        self._asked = self._given = self._refused = 0

    def undone(self, record: SaleUndone) -> None:
        """Somebody is about to ask for it."""
        if record.order and record.order not in self._open:
            self._asked += 1
            self._open[record.order] = _Order(
                record.order, record.how, record.sale, record.at_ms, record.amount_fen)

    def unentitled(self, record: Unentitled) -> None:
        """It is asked for by somebody who may not: that this is refused is not the end of it."""
        order = self._open.get(record.sale)
        if order is not None:
            order.is_stranger = True

    def concluded(self, record: Concluded) -> None:
        """What the counter saw of it; one that failed may be asked for again."""
        if record.what not in RETURNING:
            return
        order = self._open.get(record.sale)
        if order is None:
            return  # said once more after a restart, or at a port where nobody names it
        order.tid = record.actor.removeprefix("terminal.")
        order.result = record.result
        order.code = record.response_code or record.reason
        order.ended_ms = record.at_ms
        order.amount_fen = record.amount_fen or order.amount_fen
        if record.stan:
            order.key = key_of(order.tid, record.batch, record.stan)
        stranger, order.is_stranger = order.is_stranger, False
        if record.result not in _ENDED or (stranger and record.result == "refused"):
            return
        transaction = self._book.transactions.get(order.key)
        if record.result in _REFUSED:
            self._ended(order)
        elif transaction is not None and _gave_back(transaction):
            order.given_ms = transaction.moved_ms
            self._ended(order)
        else:
            self._waiting[order.key] = order

    def posted(self, record: Posted) -> None:
        """Money moved; what was waited for is given back."""
        if not self._waiting:
            return
        order = self._waiting.get(record.key)
        transaction = self._book.transactions.get(record.key)
        if order is not None and transaction is not None and _gave_back(transaction):
            order.given_ms = record.at_ms
            del self._waiting[record.key]
            self._ended(order)

    def _ended(self, order: _Order) -> None:
        self._open.pop(order.order, None)
        self._given += order.given_ms is not None
        self._refused += order.result in _REFUSED
        if self._keep_all or (order.result in _REFUSED and len(self._rows) < ROWS_KEPT):
            self._rows.append(order.row())

    # ---- the end -----------------------------------------------------------------------------

    def rows(self) -> tuple[ReturnRow, ...]:
        """Those that were kept, and what is still open."""
        left = [order.row() for order in self._open.values()]
        kept = left if self._keep_all else left[:ROWS_KEPT]
        return tuple(sorted((*self._rows, *kept), key=lambda row: (row.asked_ms, row.order)))

    def returns(self) -> Returns:
        """How many there were of each."""
        return Returns(self._asked, self._given, self._refused)


def _gave_back(transaction: Transaction) -> bool:
    """Reversed it has given nothing."""
    return transaction.debited_fen < 0
