"""Sales whose money has arrived and that are forgotten otherwise: what is given back of them later.

Remembers the newest only, most of them packed: a dozen bytes each; moves no money.
"""

from __future__ import annotations

from array import array
from collections import deque

import msgspec

from simulator.judge.book import Book
from simulator.judge.oldest import forget_oldest, most
from simulator.judge.open_items import Sale
from simulator.judge.transactions import RETURNING
from simulator.judge.whereabouts.accounts import Account

PAID_KEPT = 50_000
PAID_MOST = most(PAID_KEPT)
STAN_DIGITS = 6
MOST_FEN = 2**31 - 1  # in one place of an array
TAKEN_OUT = 2**32 - 1  # no number


class PaidSale(msgspec.Struct, gc=False):
    """One sale that arrived."""

    fen: int
    fee_fen: int
    arrived_ms: int
    account: Account  # its merchant's
    sale: str = ""  # its name, where something hangs on it
    row: int = -1  # its place among the rows, -1: it has none
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


class Packed:
    """Sales of one batch that arrived at one moment for one merchant, of which nothing else is to be told."""

    __slots__ = ("account", "arrived_ms", "batch", "fees", "fens", "stans")

    def __init__(self, batch: str, arrived_ms: int, account: Account) -> None:
        self.batch = batch
        self.arrived_ms = arrived_ms
        self.account = account
        self.stans, self.fens, self.fees = array("I"), array("i"), array("i")

    def take_out(self, number: int) -> PaidSale | None:
        """One of them, for itself from now on."""
        if number not in self.stans:
            return None
        place = self.stans.index(number)
        self.stans[place] = TAKEN_OUT
        return PaidSale(self.fens[place], self.fees[place], self.arrived_ms, self.account)


class PaidSales:
    """By key, the newest last."""

    __slots__ = ("_by_batch", "_by_key", "_oldest", "_packed")

    def __init__(self) -> None:
        self._by_key: dict[str, PaidSale] = {}
        self._by_batch: dict[str, list[Packed]] = {}
        self._oldest: deque[Packed] = deque()
        self._packed = 0

    def remember(self, keys: tuple[str, ...], paid: PaidSale) -> None:
        """A sale arrived under these keys."""
        for key in keys:
            self._by_key.pop(key, None)
            self._by_key[key] = paid
        if len(self._by_key) > PAID_MOST:
            forget_oldest(self._by_key, PAID_KEPT)

    def remember_plain(self, key: str, fen: int, fee_fen: int, arrived_ms: int, account: Account) -> None:
        """The same of one of which nothing more is to be told than what is given back of it."""
        batch, stan = key[:-STAN_DIGITS], key[-STAN_DIGITS:]
        if not stan.isdecimal() or max(fen, fee_fen) > MOST_FEN or min(fen, fee_fen) < 0:
            self.remember((key,), PaidSale(fen, fee_fen, arrived_ms, account))
            return
        if self._by_key:
            self._by_key.pop(key, None)
        of_batch = self._by_batch.get(batch)
        last = of_batch[-1] if of_batch else None
        if last is None or last.arrived_ms != arrived_ms or last.account is not account:
            last = Packed(batch, arrived_ms, account)
            self._oldest.append(last)
            self._by_batch.setdefault(batch, []).append(last)
            self._forget()
        last.stans.append(int(stan))
        last.fens.append(fen)
        last.fees.append(fee_fen)
        self._packed += 1

    def given_back(self, book: Book, back: Sale) -> tuple[PaidSale, int] | None:
        """Which of them something that was closed now gives back, and how much of it."""
        if back.captured_fen >= 0:
            return None
        for key in back.keys:
            transaction = book.transactions.get(key)
            if transaction is not None and transaction.what in RETURNING:
                paid = self._paid(transaction.of or transaction.names)
                if paid is not None:
                    return paid, -back.captured_fen
        return None

    def _paid(self, key: str) -> PaidSale | None:
        paid = self._by_key.get(key)
        if paid is None and key[-STAN_DIGITS:].isdecimal():
            for packed in reversed(self._by_batch.get(key[:-STAN_DIGITS], ())):
                paid = packed.take_out(int(key[-STAN_DIGITS:]))
                if paid is not None:
                    self.remember((key,), paid)
                    break
        return paid

    def _forget(self) -> None:
        """The oldest, as long as enough are left."""
        while self._packed - len(self._oldest[0].stans) >= PAID_KEPT:
            oldest = self._oldest.popleft()
            self._packed -= len(oldest.stans)
            self._by_batch[oldest.batch].remove(oldest)
            if not self._by_batch[oldest.batch]:
                del self._by_batch[oldest.batch]
