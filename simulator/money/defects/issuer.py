"""Issuers' and wallets' books built wrong on purpose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.defect import Defect, Replacements, instead
from simulator.money.cards import Card
from simulator.money.issuer import APPROVED, IssuerAnswer, IssuerBooks
from simulator.money.operations import INSUFFICIENT
from simulator.money.shown import Shown

Reverse = Callable[[IssuerBooks, str], IssuerAnswer]
Debit = Callable[..., IssuerAnswer]


# Books a repeated debit a second time.


def _debit_without_look(
    debit: Callable[..., IssuerAnswer], books: IssuerBooks, key: str, ref: str, amount_fen: int,
    original: str = "", shown: Shown | None = None, **more: Any,
) -> IssuerAnswer:
    if books.state_of(key) == "00":
        del books._log[key]
    return debit(books, key, ref, amount_fen, original, shown, **more)


# Acknowledges the reversal of a request that has not come, then books the request.


def _forget_early(reverse: Reverse, books: IssuerBooks, key: str) -> IssuerAnswer:
    return reverse(books, key) if books.state_of(key) else IssuerAnswer("00")


# Acknowledges reversals and gives nothing back.


def _reverse_on_paper(_reverse: Reverse, _books: IssuerBooks, _key: str) -> IssuerAnswer:
    return IssuerAnswer("00")


# Approves whatever the card has.


def _funds_or_not(
    right: Callable[..., str], books: IssuerBooks, card: Card | None, ref: str, amount_fen: int,
    held_fen: int, shown: Shown | None,
) -> str:
    refusal = right(books, card, ref, amount_fen, held_fen, shown)
    return "" if refusal == INSUFFICIENT else refusal


# Has no funds for anybody.


def _no_funds(
    _right: Callable[..., str], _books: IssuerBooks, _card: Card | None, _ref: str, _amount_fen: int,
    _held_fen: int, _shown: Shown | None,
) -> str:
    return INSUFFICIENT


# Takes twice the sum.


def _twice_the_sum(
    debit: Debit, books: IssuerBooks, key: str, ref: str, amount_fen: int,
    original: str = "", shown: Shown | None = None, **more: Any,
) -> IssuerAnswer:
    return debit(books, key, ref, 2 * amount_fen, original, shown, **more)


# Acknowledges credits, and gives nothing back.


def _credit_on_paper(
    _credit: Debit, books: IssuerBooks, key: str, _ref: str, _amount_fen: int,
    _original: str = "", _shown: Shown | None = None, **_more: Any,
) -> IssuerAnswer:
    return IssuerAnswer(APPROVED, books.auth_code(key))


# Gives back a fen less.


def _credit_fen_less(
    credit: Debit, books: IssuerBooks, key: str, ref: str, amount_fen: int,
    original: str = "", shown: Shown | None = None, **more: Any,
) -> IssuerAnswer:
    return credit(books, key, ref, amount_fen - 1, original, shown, **more)


# Gives back to the card that was debited last.


def _last_card() -> Replacements:
    last: dict[str, str] = {}

    def debit(
        right: Debit, books: IssuerBooks, key: str, ref: str, amount_fen: int,
        original: str = "", shown: Shown | None = None, **more: Any,
    ) -> IssuerAnswer:
        last[books.bank] = ref
        return right(books, key, ref, amount_fen, original, shown, **more)

    def credit(
        right: Debit, books: IssuerBooks, key: str, ref: str, amount_fen: int,
        original: str = "", shown: Shown | None = None, **more: Any,
    ) -> IssuerAnswer:
        return right(books, key, last.get(books.bank, ref), amount_fen, original, shown, **more)

    return instead(IssuerBooks, (IssuerBooks.debit, debit), (IssuerBooks.credit, credit))


# Debits the card that was debited before.


def _debits_last_card() -> Replacements:
    last: dict[str, str] = {}

    def debit(
        right: Debit, books: IssuerBooks, key: str, ref: str, amount_fen: int,
        original: str = "", shown: Shown | None = None, **more: Any,
    ) -> IssuerAnswer:
        before = last.get(books.bank, ref)
        last[books.bank] = ref
        return right(books, key, before, amount_fen, original, shown, **more)

    return instead(IssuerBooks, (IssuerBooks.debit, debit))


# Gives back once more for each reversal that comes.


def _reverse_anew(reverse: Reverse, books: IssuerBooks, key: str) -> IssuerAnswer:
    operation = books._log.get(key)
    if operation is not None and operation.account:
        operation.undone = False
    return reverse(books, key)


# Forgets that a completion uses what was held.


def _keep_hold(
    debit: Debit, books: IssuerBooks, key: str, ref: str, amount_fen: int,
    original: str = "", shown: Shown | None = None, **more: Any,
) -> IssuerAnswer:
    del original
    return debit(books, key, ref, amount_fen, "", shown, **more)


# Acknowledges that a hold is released, and keeps it.


def _release_on_paper(
    _release: Callable[..., IssuerAnswer], books: IssuerBooks, key: str, _ref: str, _original: str,
) -> IssuerAnswer:
    return IssuerAnswer(APPROVED, books.auth_code(key))


# Takes at once what should be held.


def _hold_as_debit(
    _hold: Callable[..., IssuerAnswer], books: IssuerBooks, key: str, ref: str, amount_fen: int,
    shown: Shown | None = None, **more: Any,
) -> IssuerAnswer:
    return books.debit(key, ref, amount_fen, "", shown, **more)


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
    Defect("issuer.overdraws", "a sale is approved whatever the card has",
           (25,), instead(IssuerBooks, (IssuerBooks._refusal, _funds_or_not)),
           shown_by="defects/market-day",
           zh="余额不足也批准"),
    Defect("issuer.declines_everything", "every debit is declined for want of money",
           (30,), instead(IssuerBooks, (IssuerBooks._refusal, _no_funds)),
           shown_by="defects/two-coffees",
           zh="每笔扣款都以余额不足拒绝"),
    Defect("issuer.debits_twice", "a debit takes its sum twice",
           (4,), instead(IssuerBooks, (IssuerBooks.debit, _twice_the_sum)),
           shown_by="defects/market-day",
           zh="一次扣款扣了两倍"),
    Defect("issuer.credits_nothing", "credits are acknowledged and not booked",
           (4,), instead(IssuerBooks, (IssuerBooks.credit, _credit_on_paper)),
           shown_by="defects/market-day",
           zh="退款只应答，不入账"),
    Defect("issuer.credits_fen_less", "a fen less comes back than was asked for",
           (4,), instead(IssuerBooks, (IssuerBooks.credit, _credit_fen_less)),
           shown_by="defects/market-day",
           zh="退款少退一分"),
    Defect("issuer.credits_last_card", "what comes back goes to the card that was debited last",
           (17,), _last_card, shown_by="defects/market-day",
           zh="退款退到最近扣款的那张卡"),
    Defect("issuer.debits_last_card", "a debit is taken from the card that was debited before",
           (17,), _debits_last_card, shown_by="defects/market-day",
           zh="扣款扣在上一张卡上"),
    Defect("issuer.reverses_twice", "a reversal that comes again gives back again",
           (4,), instead(IssuerBooks, (IssuerBooks.reverse, _reverse_anew)),
           shown_by="defects/reversal-told-twice",
           zh="重复的冲正再次退款"),
    Defect("issuer.keeps_holds", "a completion leaves what was held on hold",
           (4,), instead(IssuerBooks, (IssuerBooks.debit, _keep_hold)), shown_by="defects/market-day",
           zh="预授权完成后冻结金额不释放"),
    Defect("issuer.never_releases", "a void of a pre-authorisation is acknowledged and nothing released",
           (4,), instead(IssuerBooks, (IssuerBooks.release, _release_on_paper)),
           shown_by="defects/market-day",
           zh="预授权撤销只应答，不解冻"),
    Defect("issuer.holds_are_debits", "a pre-authorisation takes the money",
           (2,), instead(IssuerBooks, (IssuerBooks.hold, _hold_as_debit)),
           shown_by="defects/market-day",
           zh="预授权直接扣款"),
)
