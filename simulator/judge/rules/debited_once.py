"""Invariant 2: the cardholder is debited at most once for one sale, over all its attempts."""

from __future__ import annotations

from simulator.judge.evidence import BOOKS
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.moments import SaleClosed
from simulator.judge.tracking.sale_sums import attempts, debits, is_debited_twice
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.trace.records import LogEvent


def closed(case: Case[None], moment: SaleClosed) -> None:
    """A sale's attempts are over."""
    book, sale = case.book, moment.sale
    if sale.unknown or (len(sale.keys) > 1 and attempts(book, sale) > 1):
        case.exercised += 1
    if sale.debited_fen > sale.amount_fen and is_debited_twice(book, sale):
        case.find(
            "debited_twice", at_ms=moment.at_ms, sale=sale, amount=yuan(sale.amount_fen),
            debited=yuan(sale.debited_fen), times=debits(book, sale),
        )


RULE = Rule(
    number=2, en="no double debit", zh="不重复扣款", needs=BOOKS,
    sees=frozenset({LogEvent.MEANT}),
    findings=(
        Sentence("debited_twice", Urgency.SAFETY,
                 "sale {sale} of {amount} was debited {debited} in {times} transactions",
                 "交易 {sale} 金额 {amount}，持卡人共被扣款 {debited}（{times} 笔）"),
    ),
    hears={SaleClosed: closed},
)
