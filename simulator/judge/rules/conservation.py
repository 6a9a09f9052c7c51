"""Invariant 1: money is conserved.

Every posting must sum to zero; then all accounts together do, at every instant.
"""

from __future__ import annotations

from simulator.judge.evidence import BOOKS
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.stretches import SaleDecided
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.judge.words.terms import reason_said
from simulator.trace.records import Posted


def posted(case: Case[None], record: Posted) -> None:
    """Money moved."""
    case.exercised += 1
    total = 0
    for _, fen in record.entries:
        total += fen
    if total:
        transaction = case.book.transactions.get(record.key)
        why, why_zh = reason_said("posted.why", record.why)
        case.find(
            "unbalanced_posting", at_ms=record.at_ms, key=record.key, why=why, why_zh=why_zh,
            sum=yuan(total), amount_fen=total, story=[record],
            sale=transaction.sale if transaction else None,
        )


RULE = Rule(
    number=1, en="money is conserved", zh="资金守恒", needs=BOOKS,
    findings=(
        Sentence("unbalanced_posting", Urgency.SAFETY,
                 "posting {why} of {key} sums to {sum}, not to zero: money was made or destroyed",
                 "{key} 的分录（{why_zh}） 合计 {sum}，不为零：资金凭空产生或消失"),
    ),
    plain={SaleDecided: 2},
    hears={Posted: posted},
)
