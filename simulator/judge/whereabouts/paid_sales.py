"""Sales whose money has arrived and that are forgotten otherwise: what is given back of them later.

Remembers the newest only, in a few words each; moves no money.
"""

from __future__ import annotations

import msgspec

from simulator.judge.book import Book
from simulator.judge.open_items import Sale
from simulator.judge.transactions import RETURNING
from simulator.judge.whereabouts.accounts import Account

PAID_KEPT = 50_000


class PaidSale(msgspec.Struct, gc=False):
    """One sale that arrived."""

    fen: int
    fee_fen: int
    arrived_ms: int
    sale: str
    row: int  # its place among the rows, -1: it has none
    account: Account  # its merchant's
    returned_fen: int = 0
    fee_back_fen: int = 0  # zero or less

    @property
    def kept_fee_fen(self) -> int:
        """What of its fee is not given back."""
        return self.fee_fen + self.fee_back_fen

    @property
    def in_part_fen(self) -> int:
        """What the merchant gave back of it, where something is left of it: its fee came back in part."""
        return 0 if self.is_undone else self.returned_fen + self.fee_back_fen

    @property
    def is_undone(self) -> bool:
        """Whether nothing is left of it."""
        return self.returned_fen >= self.fen


class PaidSales:
    """By key, the newest last."""

    __slots__ = ("_by_key",)

    def __init__(self) -> None:
        self._by_key: dict[str, PaidSale] = {}

    def remember(self, keys: tuple[str, ...], paid: PaidSale) -> None:
        """A sale arrived under these keys."""
        for key in keys:
            self._by_key[key] = paid
        while len(self._by_key) > PAID_KEPT:
            del self._by_key[next(iter(self._by_key))]

    def given_back(self, book: Book, back: Sale) -> tuple[PaidSale, int] | None:
        """Which of them something that was closed now gives back, and how much of it."""
        if back.captured_fen >= 0:
            return None
        for key in back.keys:
            transaction = book.transactions.get(key)
            if transaction is not None and transaction.what in RETURNING:
                paid = self._by_key.get(transaction.of or transaction.names)
                if paid is not None:
                    return paid, -back.captured_fen
        return None
