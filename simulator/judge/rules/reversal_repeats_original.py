"""Invariant 11: a reversal repeats its original, and ends when it is answered.

What a 0400 must repeat of the message that it reverses is judged from the line: sum, kind (F3, F25,
60.1), number and batch, and F61 where it has one, which names that message or, of a void, what that
voids.  A repetition is the same message but for its reason.  After a 0410 with 00, 12 or 25 nothing
is owed, and a 0400 that comes all the same is one that the host must put up with.
"""

from __future__ import annotations

from typing import Any

import msgspec

from simulator.catalogue.line_reasons import NOT_SENT, LineReason
from simulator.catalogue.response_codes import REVERSAL_DONE
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.moments import (
    ForgeryArrived,
    ReversalAnswered,
    ReversalSent,
    StrangeReversalSent,
)
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.trace.records import (
    Arrived,
    Journaled,
    LogEvent,
    Lost,
    Record,
    Restarted,
    Sent,
    key_of,
)

NO_DATE = "0000"  # in F61, where no reply told one
REASONS = frozenset({"98", "96", "A0", "06"})
PROMPT_MS = 3_000  # a reply that comes so soon is heard: nobody has given up by then
AT_ONCE_MS = 500  # no terminal that waited for a reply repeats so soon
CROSSED_MS = 200  # so close together, a reply and a repetition may have passed each other
BOOT_MS = 5_000  # no terminal is up again so soon after a power cut
KEPT = 10_000
_OF_A_REVERSAL = frozenset({"0400", "0410"})


_KNOWN_LOST = NOT_SENT | {LineReason.HUNG_UP}


class Sending(msgspec.Struct, gc=False):
    """The reversal of one transaction, as it was sent so far."""

    first: Sent
    last_ms: int
    at_once: int = 0  # repetitions that nobody can have waited for
    answered_ms: int = -1  # when a 0410 that is no end of it came, or the end
    replied: bool = False  # a 0410 has come since it was last sent, or it did not leave: that ended the wait
    done: bool = False
    again: int = 0  # times that it came after its answer
    keys: int = 0  # how often keys had changed when it was sent or answered last
    times: int = 0  # that it was sent
    older: int = 0  # of these under keys of before: their answers may be of those keys too
    answers: int = 0  # that came


class Reversals(msgspec.Struct, gc=False):
    """Reversals by key; how often each terminal or its host has changed keys."""

    of: dict[str, Sending] = msgspec.field(default_factory=dict)
    keys: dict[str, int] = msgspec.field(default_factory=dict)


_Case = Case[Reversals]


def sent(case: _Case, moment: ReversalSent) -> None:
    """A 0400 leaves its terminal."""
    transaction, record = moment.transaction, moment.record
    key = transaction.key
    case.exercised += 1
    sendings = case.memory.of
    known = sendings.get(key)
    keys = case.memory.keys.get(record.tid, 0)
    if known is None:
        sendings[key] = Sending(record, record.at_ms, keys=keys, times=1)
        if len(sendings) > KEPT:
            del sendings[next(iter(sendings))]
        _compare_with_original(case, moment)
        return
    _compare_with_first(case, moment, known.first)
    if known.done:
        if not _crossed(known, record) and _knew(case, known, record):
            _find(case, "reversal_after_answer", moment)
        known.again += 1
    elif record.at_ms - known.last_ms < AT_ONCE_MS and known.answered_ms < known.last_ms:
        known.at_once += 1
        tries = case.book.terminal(record.tid).opened.reversal_tries
        if known.at_once == tries:
            _find(case, "reversal_too_often", moment, times=known.at_once + 1)
    known.last_ms = record.at_ms
    known.replied = False
    _keys_now(known, keys)
    known.times += 1


def answered(case: _Case, moment: ReversalAnswered) -> None:
    """A 0410 reached the terminal.

    One that it no longer waited for may have been passed over, and one that answers what was sent
    under keys of before cannot be believed.
    """
    known = case.memory.of.get(moment.transaction.key)
    if known is None:
        return
    record = moment.record
    _keys_now(known, case.memory.keys.get(record.tid, 0))
    known.answers += not record.copy
    known.answered_ms = record.at_ms
    waited = not known.replied and record.at_ms - known.last_ms < PROMPT_MS
    known.replied = True
    if record.response_code in REVERSAL_DONE and waited and (
        not known.older or known.answers > known.older
    ):
        known.done = True


