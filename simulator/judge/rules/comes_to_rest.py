"""Invariant 10: everything comes to rest once faults end.

What an actor itself calls pending after the drain is believed; what the judge sees pending is added.
"""

from __future__ import annotations

from simulator.catalogue.language import Message
from simulator.judge.book import RESTS_WITHIN_MS
from simulator.judge.evidence import COUNTER
from simulator.judge.open_items import SENT, Transaction
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.batches import is_stuck, last_try
from simulator.judge.tracking.moments import BothCounted, ReversalDelivered
from simulator.judge.transactions import HOST
from simulator.judge.verdict import Urgency
from simulator.judge.whereabouts.due import payable_ms
from simulator.judge.words.sentences import Sentence
from simulator.judge.words.story import local
from simulator.local_time import DAY_MS, HOUR_MS
from simulator.trace.records import Journaled, PayoutPosted, StillPending

A_NIGHT_MS = 8 * HOUR_MS  # so long after a cut-over a shop that was open late has settled too
_Case = Case[list[StillPending]]
_NOT_DUE = Message(
    "not_due", "payout {payout} is due {due}, after the run's end: give a later until or drain",
    "付款 {payout} 应于 {due} 到账，晚于运行结束：请推迟 until 或延长 drain")
_TOO_SOON = Message(
    "ended_too_soon",
    '{what} is still pending, and the run ended too soon after its faults to say more: give drain = "{drain}"',
    '{what} 仍未完成，而运行在故障结束后过早结束，无法断言：请设 drain = "{drain}"')
_STILL_COMES = Message(
    "still_comes", "the reversal of {key} was not seen; it may still come: let the run last longer",
    "未见 {key} 的冲正，之后仍可能到来：请延长运行")


def delivered(case: _Case, _moment: ReversalDelivered) -> None:
    """A reversal that was owed has been delivered."""
    case.exercised += 1


def both_counted(case: _Case, moment: BothCounted) -> None:
    """A batch that was hard to settle is settled."""
    if moment.batch.tries > 1 or moment.batch.unbalanced:
        case.exercised += 1


def posted(case: _Case, record: PayoutPosted) -> None:
    """A payout that was returned or suspended is paid after all."""
    settlement = case.book.payouts.get(record.payout)
    if settlement is not None and settlement.troubled and not settlement.posted:
        case.exercised += 1


def pending(case: _Case, record: StillPending) -> None:
    """Somebody says that something is unresolved."""
    case.memory.append(record)


def journaled(case: _Case, record: Journaled) -> None:
    """The host's business day ends: what was sold on it should be settled."""
    if record.entry == "cutover" and record.actor == HOST:
        for terminal in case.book.terminals.values():
            if terminal.acknowledged and not terminal.opened.observable:
                terminal.due = tuple(
                    (batch, record.at_ms) for batch, items in terminal.acknowledged.items() if items)


def _unsettled(case: _Case) -> None:
    """Batches of terminals outside that a business day went by, and a night after it."""
    book = case.book
    for terminal in book.terminals.values():
        if terminal.owed or (terminal.current is not None and terminal.current.state == SENT):
            continue  # it may not settle before its reversal is delivered
        for number, due_ms in terminal.due:
            if (terminal.acknowledged or {}).get(number) and book.now_ms - due_ms >= A_NIGHT_MS and (
                not any(each.batch == number and each.tid == terminal.opened.tid and each.tries
                        for each in book.batches.values())
            ):
                case.find(
                    "batch_never_asked", tid=terminal.opened.tid, batch=f"{number:06}",
                    since_ms=due_ms, amount_fen=sum((terminal.acknowledged or {})[number].values()),
                )


def at_end(case: _Case) -> None:
    """Only a run that went to its end can fail to come to rest."""
    if case.book.has_drained() and case.book.cleared_by_batch():
        _unsettled(case)
    if not case.book.is_whole():
        return
    for record in case.memory:
        payout = case.book.payouts.get(record.detail)
        if payout is not None and payable_ms(case.book, payout) >= case.book.now_ms:
            if not case.book.is_virtual:  # where it is, invariant 23 tells what to set
                case.undecided.append(_NOT_DUE.both(
                    payout=record.detail, due=local(payout.due_ms)))
            continue
        detail = " ".join(part for part in (record.what, _name(record), record.detail) if part)
        if case.book.ended_early():
            _too_soon(case, detail)
            continue
        case.find(
            "still_pending", at_ms=record.at_ms, tid=record.tid, actor=record.actor, detail=detail)
    _unreversed(case)
    _reversals(case, {(each.tid, each.batch, each.stan) for each in case.memory})
    _batches(case, {(each.tid, each.batch) for each in case.memory})


