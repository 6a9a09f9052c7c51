"""Issuers' and wallets' books built wrong on purpose."""

from __future__ import annotations

from collections.abc import Callable

from simulator.defect import Defect, instead
from simulator.money.issuer import IssuerAnswer, IssuerBooks
from simulator.money.shown import Shown

Reverse = Callable[[IssuerBooks, str], IssuerAnswer]


# Books a repeated debit a second time.


def _debit_without_look(
    debit: Callable[..., IssuerAnswer], books: IssuerBooks, key: str, ref: str, amount_fen: int,
    original: str = "", shown: Shown | None = None,
) -> IssuerAnswer:
    if books.state_of(key) == "00":
        del books._log[key]
    return debit(books, key, ref, amount_fen, original, shown)


# Acknowledges the reversal of a request that has not come, then books the request.


def _forget_early(reverse: Reverse, books: IssuerBooks, key: str) -> IssuerAnswer:
    return reverse(books, key) if books.state_of(key) else IssuerAnswer("00")


# Acknowledges reversals and gives nothing back.


def _reverse_on_paper(_reverse: Reverse, _books: IssuerBooks, _key: str) -> IssuerAnswer:
    return IssuerAnswer("00")


ROWS = (
    Defect("issuer.no_duplicate_check", "a repeated debit is booked again",
           (2,), instead(IssuerBooks, (IssuerBooks.debit, _debit_without_look)),
           shown_by="defects/advice-repeated-to-issuer",
           zh="重复的扣款再次入账"),
    Defect("issuer.forgets_early_reversal", "a debit that comes after its own reversal is booked",
           (4,), instead(IssuerBooks, (IssuerBooks.reverse, _forget_early)),
           shown_by="defects/reversed-before-it-came",
           zh="在自己的冲正之后才到的扣款仍入账"),
    Defect("issuer.reverses_on_paper", "reversals are acknowledged and not booked",
           (4,), instead(IssuerBooks, (IssuerBooks.reverse, _reverse_on_paper)),
           shown_by="defects/given-up-sale",
           zh="冲正只应答，不入账"),
)