def signed_on(case: _Case, record: Journaled) -> None:
    """Host or terminal has other keys from now on."""
    case.memory.keys[record.tid] = case.memory.keys.get(record.tid, 0) + 1


def _keys_now(known: Sending, keys: int) -> None:
    """All that was sent until keys changed was sent under others."""
    if keys != known.keys:
        known.keys = keys
        known.older = known.times


def forged(case: _Case, moment: ForgeryArrived) -> None:
    """A 0410 that cannot be believed: its terminal has waited, and need not wait any longer."""
    record = moment.record
    if record.mti == "0410" and moment.transaction is not None:
        known = case.memory.of.get(moment.transaction.key)
        if known is not None:
            known.answered_ms = record.at_ms
            known.replied = True


def lost(case: _Case, record: Lost) -> None:
    """A 0400 that did not leave, or whose line was hung up: its terminal need not wait."""
    if record.mti == "0400" and record.why in _KNOWN_LOST:
        known = case.memory.of.get(key_of(record.tid, record.batch, record.stan))
        if known is not None:
            known.answered_ms = record.at_ms
            known.replied = True  # the answer to an earlier one may be passed over


def restarted(case: _Case, record: Restarted) -> None:
    """What a terminal had not stored when the power went, it sends again; nor does it wait any more."""
    for known in case.memory.of.values():
        if known.first.actor == record.actor:
            known.done = False
            known.last_ms = 0


def strange(case: _Case, moment: StrangeReversalSent) -> None:
    """A 0400 under a number that nothing was asked for with, while something else is owed."""
    record, owed = moment.record, moment.owed
    if owed is None:
        return
    case.find(
        "reversal_of_other_number", at_ms=record.at_ms, sale=owed.sale, tid=record.tid,
        key=owed.key, amount_fen=owed.amount_fen, story=[*(owed.sale.story or ()), record],
        said=key_of(record.tid, record.batch, record.stan),
    )


def _compare_with_original(case: _Case, moment: ReversalSent) -> None:
    transaction, record = moment.transaction, moment.record
    if (record.amount_fen or 0) != transaction.amount_fen:
        _find(case, "reversal_of_other_sum", moment, said=yuan(record.amount_fen or 0),
              right=yuan(transaction.amount_fen))
    original = _request(transaction.sale.story, record)
    if original is not None and original.codes and record.codes and original.codes != record.codes:
        _find(case, "reversal_of_other_kind", moment, said=_parted(record.codes),
              right=_parted(original.codes))
    allowed = {"", transaction.key}
    if original is not None:
        allowed.add(original.original)
    if record.original not in allowed:
        _find(case, "reversal_names_other", moment, said=record.original)
    if record.original_date not in ("", NO_DATE, *_dates(transaction.sale.story, record)):
        _find(case, "reversal_names_other_date", moment, said=record.original_date)
    if record.beyond:
        _find(case, "reversal_with_card_data", moment, said=record.beyond)
    if record.response_code and record.response_code not in REASONS:  # none: see invariant 7
        _find(case, "reversal_for_no_reason", moment, said=record.response_code,
              allowed=", ".join(sorted(REASONS)))


def _compare_with_first(case: _Case, moment: ReversalSent, first: Sent) -> None:
    record = moment.record
    for name, said, right in (
        ("F4", record.amount_fen, first.amount_fen), ("F3, F25, F60", record.codes, first.codes),
        ("F13", record.local_date, first.local_date), ("F2", record.card, first.card),
        ("F61", record.original, first.original),
    ):
        if said != right:
            _find(case, "reversal_changed", moment, field=name, said=said, right=right)
            return


def _knew(case: _Case, known: Sending, record: Sent) -> bool:
    """Whether it had stored the answer: a power cut of a moment may have taken it away, once."""
    terminal = case.book.terminal(record.tid).opened
    if terminal.observable or LogEvent.POWER_ON in terminal.log:
        return True  # a cut would have been told
    return known.again > 0 or record.at_ms - known.answered_ms < BOOT_MS


def _crossed(known: Sending, record: Sent) -> bool:
    return (
        record.at_ms - known.answered_ms < CROSSED_MS
        and record.at_ms - known.last_ms >= PROMPT_MS
    )


