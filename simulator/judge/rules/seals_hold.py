"""Invariant 9: nothing that fails its MAC has an effect.

The line knows which messages somebody made or changed.  No money may move under the key of such a
message unless a genuine one with the same key came too, and no terminal may take one for an answer.
"""

from __future__ import annotations

from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.moments import (
    ForgeryArrived,
    WatchedKeyApproved,
    WatchedKeyPosted,
    WentOnOwing,
)
from simulator.judge.transactions import HOST
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence
from simulator.judge.words.terms import reason_said
from simulator.trace.records import Arrived, key_of

FAKES_KEPT = 10_000
_UNDOING = frozenset({PostingReason.REVERSE, PostingReason.CREDIT, PostingReason.RELEASE})
_Case = Case[dict[str, Arrived]]  # requests that nobody rightful sent, by key


def arrived(case: _Case, moment: ForgeryArrived) -> None:
    """A message that nobody rightful sent like this has arrived."""
    case.exercised += 1
    record = moment.record
    key = key_of(record.tid, record.batch, record.stan)
    case.book.watch(key)
    if record.actor != HOST:
        return
    case.memory[key] = record
    if len(case.memory) > FAKES_KEPT:
        del case.memory[next(iter(case.memory))]


def posted(case: _Case, moment: WatchedKeyPosted) -> None:
    """Money moved under the key of a fake; it must not be the fake that moved it."""
    record = moment.record
    fake = case.memory.get(record.key)
    if fake is None:
        return
    transaction = case.book.transactions.get(record.key)
    if fake.mti == "0400":
        # The host itself may undo what it asked an issuer for, but not what it has booked.
        if (
            record.why not in _UNDOING or transaction is None or transaction.reversal_genuine
            or not transaction.items
        ):
            return
    elif transaction is not None and transaction.request_genuine:
        return
    del case.memory[record.key]
    why, why_zh = reason_said("posted.why", record.why)
    case.find(
        "fake_posted", at_ms=record.at_ms, key=record.key, tid=fake.tid, why=why, why_zh=why_zh,
        sale=transaction.sale if transaction else None, since_ms=fake.at_ms,
        amount_fen=fake.amount_fen or 0, story=[fake, record],
    )


def approved(case: _Case, moment: WatchedKeyApproved) -> None:
    """A terminal that approves after a fake reply must have had a genuine one too."""
    transaction, record = moment.transaction, moment.record
    if not transaction.fake_reply or transaction.reply_genuine:
        return
    case.find(
        "fake_believed", at_ms=record.at_ms, sale=transaction.sale,
        tid=record.actor.removeprefix("terminal."), key=transaction.key,
        amount_fen=transaction.amount_fen,
    )


def went_on(case: _Case, moment: WentOnOwing) -> None:
    """A terminal goes on as if a fake approval had been one: it reverses nothing."""
    transaction, record = moment.transaction, moment.record
    if not transaction.fake_reply or transaction.reply_genuine or transaction.reversals:
        return
    case.find(
        "fake_acted_on", at_ms=record.at_ms, sale=transaction.sale, tid=record.tid,
        key=transaction.key, amount_fen=transaction.amount_fen,
        story=[*(transaction.sale.story or ()), record],
        next=f"{record.mti} {record.what} {key_of(record.tid, record.batch, record.stan)}",
    )


RULE = Rule(
    number=9, en="a wrong MAC has no effect", zh="MAC 错误无效果", remembers=dict,
    findings=(
        Sentence("fake_posted", Urgency.SAFETY,
                 "a message with a wrong MAC had an effect: posting {why} of {key}",
                 "MAC 错误的报文产生了效果：{key} 的分录（{why_zh}）"),
        Sentence("fake_believed", Urgency.SAFETY,
                 "terminal {tid} took a reply with a wrong MAC for the approval of {key}",
                 "终端 {tid} 将 MAC 错误的应答当作 {key} 的批准"),
        Sentence("fake_acted_on", Urgency.SAFETY,
                 "terminal {tid} got a reply to {key} with a wrong MAC and went on with {next}, without the"
                 " reversal",
                 "终端 {tid} 收到 {key} 的 MAC 错误应答后，未冲正即发出 {next}"),
    ),
    hears={
        ForgeryArrived: arrived, WatchedKeyPosted: posted, WatchedKeyApproved: approved,
        WentOnOwing: went_on,
    },
)
