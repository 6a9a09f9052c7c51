"""Invariant 30: what is declined, refused or passed over has a cause in the world.

A machine that says no to everything loses no money, and is of no use.  An issuer's decline needs a
card's own state, too little money, or a fault; a host's own decline what came to it, or a fault; a
terminal that refuses for what it owes must owe it, for want of a card must have been shown none; and a request that reached the host is answered.
What depends on settings that no record shows is judged by nobody.
"""

from __future__ import annotations

from typing import Any

import msgspec

from simulator.catalogue.money_reasons import PostingReason
from simulator.catalogue.terminal_reasons import Refusal
from simulator.judge.open_items import SENT, Terminal, Transaction
from simulator.judge.rule import Case, Evidence, Rule
from simulator.judge.tracking.host_side import MOVING
from simulator.judge.tracking.moments import HostReplied, NumberCameAgain
from simulator.judge.tracking.postings import ISSUING
from simulator.judge.tracking.stretches import SaleDecided, SaleShown
from simulator.judge.transactions import APPROVING, HOLDING, HOST, TAKING
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.local_time import MINUTE_MS, SECOND_MS
from simulator.trace.records import (
    Arrived,
    ChannelAnswered,
    Concluded,
    FaultFired,
    Journaled,
    Posted,
    Record,
    Restarted,
    RunStarted,
    key_of,
)

NO_MONEY, NOT_IN_TIME, UNDONE, LOST_NUMBER, NOT_KNOWN = "51", "98", "22", "77", "97"
NOT_POSSIBLE = "12"  # after its own reversal, or of something that cannot be referred to so
GIVEN = frozenset({"00", "10", "paid", "refunded", "cancelled"})
OPEN = frozenset({"pending", "unknown", "failed"})  # words of a wallet: its customer decides
OF_SETTINGS = frozenset({
    "03", "13", "14", "15", "25", "30", "43", "45", "54", "55", "57", "58", "59", "61", "64", "65",
    "75", "78", "94", "99", "A0",
})
"""F39 for which only a setting, a person or another rule knows the cause."""
REPEATED = "0220"  # says nothing until an issuer has spoken, and asks for days
PATIENCE_MS = 2 * SECOND_MS  # no host gives up on an issuer sooner
ANSWER_MS = 10 * MINUTE_MS  # and none thinks longer
STRUCK_KEPT = 20_000
_ASKED_FOR = TAKING | HOLDING
_CARDHOLDER = "cardholder:"
_CUSTOMERS = (_CARDHOLDER, "wallet:")


class Causes(msgspec.Struct, gc=False):
    """What is known of causes."""

    struck: dict[str, None] = msgspec.field(default_factory=dict)  # keys that a fault struck
    balances: dict[str, int] = msgspec.field(default_factory=dict)  # of cards that have an account
    pools: dict[str, None] = msgspec.field(default_factory=dict)  # banks whose other cards share one
    batches: dict[str, int] = msgspec.field(default_factory=dict)  # given at sign-on, by TID
    again: dict[str, None] = msgspec.field(default_factory=dict)  # keys that came for something else
    restarted_ms: int = -1  # the host
    any: bool = False  # what issuers say is in the trace, or would be


_Case = Case[Causes]


def started(case: _Case, record: RunStarted) -> None:
    """Whoever writes the trace says what it sees."""
    case.memory.any = record.whole


def fired(case: _Case, record: FaultFired) -> None:
    """A fault strikes an exchange."""
    memory = case.memory
    memory.struck[record.anchor.rsplit("/", 2)[0]] = None
    if len(memory.struck) > STRUCK_KEPT:
        del memory.struck[next(iter(memory.struck))]


def posted(case: _Case, record: Posted) -> None:
    """A card that has an account of its own has a balance."""
    balances = case.memory.balances
    if record.why == PostingReason.OPENING:
        account = record.key
        if account.startswith(_CUSTOMERS):
            if "/" in account:
                balances.setdefault(account, 0)
            elif account.startswith(_CARDHOLDER):
                case.memory.pools[account.removeprefix(_CARDHOLDER)] = None
    if balances:
        for account, fen in record.entries:
            if account in balances:
                balances[account] += fen


