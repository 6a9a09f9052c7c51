"""Invariant 4: no one-sided entry (单边账) once all is quiet.

Compares what left the cardholder with what the counter showed and what the acquirer booked, over
all attempts of a sale.
"""

from __future__ import annotations

from simulator.judge.evidence import BOOKS
from simulator.judge.open_items import Sale
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.moments import SaleClosed
from simulator.judge.tracking.sale_sums import (
    debits,
    is_debited_twice,
    is_waiting,
    may_still_reverse,
    transactions_of,
)
from simulator.judge.transactions import TAKING
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan

_Case = Case[None]


def closed(case: _Case, moment: SaleClosed) -> None:
    """A sale's attempts are over."""
    sale = moment.sale
    if sale.unknown:
        case.exercised += 1
    due = 0 if sale.held else sale.goods_fen - sale.undone_fen
    if sale.debited_fen == due == sale.captured_fen:
        return
    if is_debited_twice(case.book, sale):  # which invariant 2 tells
        if _has_untold(case, sale):
            _one_sided(case, sale, due, moment.at_ms)
    elif not sale.held:
        _one_sided(case, sale, due, moment.at_ms)


def _has_untold(case: _Case, sale: Sale) -> bool:
    """Whether money was taken for an attempt that the counter never saw approved."""
    return any(
        each.debited_fen > 0 and each.what in TAKING and not each.told
        for each in transactions_of(case.book, sale)
    )


def _one_sided(case: _Case, sale: Sale, due: int, at_ms: int) -> None:
    book = case.book
    if not book.has_postings:
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
    if is_waiting(book, sale) or may_still_reverse(book, sale):
        return
    case.find(
        code, at_ms=at_ms, sale=sale, amount=yuan(sale.amount_fen), debited=yuan(debited),
        captured=yuan(captured), returned=yuan(-debited),
        times=debits(book, sale), extra=yuan(debited - due),
    )


RULE = Rule(
    number=4, en="no one-sided entry", zh="无单边账", needs=BOOKS,
    findings=(
        Sentence("paid_without_goods", Urgency.SAFETY,
                 "one-sided entry: {debited} were taken from the cardholder of sale {sale}, who has neither"
                 " goods nor the money back",
                 "单边账：交易 {sale} 持卡人被扣 {debited}，既未取得商品也未退款"),
        Sentence("debited_again", Urgency.SAFETY,
                 "one-sided entry: the cardholder of sale {sale} of {amount} was debited {times} times,"
                 " {debited} in all; {extra} of it brought neither goods nor the money back",
                 "单边账：交易 {sale} 金额 {amount}，持卡人被扣款 {times} 次共 {debited}，其中 {extra}"
                 " 既未取得商品也未退款"),
        Sentence("captured_without_debit", Urgency.SAFETY,
                 "one-sided entry: sale {sale} is booked for the merchant with {captured}, the cardholder"
                 " paid {debited}",
                 "单边账：交易 {sale} 已为商户记账 {captured}，持卡人实付 {debited}"),
        Sentence("debited_not_captured", Urgency.SAFETY,
                 "one-sided entry: the cardholder of sale {sale} paid {debited}, the acquirer has booked"
                 " {captured}",
                 "单边账：交易 {sale} 持卡人已付 {debited}，收单方仅记账 {captured}"),
        Sentence("returned_too_much", Urgency.SAFETY,
                 "sale {sale}: the cardholder got back {returned} more than was taken",
                 "交易 {sale}：退回持卡人的金额比扣款多 {returned}"),
        Sentence("not_returned", Urgency.SAFETY,
                 "sale {sale} of {amount} was undone at the counter, but {debited} stay taken from the"
                 " cardholder",
                 "交易 {sale} 金额 {amount} 已在终端撤销或退货，但持卡人仍被扣 {debited}"),
    ),
    hears={SaleClosed: closed},
)
