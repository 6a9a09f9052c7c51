"""Invariant 8: STAN + batch + TID name one transaction.

A number that comes again is violated only where the second use has an effect: a host that refuses
it has seen through it.
"""

from __future__ import annotations

import msgspec

from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.moments import NumberCameAgain, WatchedKeyApproved, WatchedKeyPosted
from simulator.judge.tracking.postings import BOOKING
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence
from simulator.trace.records import Arrived, Concluded, Sent, tid_of

REUSES_KEPT = 10_000


class Reuse(msgspec.Struct, frozen=True, gc=False):
    """A key that came a second time, until it is known whether that had an effect."""

    first: str
    second: str


_Case = Case[dict[str, Reuse]]  # by key


def came_again(case: _Case, moment: NumberCameAgain) -> None:
    """It is used once more."""
    case.book.watch(moment.key)
    case.memory[moment.key] = Reuse(moment.first, _described(moment.record))
    if len(case.memory) > REUSES_KEPT:
        del case.memory[next(iter(case.memory))]


def posted(case: _Case, moment: WatchedKeyPosted) -> None:
    """Money of a customer moved."""
    record = moment.record
    if record.why not in BOOKING:  # what is captured was debited before
        _took_effect(case, record.key)


def approved(case: _Case, moment: WatchedKeyApproved) -> None:
    """The counter approved."""
    _took_effect(case, moment.transaction.key, moment.record)


def at_end(case: _Case) -> None:
    """Every key that was used is a case."""
    case.exercised = case.book.transactions_begun


def _took_effect(case: _Case, key: str, record: Concluded | None = None) -> None:
    reuse = case.memory.pop(key, None)
    if reuse is None:
        return
    transaction = case.book.transactions.get(key)
    case.find(
        "number_reused", key=key, sale=transaction.sale if transaction else None,
        tid=tid_of(key), first=reuse.first, second=reuse.second,
        story=[record] if record is not None and transaction is None else None,
    )


def _described(record: Sent | Arrived) -> str:
    name = record.sale if isinstance(record, Sent) else ""
    return " ".join(
        part for part in (record.what, name, f"of {record.amount_fen or 0} fen") if part
    )


RULE = Rule(
    number=8, en="one name, one transaction", zh="一号一交易", remembers=dict,
    findings=(
        Sentence("number_reused", Urgency.SAFETY,
                 "{key} names two transactions: {first} and {second}",
                 "{key} 被两笔交易使用：{first} 与 {second}"),
    ),
    hears={
        NumberCameAgain: came_again, WatchedKeyPosted: posted, WatchedKeyApproved: approved,
    },
    at_end=at_end,
)