def answered(case: _Case, record: ChannelAnswered) -> None:
    """Issuer or wallet says no."""
    memory = case.memory
    memory.any = True
    code = record.response_code
    if code in GIVEN or code in OPEN or record.asked not in MOVING:
        return
    transaction = case.book.transactions.get(record.key)
    if transaction is None:
        return
    case.exercised += 1
    if record.key in memory.struck:
        return
    if code == NO_MONEY:
        _no_money(case, record, transaction)
    elif code == UNDONE:
        if not (transaction.undone or transaction.reversals):
            _find(case, "issuer_declined_without_cause", transaction, record, code)
    elif (
        record.actor in memory.pools and code not in OF_SETTINGS
        and f"{_CARDHOLDER}{record.actor}/{transaction.card}" not in memory.balances
    ):
        _find(case, "issuer_declined_without_cause", transaction, record, code)


def _no_money(case: _Case, record: ChannelAnswered, transaction: Transaction) -> None:
    own = case.memory.balances.get(record.account or f"{_CARDHOLDER}{record.actor}/{transaction.card}")
    left = record.left_fen if own is None else own
    if left is not None and transaction.amount_fen <= left:
        _find(case, "declined_with_money", transaction, record, NO_MONEY, left=yuan(left),
              sum=yuan(transaction.amount_fen))


def came_again(case: _Case, moment: NumberCameAgain) -> None:
    """A number that comes for something else may be refused."""
    case.memory.again[moment.key] = None
    if len(case.memory.again) > STRUCK_KEPT:
        del case.memory.again[next(iter(case.memory.again))]


def replied(case: _Case, moment: HostReplied) -> None:
    """The host says no, without having asked anybody."""
    record, transaction, request = moment.record, moment.transaction, moment.request
    memory = case.memory
    code = record.response_code
    if code in APPROVING and record.what != "sign_on":
        return
    if record.what == "sign_on":
        if code == "00":
            memory.batches[record.tid] = record.batch
        return
    if record.what not in _ASKED_FOR or transaction is None or request is None:
        return
    if transaction.heard or transaction.given or code in OF_SETTINGS:
        return
    if not memory.any:
        return
    case.exercised += 1
    if transaction.key in memory.struck or not request.genuine:
        return
    if code == NOT_IN_TIME:
        if record.at_ms - transaction.sent_ms < PATIENCE_MS:
            _find(case, "gave_up_at_once", transaction, record, code,
                  ms=record.at_ms - transaction.sent_ms)
        return
    if transaction.reversals or transaction.undone or (code == NOT_POSSIBLE and transaction.names):
        return
    if code == LOST_NUMBER and (
        transaction.key in memory.again or memory.batches.get(record.tid) != record.batch
    ):
        return
    if code == NOT_KNOWN and not moment.terminal.opened.mid:
        return
    _find(case, "declined_without_cause", transaction, record, code)


def concluded(case: _Case, record: Concluded) -> None:
    """A terminal refuses what it is asked for."""
    if record.result != "refused":
        return
    terminal = case.book.terminal_of_actor.get(record.actor)
    if terminal is None or not terminal.opened.observable:
        return
    if record.reason == Refusal.REVERSAL_PENDING:
        case.exercised += 1
        if not _owes(terminal):
            _refused(case, record, terminal)
    elif record.reason == Refusal.SETTLEMENT_PENDING:
        case.exercised += 1
        if not any(tid == terminal.opened.tid and each.tries
                   for (tid, _), each in case.book.batches.items()):
            _refused(case, record, terminal)
    elif record.reason == Refusal.NO_CARD and record.what in _ASKED_FOR:
        wish = case.book.wishes.of(record.sale, record.what)
        case.exercised += 1
        if wish is not None and wish.card:
            _refused(case, record, terminal)


def _owes(terminal: Terminal) -> bool:
    current = terminal.current
    return bool(terminal.owed) or (current is not None and (
        current.state == SENT or current.reversals > 0))


def _refused(case: _Case, record: Concluded, terminal: Terminal) -> None:
    case.find(
        "refused_without_cause", at_ms=record.at_ms, tid=terminal.opened.tid,
        sale=case.book.sales.get(record.sale), why=record.reason, story=[record],
        order=record.sale,
    )


def settled(case: _Case, record: Journaled) -> None:
    """The host takes a batch for closed: its terminal has the next one."""
    if record.actor == HOST and case.memory.batches.get(record.tid) == record.batch:
        del case.memory.batches[record.tid]


