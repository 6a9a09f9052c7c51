"""Who paid what nobody should pay: customers twice or for nothing; merchants who gave goods and have no money.

Adds up sales as they are closed; finds fault with nobody, since a remedy may do it that keeps every rule.
"""

from __future__ import annotations

import msgspec

from simulator.judge.book import Book
from simulator.judge.open_items import Sale
from simulator.judge.tracking.sale_sums import is_debited_twice, net_fen
from simulator.judge.verdict import OverpaidRow, Tally, UnpaidRow, Where, Wronged
from simulator.judge.whereabouts.accounts import Account, Sum
from simulator.trace.records import SaleMeant

ROWS_KEPT = 1_000
_NOT_PAID = frozenset({Where.LOST, Where.SUSPENDED})  # what is on its way is not due yet


class _Wish(msgspec.Struct, gc=False):
    """One thing that a customer wanted to pay once, under whatever names it was tried."""

    wanted_fen: int = 0
    card: str = ""
    paid: dict[str, int] = msgspec.field(default_factory=dict)  # by sale
    debited_twice: bool = False


class WrongedPeople:
    """Hears what is made in the place of another sale, and what became of each that is closed."""

    __slots__ = ("_book", "_first_of", "_for_nothing", "_unpaid", "_wishes")

    def __init__(self, book: Book) -> None:
        self._book = book
        self._first_of: dict[str, str] = {}  # by sale: the one that it is made in the place of
        self._wishes: dict[str, _Wish] = {}  # by the first sale
        self._for_nothing = Sum()
        self._unpaid: dict[str, tuple[Account, Sum]] = {}

    def meant(self, record: SaleMeant) -> None:
        """A sale is meant, perhaps in the place of one of which nobody knows whether it is paid."""
        if record.instead:
            first = self._first_of.setdefault(record.instead, record.instead)
            self._first_of[record.sale] = first

    def closed(self, sale: Sale, where: Where, account: Account) -> None:
        """Where the money of a sale is, at its end."""
        twice = is_debited_twice(self._book, sale)
        if sale.debited_fen > 0 and where is not Where.HELD and (twice or sale.sale in self._first_of):
            wish = self._wishes.setdefault(self._first_of.get(sale.sale, sale.sale), _Wish())
            wanted_fen = min(sale.goods_fen or sale.amount_fen, sale.amount_fen)  # a completion may be of less
            wish.wanted_fen = max(wish.wanted_fen, wanted_fen)
            wish.card = wish.card or sale.card
            wish.paid[sale.sale] = sale.debited_fen
            wish.debited_twice |= twice
        net = net_fen(sale)
        if where in _NOT_PAID and net > 0:
            _, unpaid = self._unpaid.setdefault(account.mid or account.merchant, (account, Sum()))
            unpaid.add(net)
        elif where is Where.LOST and sale.debited_fen > 0:
            self._for_nothing.add(sale.debited_fen)

    def has_paid(self, sale: str) -> bool:
        """Whether a sale that is closed counts among those that somebody paid for one wish."""
        wish = self._wishes.get(self._first_of.get(sale, sale))
        return wish is not None and sale in wish.paid

    def given_back(self, sale: str, fen: int) -> None:
        """A sale whose money had arrived is given back, or a part of it."""
        wish = self._wishes.get(self._first_of.get(sale, sale))
        if wish is not None and sale in wish.paid:
            wish.paid[sale] -= fen

    def told(self) -> Wronged:
        """All of it, those who paid most first."""
        rows = sorted((
            OverpaidRow(sales=tuple(wish.paid), card=wish.card, fen=too_much)
            for wish in self._wishes.values() if (too_much := _too_much(wish)) > 0
        ), key=lambda row: (-row.fen, row.sales))
        unpaid = sorted((
            UnpaidRow(merchant=account.merchant, mid=account.mid, sales=each.sales, fen=each.fen)
            for account, each in self._unpaid.values()
        ), key=lambda row: (-row.fen, row.merchant, row.mid))
        return Wronged(
            paid_twice=Tally(len(rows), sum(row.fen for row in rows)),
            for_nothing=self._for_nothing.tally(),
            not_paid=Tally(sum(row.sales for row in unpaid), sum(row.fen for row in unpaid)),
            overpaid=tuple(rows[:ROWS_KEPT]), unpaid=tuple(unpaid[:ROWS_KEPT]),
        )


def _too_much(wish: _Wish) -> int:
    """What was paid beyond the largest sum that was wanted once."""
    paid = [fen for fen in wish.paid.values() if fen > 0]
    if len(paid) < 2 and not wish.debited_twice:
        return 0
    return sum(paid) - wish.wanted_fen if wish.debited_twice else sum(paid) - max(paid)
