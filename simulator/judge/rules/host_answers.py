"""Invariant 32: the host says what is so.

An approval stands on the approval of issuer or wallet, for the sum that was asked or the part that
was given; a decline of the issuer is told as it was said; what the line changed is not approved; and
what was answered is answered the same when it comes again.
"""

from __future__ import annotations

from typing import Any

import msgspec

from simulator.catalogue.response_codes import PARTIAL, response_code
from simulator.judge.open_items import Transaction
from simulator.judge.rule import Case, Evidence, Rule
from simulator.judge.tracking.host_side import MOVING
from simulator.judge.tracking.moments import HostReplied
from simulator.judge.transactions import HOLDING, RETURNING, SEALED, TAKING
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.trace.records import ChannelAnswered, Record, Sent, key_of

GIVEN = frozenset({"00", PARTIAL, "paid", "refunded"})  # what issuer or wallet says that money moved
NO_CHANNEL = frozenset({"pending", "unknown", "failed"})  # words of a wallet that are no F39
DUPLICATE = "94"
OF_ANOTHER = frozenset({"A0", "77", "97", "03"})
"""Answers that the host gives before it looks what the transaction became: MAC, batch, who asks."""
DECIDED = TAKING | HOLDING | RETURNING  # by issuer or wallet


class Heard(msgspec.Struct, gc=False):
    """What was seen of issuers and wallets at all."""

    any: bool = False
    approvals: int = 0
    parts: dict[str, int] = msgspec.field(default_factory=dict)  # key to what was given of it


_Case = Case[Heard]


def answered(case: _Case, record: ChannelAnswered) -> None:
    """Issuer or wallet says something."""
    case.memory.any = True
    if record.response_code == PARTIAL and record.asked in MOVING:
        case.memory.parts[record.key] = record.part_fen


def replied(case: _Case, moment: HostReplied) -> None:
    """A reply leaves the host."""
    record, transaction, request = moment.record, moment.transaction, moment.request
    if record.what not in DECIDED or transaction is None:
        if record.what == "reversal":
            _of_reversal(case, moment)
        return
    case.exercised += 1
    code = record.response_code
    approves = response_code(code).approves
    if approves:
        case.memory.approvals += 1
        _approval(case, moment, transaction)
    elif (
        transaction.heard and transaction.heard not in GIVEN and transaction.heard not in NO_CHANNEL
        and not transaction.given and not transaction.undone and code != transaction.heard
        and code not in OF_ANOTHER
    ):
        _find(case, "other_code_than_issuer", record, transaction, right=transaction.heard)
    before = transaction.given
    if before and before != code and request is not None and request.genuine:
        _again(case, record, transaction, before, approves=approves)


def _approval(case: _Case, moment: HostReplied, transaction: Transaction) -> None:
    record, request = moment.record, moment.request
    if request is not None and not request.genuine and not transaction.request_genuine and (
        record.what in SEALED
    ):
        _find(case, "approved_forgery", record, transaction)
    if case.memory.any and transaction.heard not in GIVEN and not response_code(
        transaction.given).approves:
        _find(case, "approved_without_issuer", record, transaction,
              right=transaction.heard or "–")
    if record.amount_fen is None:
        return
    right = transaction.amount_fen
    if record.response_code == PARTIAL:
        right = case.memory.parts.get(transaction.key, record.amount_fen)
    if record.amount_fen != right and transaction.request_genuine:
        _find(case, "reply_of_other_sum", record, transaction, said=yuan(record.amount_fen),
              right=yuan(right))


def _again(
    case: _Case, record: Sent, transaction: Transaction, before: str, *, approves: bool,
) -> None:
    """What has an answer comes again."""
    code = record.response_code
    if code in OF_ANOTHER or before in OF_ANOTHER or transaction.undone or transaction.reversals:
        return
    row = response_code(before)
    if row.approves:
        if code != DUPLICATE:
            _find(case, "answered_otherwise", record, transaction, before=before)
    elif not row.retry and (approves or before == transaction.heard):
        _find(case, "answered_otherwise", record, transaction, before=before)


def _of_reversal(case: _Case, moment: HostReplied) -> None:
    """A 0410 leaves the host: what nobody rightful sent is not done."""
    record, request = moment.record, moment.request
    if request is None:
        return
    case.exercised += 1
    if not request.genuine and response_code(record.response_code).approves:
        transaction = moment.transaction
        if transaction is None or not transaction.reversal_genuine:
            _find(case, "approved_forgery", record, transaction)


def _find(
    case: _Case, code: str, record: Sent, transaction: Transaction | None, **facts: Any,
) -> None:
    sale = transaction.sale if transaction is not None else None
    story: list[Record] = list(sale.story or ()) if sale is not None else []
    case.find(
        code, at_ms=record.at_ms, sale=sale, tid=record.tid, told=record.response_code or "–",
        key=key_of(record.tid, record.batch, record.stan), message=f"{record.mti} {record.what}",
        amount_fen=record.amount_fen or 0, story=[*story, record], **facts,
    )


def _shows_host(case: _Case) -> bool:
    return case.memory.any or not case.memory.approvals


RULE = Rule(
    number=32, en="the host says what is so", zh="主机应答属实", remembers=Heard,
    needs=Evidence("what issuers and wallets answer the host", "发卡行与钱包对主机的应答", _shows_host),
    findings=(
        Sentence("approved_without_issuer", Urgency.SAFETY,
                 "the host told terminal {tid} that {key} is approved ({told}); issuer or wallet said {right}",
                 "主机告知终端 {tid} {key} 已批准（{told}）；发卡行或钱包的应答为 {right}"),
        Sentence("other_code_than_issuer", Urgency.SAFETY,
                 "the host told terminal {tid} F39 = {told} for {key}, the issuer said {right}",
                 "主机就 {key} 告知终端 {tid} F39 = {told}，发卡行的应答为 {right}"),
        Sentence("approved_forgery", Urgency.SAFETY,
                 "the host answered {told} to {message} {key}, which nobody rightful sent like this",
                 "主机对非真实的 {message} {key} 答复 {told}"),
        Sentence("reply_of_other_sum", Urgency.SAFETY,
                 "the host approved {key} for {said}, and {right} is right",
                 "主机批准 {key} 的金额为 {said}，应为 {right}"),
        Sentence("answered_otherwise", Urgency.SAFETY,
                 "{key} came again, and the host answered it {told}, before {before}",
                 "{key} 再次到达，主机答复 {told}，此前为 {before}"),
    ),
    hears={ChannelAnswered: answered, HostReplied: replied},
)