def _request(story: list[Record] | None, reversal: Sent) -> Sent | None:
    for record in story or ():
        if (
            isinstance(record, Sent) and record.mti != "0400" and record.actor == reversal.actor
            and record.stan == reversal.stan and record.batch == reversal.batch
        ):
            return record
    return None


def _dates(story: list[Record] | None, reversal: Sent) -> set[str]:
    """F13 of the original, and of what came as its reply, be its MAC wrong or not."""
    return {
        record.local_date for record in story or ()
        if isinstance(record, Sent | Arrived) and record.stan == reversal.stan
        and record.batch == reversal.batch and record.mti not in _OF_A_REVERSAL
    } | {reversal.local_date}


def _parted(codes: str) -> str:
    return " ".join((codes[:-4], codes[-4:-2], codes[-2:]))


def _find(case: _Case, code: str, moment: ReversalSent, **facts: Any) -> None:
    transaction, record = moment.transaction, moment.record
    sale = transaction.sale
    case.find(
        code, at_ms=record.at_ms, sale=sale, tid=record.tid, key=transaction.key,
        amount_fen=transaction.amount_fen, story=[*(sale.story or ()), record], **facts,
    )


RULE = Rule(
    number=11, en="a reversal repeats its original", zh="冲正与原交易一致", remembers=Reversals,
    findings=(
        Sentence("reversal_of_other_sum", Urgency.SAFETY,
                 "terminal {tid} reverses {key} with the sum {said}, the original says {right}",
                 "终端 {tid} 冲正 {key} 的金额为 {said}，原交易金额为 {right}"),
        Sentence("reversal_of_other_kind", Urgency.SAFETY,
                 "terminal {tid} reverses {key} with F3, F25 and 60.1 {said}, the original says {right}",
                 "终端 {tid} 冲正 {key} 的 F3、F25、60.1 为 {said}，原交易为 {right}"),
        Sentence("reversal_of_other_number", Urgency.SAFETY,
                 "terminal {tid} owes the reversal of {key} and reverses {said}, which it never sent",
                 "终端 {tid} 应冲正 {key}，却冲正了从未发送过的 {said}"),
        Sentence("reversal_names_other", Urgency.SAFETY,
                 "terminal {tid} reverses {key} and names {said} in F61",
                 "终端 {tid} 冲正 {key}，F61 却指向 {said}"),
        Sentence("reversal_names_other_date", Urgency.SAFETY,
                 "terminal {tid} reverses {key} and names the date {said} in F61; no message of it has that"
                 " date",
                 "终端 {tid} 冲正 {key}，F61 中的日期 {said} 与该交易的任何报文都不符"),
        Sentence("reversal_for_no_reason", Urgency.SAFETY,
                 "terminal {tid} reverses {key} with F39 = {said}; reasons are {allowed}",
                 "终端 {tid} 冲正 {key} 的 F39 为 {said}；原因码只能是 {allowed}"),
        Sentence("reversal_with_card_data", Urgency.SAFETY,
                 "terminal {tid} reverses {key} with fields {said}: track and PIN are never sent again",
                 "终端 {tid} 冲正 {key} 时带有域 {said}：磁道与密码信息不得再次发送"),
        Sentence("reversal_changed", Urgency.SAFETY,
                 "terminal {tid} repeats the reversal of {key} with another {field}: {said}, before {right}",
                 "终端 {tid} 重发 {key} 的冲正时 {field} 改变：现为 {said}，原为 {right}"),
        Sentence("reversal_too_often", Urgency.SAFETY,
                 "terminal {tid} sent the reversal of {key} {times} times without waiting for a reply",
                 "终端 {tid} 未等待应答即连续 {times} 次发送 {key} 的冲正"),
        Sentence("reversal_after_answer", Urgency.REFUSED,
                 "terminal {tid} sent the reversal of {key} again after its 0410; it has no further effect",
                 "终端 {tid} 在收到 {key} 的 0410 之后再次发送冲正；不再产生效果"),
    ),
    only={Journaled: frozenset({"signedon"})},
    hears={
        Journaled: signed_on,
        ReversalSent: sent, ReversalAnswered: answered, StrangeReversalSent: strange,
        Restarted: restarted, Lost: lost, ForgeryArrived: forged,
    },
)
