"""Invariant 12: a terminal settles what it was told, and uploads all of it where that does not balance.

The right totals are added up here from the approvals that reached the terminal, less what it
reversed.  Neither side is asked: both may be wrong alike.
"""

from __future__ import annotations

from typing import Any

from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.batches import sums
from simulator.judge.tracking.moments import SettlementAsked, UploadEnded, WentOnUploading
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.judge.words.story import totals, totals_zh
from simulator.trace.records import key_of

_Case = Case[None]


def asked(case: _Case, moment: SettlementAsked) -> None:
    """A 0500 leaves a terminal."""
    case.exercised += 1
    batch, said, right = moment.batch, moment.asked, moment.acknowledged
    if sums(said) != sums(right):
        case.find(
            "totals_not_as_told", at_ms=moment.record.at_ms, tid=batch.tid,
            batch=f"{batch.batch:06}", said=totals(said), said_zh=totals_zh(said),
            right=totals(right), right_zh=totals_zh(right), since_ms=batch.first_ms,
            story=batch.story,
            amount_fen=said.debit_fen - said.credit_fen - right.debit_fen + right.credit_fen,
        )


def ended(case: _Case, moment: UploadEnded) -> None:
    """The end of an upload leaves a terminal: all of its details must have gone before."""
    due = moment.acknowledged
    for stan in moment.batch.twice:
        _find(case, "uploaded_twice", moment, stan)
    if due is None:
        return
    case.exercised += 1
    uploaded = moment.batch.uploaded or {}
    for stan, fen in due.items():
        sum_fen = uploaded.get(stan)
        if sum_fen is None:
            _find(case, "not_uploaded", moment, stan, right=yuan(abs(fen)))
        elif sum_fen != abs(fen):
            _find(case, "uploaded_other_sum", moment, stan, said=yuan(sum_fen), right=yuan(abs(fen)))
    for stan, sum_fen in uploaded.items():
        if stan not in due:
            _find(case, "uploaded_unknown", moment, stan, said=yuan(sum_fen))


def at_end(case: _Case) -> None:
    """Uploads that were asked for and never ended; their batches stay open for ever."""
    if not case.book.has_drained():
        return
    for terminal in case.book.terminals.values():
        batch = terminal.uploading
        if batch is not None:
            case.find(
                "upload_never_ended", tid=batch.tid, batch=f"{batch.batch:06}",
                since_ms=batch.first_ms, story=batch.story,
            )


def went_on(case: _Case, moment: WentOnUploading) -> None:
    """A new transaction leaves a terminal that owes the end of an upload."""
    record = moment.record
    case.find(
        "went_on_uploading", at_ms=record.at_ms, tid=record.tid, batch=f"{record.batch:06}",
        key=key_of(record.tid, record.batch, record.stan), amount_fen=record.amount_fen or 0,
        next=f"{record.mti} {record.what}", story=[*(moment.batch.story or ()), record],
    )


def _find(case: _Case, code: str, moment: UploadEnded, stan: int, **facts: Any) -> None:
    batch, record = moment.batch, moment.record
    case.find(
        code, at_ms=record.at_ms, tid=batch.tid, key=key_of(batch.tid, batch.batch, stan),
        since_ms=batch.first_ms, story=batch.story, **facts,
    )


RULE = Rule(
    number=12, en="settles what it was told", zh="按已应答交易结算",
    findings=(
        Sentence("totals_not_as_told", Urgency.SAFETY,
                 "terminal {tid} settles batch {batch} with {said}; what it was told and did not reverse"
                 " makes {right}",
                 "终端 {tid} 批次 {batch} 结算总额为 {said_zh}；按其收到且未冲正的应答应为 {right_zh}"),
        Sentence("not_uploaded", Urgency.SAFETY,
                 "terminal {tid} ended its upload without {key} of {right}, which it was told is approved",
                 "终端 {tid} 批上送结束时缺少已批准的 {key}（{right}）"),
        Sentence("uploaded_other_sum", Urgency.SAFETY,
                 "terminal {tid} uploaded {key} with {said}, it was told {right}",
                 "终端 {tid} 上送 {key} 的金额为 {said}，应答金额为 {right}"),
        Sentence("uploaded_twice", Urgency.SAFETY,
                 "terminal {tid} uploaded {key} twice in one message",
                 "终端 {tid} 在同一报文中两次上送 {key}"),
        Sentence("upload_never_ended", Urgency.LIVENESS,
                 "terminal {tid} was told that batch {batch} does not balance, and never ended its upload",
                 "终端 {tid} 被告知批次 {batch} 不平，却从未结束批上送"),
        Sentence("uploaded_unknown", Urgency.SAFETY,
                 "terminal {tid} uploaded {key} of {said}, which nobody told it is approved",
                 "终端 {tid} 上送了未获批准的 {key}（{said}）"),
        Sentence("went_on_uploading", Urgency.SAFETY,
                 "terminal {tid} sent {next} {key} before the upload of batch {batch} was ended",
                 "终端 {tid} 在批次 {batch} 批上送未结束时发出 {next} {key}"),
    ),
    at_end=at_end,
    hears={SettlementAsked: asked, UploadEnded: ended, WentOnUploading: went_on},
)