def _reversals(case: _Case, named: set[tuple[str, int, int]]) -> None:
    """Reversals that are owed; ``named``: said already by who owes them."""
    for terminal in case.book.terminals.values():
        for transaction in terminal.owed or ():
            if (terminal.opened.tid, transaction.batch, transaction.stan) in named:
                continue
            opened = terminal.opened
            if opened.after_last_try == "drop" and transaction.reversals >= opened.reversal_tries:
                continue  # given up, as its profile allows
            if not opened.observable:
                _may_still_come(case, transaction)
                continue
            if case.book.ended_early():
                _too_soon(case, transaction.key)
                continue
            case.find(
                "reversal_pending", sale=transaction.sale, tid=terminal.opened.tid,
                key=transaction.key, amount_fen=transaction.amount_fen,
            )


def _unreversed(case: _Case) -> None:
    """The last requests of terminals outside that no reply reached: the reversal may still come."""
    for terminal in case.book.terminals.values():
        current = terminal.current
        if current is not None and current.state == SENT and not terminal.opened.observable:
            _may_still_come(case, current)


def _too_soon(case: _Case, what: str) -> None:
    case.undecided.append(_TOO_SOON.both(what=what, drain=f"{-(-RESTS_WITHIN_MS // DAY_MS)}d"))


def _may_still_come(case: _Case, transaction: Transaction) -> None:
    case.undecided.append(_STILL_COMES.both(key=transaction.key))


def _batches(case: _Case, named: set[tuple[str, int]]) -> None:
    """Tries to settle a batch that came to nothing."""
    book = case.book
    for batch in book.batches.values():
        if (
            batch.host is None and batch.terminal is None and batch.tries
            and (batch.tid, batch.batch) not in named and is_stuck(batch, book.now_ms)
        ):
            cause = book.faults.cause((), book.actors_of(batch.tid), batch.last_ms, batch.last_ms)
            if cause and not book.cleared_by_batch():
                continue  # what kept it is known, and no money waits for it
            why, why_zh = last_try(batch)
            case.find(
                "batch_pending", tid=batch.tid, batch=f"{batch.batch:06}", why=why, why_zh=why_zh,
                since_ms=batch.last_ms, story=batch.story, cause=cause,
            )


def _name(record: StillPending) -> str:
    numbers = [f"{number:06}" for number in (record.batch, record.stan) if number]
    return "/".join(part for part in (record.tid, *numbers) if part)


RULE = Rule(
    number=10, en="everything comes to rest", zh="终将结清", remembers=list, needs=COUNTER,
    findings=(
        Sentence("reversal_pending", Urgency.LIVENESS,
                 "terminal {tid} still owes the reversal of {key}",
                 "终端 {tid} 仍未送达 {key} 的冲正"),
        Sentence("batch_pending", Urgency.LIVENESS,
                 "batch {batch} of terminal {tid} is still open: {why}",
                 "终端 {tid} 批次 {batch} 仍未结算：{why_zh}"),
        Sentence("batch_never_asked", Urgency.LIVENESS,
                 "terminal {tid} never asked for the settlement of batch {batch}, though the business day of"
                 " its sales is over",
                 "终端 {tid} 从未发起批次 {batch} 的结算，而其交易所属营业日已结束"),
        Sentence("still_pending", Urgency.LIVENESS,
                 "{actor} says that this is still pending: {detail}",
                 "{actor} 报告仍未完成：{detail}"),
    ),
    only={Journaled: frozenset({"cutover"})},
    hears={
        ReversalDelivered: delivered, BothCounted: both_counted, PayoutPosted: posted,
        StillPending: pending, Journaled: journaled,
    },
    at_end=at_end,
)
