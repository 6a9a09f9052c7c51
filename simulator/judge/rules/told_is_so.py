"""Invariant 32: what is told is so.

Host: an approval stands on the approval of issuer or wallet and is written down before it is told,
for the sum that was asked or the part that was given; a decline of the issuer is told as it was
said; what the line changed is not approved; what was answered is answered the same when it comes
again; what is undone is told to whoever had it booked.
Bank: a merchant is told of what came, in this sum.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec

from simulator.catalogue.response_codes import PARTIAL, response_code
from simulator.judge.open_items import Transaction
from simulator.judge.rule import Case, Evidence, Rule
from simulator.judge.tracking.host_side import MOVING
from simulator.judge.tracking.moments import HostReplied
from simulator.judge.tracking.stretches import SaleDecided
from simulator.judge.transactions import APPROVING, HOLDING, HOST, RETURNING, SEALED, TAKING
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.local_time import DAY_MS, HOUR_MS
from simulator.trace.records import (
    ChannelAnswered,
    FaultFired,
    Journaled,
    NoticeSent,
    PayoutPosted,
    Record,
    RunStarted,
    Sent,
    StillPending,
    key_of,
    tid_of,
)

GIVEN = frozenset({"00", PARTIAL, "paid", "refunded"})  # what issuer or wallet says that money moved
NO_CHANNEL = frozenset({"pending", "unknown", "failed"})  # words of a wallet that are no F39
UNDOING = frozenset({"reverse", "cancel"})
DUPLICATE = "94"
OF_ANOTHER = frozenset({"A0", "77", "97", "03"})
"""Answers that the host gives before it looks what the transaction became: MAC, batch, who asks."""
DECIDED = TAKING | HOLDING | RETURNING  # by issuer or wallet
ARRIVED = "【到账通知】"
ANCHORED = 4  # parts of an anchor after its actor, which may have strokes of its own
_SUM = re.compile(r"(?:结算|秒到)款(-?[0-9,]+)\.(\d\d)元")


class Heard(msgspec.Struct, gc=False):
    """What was seen of issuers and wallets at all, and what is owed."""

    whole: bool = False
    any: bool = False
    journal: bool = False  # what the host writes down is in the trace
    approvals: int = 0
    parts: dict[str, int] = msgspec.field(default_factory=dict)  # key to what was given of it
    undone: dict[str, int] = msgspec.field(default_factory=dict)  # key to when: nobody has heard
    pending: dict[str, None] = msgspec.field(default_factory=dict)  # keys that the host itself calls unresolved
    paid: dict[str, list[tuple[int, int, str]]] = msgspec.field(default_factory=dict)  # by MID
    silenced: dict[str, None] = msgspec.field(default_factory=dict)  # MIDs whose notices a fault took


_Case = Case[Heard]


def started(case: _Case, record: RunStarted) -> None:
    """Whoever writes the trace says what it sees."""
    case.memory.whole = record.whole


# ---- issuers and wallets ---------------------------------------------------------------------


def answered(case: _Case, record: ChannelAnswered) -> None:
    """Issuer or wallet says something."""
    memory = case.memory
    memory.any = True
    if record.response_code == PARTIAL and record.asked in MOVING:
        memory.parts[record.key] = record.part_fen
    elif memory.undone and record.asked in UNDOING and not _is_later(record.response_code):
        memory.undone.pop(record.key, None)


def _is_later(code: str) -> bool:
    return code in ("pending", "unknown") or response_code(code).retry


def journaled(case: _Case, record: Journaled) -> None:
    """The host writes down that something is undone: whoever booked it must hear of it."""
    if record.actor == HOST:
        case.memory.journal = True
        if record.entry == "undone":
            case.memory.undone[key_of(record.tid, record.batch, record.stan)] = record.at_ms


# ---- replies ---------------------------------------------------------------------------------


def replied(case: _Case, moment: HostReplied) -> None:
    """A reply leaves the host."""
    record, transaction, request = moment.record, moment.transaction, moment.request
    if record.what not in DECIDED or transaction is None:
        if record.what == "reversal":
            _of_reversal(case, moment)
        return
    case.exercised += 1
    code = record.response_code
    approves = code in APPROVING
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
    record, request, memory = moment.record, moment.request, case.memory
    if request is not None and not request.genuine and not transaction.request_genuine and (
        record.what in SEALED
    ):
        _find(case, "approved_forgery", record, transaction)
    if memory.any and transaction.heard not in GIVEN and transaction.given not in APPROVING:
        _find(case, "approved_without_issuer", record, transaction,
              right=transaction.heard or "–")
    elif not transaction.decided and (memory.journal or memory.whole):
        _find(case, "told_before_written", record, transaction)
    if record.amount_fen is None:
        return
    right = transaction.amount_fen
    if record.response_code == PARTIAL:
        right = memory.parts.get(transaction.key, record.amount_fen)
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


# ---- merchants -------------------------------------------------------------------------------


def paid(case: _Case, record: PayoutPosted) -> None:
    """Money is in an account: its merchant will be told."""
    if case.memory.whole:
        case.memory.paid.setdefault(record.mid, []).append(
            (record.net_fen, record.at_ms, record.payout))


def noticed(case: _Case, record: NoticeSent) -> None:
    """A merchant is told of money."""
    found = _SUM.search(record.text)
    if not case.memory.whole or not record.text.startswith(ARRIVED) or found is None:
        return
    case.exercised += 1
    fen = int(found[1].replace(",", "")) * 100 + int(found[2])
    waiting = case.memory.paid.get(record.mid, [])
    for place, (net_fen, _, _) in enumerate(waiting):
        if net_fen == fen:
            del waiting[place]
            return
    case.find(
        "notice_of_other_sum", at_ms=record.at_ms, mid=record.mid, said=yuan(fen),
        right=", ".join(yuan(net_fen) for net_fen, _, _ in waiting) or "–", amount_fen=fen,
    )


def fired(case: _Case, record: FaultFired) -> None:
    """A fault takes notices."""
    if record.point == "notice":
        case.memory.silenced[record.anchor.rsplit("/", ANCHORED)[0]] = None


def still_pending(case: _Case, record: StillPending) -> None:
    """The host says what is unresolved at the end."""
    if record.actor == HOST and record.stan:
        case.memory.pending[key_of(record.tid, record.batch, record.stan)] = None


def at_end(case: _Case) -> None:
    """What nobody was told of."""
    memory, book = case.memory, case.book
    if not book.is_whole() or not book.phases_seen:
        return
    if memory.any:
        for key, at_ms in memory.undone.items():
            if book.now_ms - at_ms > HOUR_MS:
                case.find("undoing_never_told", at_ms=at_ms, key=key, tid=tid_of(key))
                if memory.whole and key not in memory.pending:
                    case.find("pending_not_told", key=key, tid=tid_of(key))
    for mid, waiting in memory.paid.items():
        for net_fen, at_ms, payout in waiting:
            if mid not in memory.silenced and book.now_ms - at_ms > DAY_MS:
                case.find("notice_missing", at_ms=at_ms, mid=mid, payout=payout,
                          right=yuan(net_fen), amount_fen=net_fen)


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


def decided(case: _Case, _stretch: SaleDecided) -> None:
    """A sale is approved as its issuer and its journal say."""
    case.memory.any = True
    case.memory.approvals += 1
    case.exercised += 1


RULE = Rule(
    number=32, en="what is told is so", zh="所告属实", remembers=Heard,
    needs=Evidence("what issuers and wallets answer the host", "发卡行与钱包对主机的应答", _shows_host),
    findings=(
        Sentence("approved_without_issuer", Urgency.SAFETY,
                 "the host told terminal {tid} that {key} is approved ({told}); issuer or wallet said {right}",
                 "主机告知终端 {tid} {key} 已批准（{told}）；发卡行或钱包的应答为 {right}"),
        Sentence("told_before_written", Urgency.SAFETY,
                 "the host told terminal {tid} that {key} is approved and had not written it down",
                 "主机告知终端 {tid} {key} 已批准，却尚未记入日志"),
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
        Sentence("undoing_never_told", Urgency.LIVENESS,
                 "the host undid {key}, and issuer or wallet never heard of it",
                 "主机已撤销 {key}，发卡行或钱包却从未得知"),
        Sentence("pending_not_told", Urgency.LIVENESS,
                 "the undoing of {key} is still open at the end, and the host does not name it",
                 "运行结束时 {key} 的撤销仍未结清，主机却未列出"),
        Sentence("notice_of_other_sum", Urgency.SAFETY,
                 "merchant {mid} was told that {said} came; what came and was not told yet is {right}",
                 "通知商户 {mid} 到账 {said}；实际到账而尚未通知的为 {right}"),
        Sentence("notice_missing", Urgency.LIVENESS,
                 "payout {payout} of {right} came into the account of merchant {mid}, who was never told",
                 "商户 {mid} 的付款 {payout} {right} 已入账，却从未通知商户"),
    ),
    only={Journaled: frozenset({"undone", "signedon", "batchsettled"})},
    plain={SaleDecided: decided},
    hears={
        RunStarted: started, ChannelAnswered: answered, Journaled: journaled, HostReplied: replied,
        PayoutPosted: paid, NoticeSent: noticed, FaultFired: fired, StillPending: still_pending,
    },
    at_end=at_end,
)