def restarted(case: _Case, record: Restarted) -> None:
    """A host that comes up again has forgotten who waits."""
    if record.actor == HOST:
        case.memory.restarted_ms = record.at_ms


def at_end(case: _Case) -> None:
    """Requests that reached the host, and to which it never said anything."""
    book = case.book
    if not book.has_drained() or not case.memory.any:
        return
    for terminal in book.terminals.values():
        for request in terminal.at_host or ():
            if request.genuine and not request.copy and _is_due(case, request):
                key = key_of(request.tid, request.batch, request.stan)
                case.exercised += 1
                case.find(
                    "never_answered", at_ms=request.at_ms, tid=request.tid, key=key,
                    message=f"{request.mti} {request.what}", story=[request],
                )


def _is_due(case: _Case, request: Arrived) -> bool:
    """Whether a reply should have left: nothing stood against it."""
    key = key_of(request.tid, request.batch, request.stan)
    return (
        request.at_ms + ANSWER_MS <= case.book.now_ms and key not in case.memory.struck
        and case.memory.restarted_ms < request.at_ms and request.mti != REPEATED
        and int(request.mti[2]) % 2 == 0 and bool(case.book.terminal(request.tid).opened.mid)
    )


def _find(
    case: _Case, code: str, transaction: Transaction, record: Record, said: str, **facts: Any,
) -> None:
    sale = transaction.sale
    case.find(
        code, at_ms=record.at_ms, sale=sale, key=transaction.key, tid=sale.tid, said=said,
        who=record.actor, amount_fen=transaction.amount_fen, story=[*(sale.story or ()), record],
        **facts,
    )


def _shows_causes(case: _Case) -> bool:
    return case.memory.any or not case.book.has_sold


def decided(case: _Case, stretch: SaleDecided) -> None:
    """A sale is approved, by its issuer and by the host."""
    case.memory.any = True
    if case.memory.balances:
        posted(case, stretch.debit)


RULE = Rule(
    number=30, en="what is declined has a cause", zh="拒绝须有原因", remembers=Causes,
    needs=Evidence("what issuers and wallets answer the host", "发卡行与钱包对主机的应答", _shows_causes),
    findings=(
        Sentence("issuer_declined_without_cause", Urgency.SAFETY,
                 "{who} declined {key} with {said}; no fault struck it, and nothing is wrong with the card",
                 "{who} 以 {said} 拒绝 {key}；未受故障影响，卡片也无异常"),
        Sentence("declined_with_money", Urgency.SAFETY,
                 "{who} declined {key} of {sum} for want of money ({said}), and the card had {left} to spend",
                 "{who} 以余额不足（{said}）拒绝 {key}（{sum}），而该卡可用余额为 {left}"),
        Sentence("declined_without_cause", Urgency.SAFETY,
                 "{who} declined {key} with {said}, without asking the issuer; nothing that came to it is a cause",
                 "{who} 未询问发卡行即以 {said} 拒绝 {key}；其收到的报文并无可拒之由"),
        Sentence("gave_up_at_once", Urgency.SAFETY,
                 "{who} answered {key} with {said} after {ms} ms: it waited for no issuer",
                 "{who} 在 {ms} 毫秒后即以 {said} 应答 {key}：并未等待发卡行"),
        Sentence("refused_without_cause", Urgency.SAFETY,
                 "terminal {tid} refused {order} ({why}), and nothing is a cause for that",
                 "终端 {tid} 拒绝受理 {order}（{why}），而并无可拒之由"),
        Sentence("never_answered", Urgency.LIVENESS,
                 "{message} {key} of terminal {tid} reached the host and was never answered",
                 "终端 {tid} 的 {message} {key} 已到达主机，却从未得到应答"),
    ),
    only={Posted: ISSUING | {PostingReason.OPENING}, Journaled: frozenset({"batchsettled"})},
    plain={SaleDecided: decided, SaleShown: 0},
    hears={
        RunStarted: started, FaultFired: fired, Posted: posted, ChannelAnswered: answered, NumberCameAgain: came_again,
        Journaled: settled, HostReplied: replied, Concluded: concluded, Restarted: restarted,
    },
    at_end=at_end,
)
