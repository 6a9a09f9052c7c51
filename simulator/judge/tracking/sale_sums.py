"""What the books say of one sale over all its attempts, and whether its money arrived."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.judge.book import Book
from simulator.judge.open_items import SENT, UNSETTLED, Sale, Transaction
from simulator.judge.transactions import TAKING


def transactions_of(book: Book, sale: Sale) -> Iterator[Transaction]:
    """All uses of a key that served a sale and are still open."""
    for key in sale.keys:
        transaction = book.transactions.get(key)
        if transaction is not None:
            yield transaction


def attempts(book: Book, sale: Sale) -> int:
    """How often its money was asked for."""
    return sum(each.what in TAKING for each in transactions_of(book, sale))


def debits(book: Book, sale: Sale) -> int:
    """How often the cardholder was debited; what was given back under the same key is none.

    A completion is a debit too where it takes no more from the card than was held.
    """
    return sum(each.debits for each in transactions_of(book, sale))


def is_debited_twice(book: Book, sale: Sale) -> bool:
    """Whether several debits took more than was meant."""
    return sale.debited_fen > max(sale.amount_fen, 0) and debits(book, sale) > 1


def is_waiting(book: Book, sale: Sale) -> bool:
    """Whether a run that was cut short, or ended early, left a sale in the middle of its way."""
    return book.may_go_on() and any(
        each.state in UNSETTLED for each in transactions_of(book, sale))


def may_still_reverse(book: Book, sale: Sale) -> bool:
    """Whether a terminal outside may still reverse what it has no answer to: the run ended before.

    It has gone on with nothing else; what it owes may stand in a journal that nobody reads.
    """
    terminal = book.terminals.get(sale.tid)
    if terminal is None or terminal.opened.observable:
        return False
    return any(
        each in (terminal.owed or ()) or (each.state == SENT and each is terminal.current)
        for each in transactions_of(book, sale)
    )


def net_fen(sale: Sale) -> int:
    """What the counter gave goods for, less what it took back."""
    return sale.goods_fen - sale.undone_fen


def paid_net_fen(sale: Sale) -> int:
    """What payouts have brought or taken for it, fees off; also by setting it off against what is owed."""
    return sale.paid_fen + sale.netted_fen - sale.paid_fee_fen - sale.netted_fee_fen


def given_back_later(sale: Sale) -> int:
    """What of a cleared sale was given back and is no part of the settlement in which it is."""
    if sale.settlement is None or not sale.undone_fen:
        return 0
    return max(0, sale.undone_fen + sum(
        amount for settlement, amount, _ in sale.returned if settlement is sale.settlement))


def fee_of(sale: Sale) -> int:
    """The fee on a sale, less what was given back of it in the same settlement."""
    return sale.fee_fen + sum(
        fee for settlement, _, fee in sale.returned if settlement is sale.settlement)


def fee_back_later(sale: Sale) -> int:
    """What was given back of its fee in other settlements than its own; zero or less."""
    return sum(fee for settlement, _, fee in sale.returned if settlement is not sale.settlement)


def has_arrived(sale: Sale) -> bool:
    """Whether the money of a sale is in the merchant's account."""
    net = sale.goods_fen - sale.undone_fen
    return net > 0 and sale.paid_fen != 0 and (sale.captures == 0 or sale.paid_fen >= net)
