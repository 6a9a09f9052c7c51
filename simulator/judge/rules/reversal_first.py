"""Invariant 7: a pending reversal is delivered before the next financial request of its terminal.

A reversal also names its original rightly, by date and by reason, which is judged from the wire and
only where it leaves no doubt: a date (F13; most send none) is the original request's; the reason (F39) is A0 where
an approval with a wrong MAC came before the terminal gave up, and 98 where nothing came at all.
What a terminal thinks of any other reply is its profile's business.
"""

from __future__ import annotations

from simulator.catalogue.response_codes import response_code
from simulator.judge.open_items import Transaction
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.moments import ReversalOwed, ReversalSent, WentOnOwing
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence
from simulator.trace.records import Arrived, Concluded, Record, Restarted, Sent, key_of

NO_REPLY, BAD_MAC = "98", "A0"
ANY = "98, 96, A0, 06"
_REVERSAL = frozenset({"0400", "0410"})
_Case = Case[None]


def owed(case: _Case, _moment: ReversalOwed) -> None:
    """A terminal owes a reversal."""
    case.exercised += 1


def went_on(case: _Case, moment: WentOnOwing) -> None:
    """It sends another request first."""
    transaction, record = moment.transaction, moment.record
    sale = transaction.sale
    case.find(
        "went_on_without_reversal", at_ms=record.at_ms, sale=sale, tid=record.tid,
        key=transaction.key, amount_fen=transaction.amount_fen,
        story=[*(sale.story or ()), record],
        next=f"{record.mti} {record.what} {key_of(record.tid, record.batch, record.stan)}",
    )


def sent(case: _Case, moment: ReversalSent) -> None:
    """A 0400 leaves its terminal."""
    transaction, record = moment.transaction, moment.record
    story = transaction.sale.story
    if transaction.reversals > 1 or story is None:
        return  # a repetition is the same message
    request = _request(story, transaction)
    if request is None:
        return
    if record.local_date and record.local_date != request.local_date:
        _misnamed(case, "reversal_of_other_date", moment, record.local_date, request.local_date)
    opened = case.book.terminal(record.tid).opened
    right = _reason(story, transaction, request, opened.reversal_first_reason)
    if not record.response_code:
        if opened.reversal_first_reason != "none":  # a maker may write down none before it knows one
            _misnamed(case, "reversal_without_reason", moment, "", right or ANY)
    elif right and record.response_code != right:
        _misnamed(case, "reversal_for_other_reason", moment, record.response_code, right)


def _misnamed(case: _Case, code: str, moment: ReversalSent, said: str, right: str) -> None:
    transaction, record = moment.transaction, moment.record
    sale = transaction.sale
    case.find(
        code, at_ms=record.at_ms, sale=sale, tid=record.tid, key=transaction.key,
        amount_fen=transaction.amount_fen, story=[*(sale.story or ()), record], said=said,
        right=right,
    )


def _request(story: list[Record], transaction: Transaction) -> Sent | None:
    """The original, as it was first sent."""
    for record in story:
        if isinstance(record, Sent) and _is_of(record, transaction):
            return record
    return None


def _reason(
    story: list[Record], transaction: Transaction, request: Sent, first: str,
) -> str:
    """The only right reason, or nothing where there may be more than one.

    ``first`` is what its terminal writes down before it knows: after a power cut it says no more.
    """
    heard = restarted = forged = False
    for record in story:
        if isinstance(record, Restarted):
            if forged:
                return ""  # it may have gone down before it could store what it had seen
            restarted = restarted or record.at_ms >= request.at_ms
        elif (
            isinstance(record, Concluded) and record.stan == transaction.stan
            and record.batch == transaction.batch  # a number comes again in another batch
        ):
            break  # what comes now is too late
        elif isinstance(record, Arrived) and record.actor == request.actor and (
            _is_of(record, transaction)
        ):
            if restarted:
                return ""
            heard = True
            if (
                not record.genuine and response_code(record.response_code).approves
                and record.amount_fen == request.amount_fen and not transaction.reply_genuine
            ):
                forged = True
    if forged:
        return BAD_MAC
    return "" if heard or (restarted and first != NO_REPLY) else NO_REPLY


def _is_of(record: Sent | Arrived, transaction: Transaction) -> bool:
    return (
        record.stan == transaction.stan and record.batch == transaction.batch
        and record.mti not in _REVERSAL
    )


RULE = Rule(
    number=7, en="reversal goes first", zh="冲正优先",
    findings=(
        Sentence("went_on_without_reversal", Urgency.SAFETY,
                 "terminal {tid} sent {next} while the reversal of {key} was not delivered",
                 "终端 {tid} 在 {key} 的冲正未送达时发出 {next}"),
        Sentence("reversal_of_other_date", Urgency.SAFETY,
                 "terminal {tid} reverses {key} with the date {said}, the original says {right}",
                 "终端 {tid} 冲正 {key} 的日期为 {said}，原交易日期为 {right}"),
        Sentence("reversal_for_other_reason", Urgency.SAFETY,
                 "terminal {tid} reverses {key} for reason {said}, what happened is {right}",
                 "终端 {tid} 冲正 {key} 的原因码为 {said}，实际应为 {right}"),
        Sentence("reversal_without_reason", Urgency.SAFETY,
                 "terminal {tid} reverses {key} without a reason in F39; it should be {right}",
                 "终端 {tid} 冲正 {key} 时 F39 没有原因码，应为 {right}"),
    ),
    hears={ReversalOwed: owed, ReversalSent: sent, WentOnOwing: went_on},
)
