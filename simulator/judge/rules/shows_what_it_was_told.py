"""Invariant 16: a terminal shows what it was told.

Of what is reversed when its outcome is unknown: approved is shown only after a genuine approval, and
declined only where none came.  A terminal that does not believe an approval says that it failed.
"""

from __future__ import annotations

from simulator.catalogue.response_codes import response_code
from simulator.judge.rule import Case, Rule
from simulator.judge.transactions import REVERSIBLE
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence
from simulator.trace.records import Concluded, LogEvent, key_of

_Case = Case[None]
APPROVED, DECLINED = "approved", "declined"


def concluded(case: _Case, record: Concluded) -> None:
    """The counter sees how a transaction ended."""
    if record.what not in REVERSIBLE or not record.stan or record.result not in (APPROVED, DECLINED):
        return
    tid = record.actor.removeprefix("terminal.")
    key = key_of(tid, record.batch, record.stan)
    transaction = case.book.transactions.get(key)
    if transaction is None:
        return
    case.exercised += 1
    approves = response_code(transaction.code).approves if transaction.code else False
    if (record.result == APPROVED) != approves:
        case.find(
            "approved_unasked" if not approves else "declined_though_approved", at_ms=record.at_ms,
            sale=transaction.sale, tid=tid, key=key, amount_fen=transaction.amount_fen,
            told=transaction.code or "–", story=[*(transaction.sale.story or ()), record],
        )


RULE = Rule(
    number=16, en="shows what it was told", zh="显示与应答一致",
    sees=frozenset({LogEvent.TOLD}),
    findings=(
        Sentence("approved_unasked", Urgency.SAFETY,
                 "terminal {tid} shows {key} as approved; what reached it says F39 = {told}",
                 "终端 {tid} 显示 {key} 成功，而其收到的应答 F39 为 {told}"),
        Sentence("declined_though_approved", Urgency.SAFETY,
                 "terminal {tid} shows {key} as declined; what reached it says F39 = {told}",
                 "终端 {tid} 显示 {key} 被拒绝，而其收到的应答 F39 为 {told}"),
    ),
    hears={Concluded: concluded},
)
