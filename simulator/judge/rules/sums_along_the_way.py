"""Invariant 19: one sum all the way: meant, sent, moved at the issuer, captured, answered, shown.

Each step is compared with the one before it, so that a finding says who changed the sum.
"""

from __future__ import annotations

import msgspec

from simulator.catalogue.money_reasons import PostingReason as Why
from simulator.judge.evidence import BOOKS
from simulator.judge.open_items import Transaction
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.moments import SaleClosed
from simulator.judge.tracking.stretches import SaleAsked, SaleDecided, SaleShown
from simulator.judge.transactions import (
    ADDING,
    APPROVING,
    HOLDING,
    HOST,
    IN_PART,
    RETURNING,
    TAKING,
)
from simulator.judge.verdict import Urgency
from simulator.judge.wishes import WHOLE
from simulator.judge.words.sentences import Sentence, yuan
from simulator.trace.records import (
    Arrived,
    ChannelAnswered,
    Concluded,
    Posted,
    Record,
    Sent,
    key_of,
)

OWED, HELD, PENDING = "due:", "hold:", ":pending"
_REQUESTS = frozenset({"0100", "0200", "0220"})
_ANSWERS = frozenset({"0110", "0210", "0230"})
_CAPTURE, _HOLD, _REVERSE = Why.CAPTURE, Why.HOLD, Why.REVERSE  # found more slowly by their set
_MOVES = frozenset({Why.DEBIT, Why.CREDIT, _HOLD})
_ISSUED = _MOVES | {_REVERSE, Why.RELEASE}
_OF_MONEY = TAKING | HOLDING | RETURNING


class Steps(msgspec.Struct, gc=False):
    """What one key has come to, step by step."""

    due_fen: int = 0  # net, taken from the customer
    held_fen: int = 0
    issued_fen: int | None = None  # what the issuer moved for the request itself
    suspect: Posted | None = None  # another sum than was asked: only an approval in part makes it right
    issuer_gave_fen: int | None = None  # in part, by the issuer's own word
    captured_fen: int | None = None  # net
    part_fen: int | None = None  # approved in part, as it reached the terminal


_Case = Case[dict[str, Steps]]


# ---- the terminal --------------------------------------------------------------------------------


def sent(case: _Case, record: Sent) -> None:
    """A message leaves: a request with what was meant, or an answer with what was asked."""
    if record.actor == HOST:
        if record.mti in _ANSWERS and record.what in _OF_MONEY:
            _answered(case, record)
        return
    if record.mti not in _REQUESTS or not record.sale or record.amount_fen is None or record.what in ADDING:
        return
    terminal = case.book.terminals.get(record.tid)
    wish = case.book.wishes.of(record.sale, record.what)
    if wish is None or terminal is None or not terminal.opened.observable:
        return
    right = wish.fen
    if right == WHOLE:
        original = case.book.transactions.get(case.book.named_by(record))
        if original is None:
            return
        right = original.amount_fen if original.part_fen is None else original.part_fen
    case.exercised += 1
    if record.amount_fen != right:
        key = key_of(record.tid, record.batch, record.stan)
        case.find(
            "sent_other_sum", at_ms=record.at_ms, sale=case.book.sales.get(record.sale),
            tid=record.tid, key=key, story=[record], amount_fen=abs(record.amount_fen - right),
            sum=yuan(record.amount_fen), right=yuan(right), order=record.sale,
        )


def arrived(case: _Case, record: Arrived) -> None:
    """A partial approval reaches the terminal."""
    if record.response_code in IN_PART and record.actor != HOST and record.genuine and record.mti in _ANSWERS:
        transaction = case.book.transactions.get(key_of(record.tid, record.batch, record.stan))
        if transaction is not None:
            transaction.part_fen = record.amount_fen


def concluded(case: _Case, record: Concluded) -> None:
    """The counter is shown an approval."""
    terminal = case.book.terminal_of_actor.get(record.actor)
    if (
        record.result != "approved" or record.what not in _OF_MONEY or terminal is None
        or not terminal.opened.observable
    ):
        return
    transaction = terminal.current
    if transaction is None or transaction.stan != record.stan or transaction.batch != record.batch:
        transaction = case.book.transactions.get(
            key_of(terminal.opened.tid, record.batch, record.stan))
    wish = case.book.wishes.of(record.sale, record.what)
    if transaction is not None and transaction.what == record.what:
        right = transaction.amount_fen if transaction.part_fen is None else transaction.part_fen
    elif wish is not None and wish.fen:  # approved at the counter, and not sent yet
        right = wish.fen
    else:
        return
    if record.amount_fen != right:
        key = key_of(terminal.opened.tid, record.batch, record.stan)
        _find(case, "shown_other_sum", record, key, record.amount_fen, right)


# ---- issuer and host -----------------------------------------------------------------------------


def posted(case: _Case, record: Posted) -> None:
    """Money moved at an issuer or wallet, or was captured."""
    if record.why == _CAPTURE:
        _captured(case, record)
        return
    due = held = 0
    for account, fen in record.entries:
        if account.startswith(OWED):
            due += fen
        elif account.startswith(HELD):
            held += fen
    if due or held:
        _issued(case, record, due, held)


def _known(case: _Case, key: str) -> Steps | None:
    """What a key has come to; of what went the plain way it is told by its transaction, until more is heard."""
    steps = case.memory.get(key)
    if steps is None:
        transaction = case.book.transactions.get(key)
        if transaction is not None and transaction.payer:
            fen = transaction.amount_fen
            steps = case.memory[key] = Steps(fen, 0, fen, captured_fen=fen)
    return steps


def _issued(case: _Case, record: Posted, due: int, held: int) -> None:
    key = record.key
    steps = _known(case, key)
    if steps is None:
        steps = case.memory[key] = Steps()
    steps.due_fen += due
    steps.held_fen += held
    why = record.why
    if why == _REVERSE:
        left = steps.due_fen or (steps.held_fen if steps.issued_fen is None else 0)
        if left:
            _find(case, "reversed_other_sum", record, key, abs(due or held), abs((due or held) - left))
        return
    if why not in _MOVES:
        return
    issued = abs(held or due if why == _HOLD else due)
    if why != _HOLD:
        steps.issued_fen = due
    transaction = case.book.transactions.get(key)
    if transaction is None:
        return
    case.exercised += 1
    if issued != transaction.amount_fen:
        steps.suspect = record


def channel_answered(case: _Case, record: ChannelAnswered) -> None:
    """An issuer says that it gave a part."""
    if record.response_code in IN_PART and record.asked == "debit":
        steps = _known(case, record.key)
        if steps is not None:
            steps.issuer_gave_fen = record.part_fen


def _captured(case: _Case, record: Posted) -> None:
    key = record.key
    steps = _known(case, key)
    if steps is None:
        steps = case.memory[key] = Steps()
    fen = 0
    for account, moved in record.entries:
        if account.endswith(PENDING):
            fen += moved
    if steps.captured_fen is None:
        steps.captured_fen = fen
        right = steps.issued_fen
        if right is not None and steps.suspect is not None:  # the issuer's own mistake, told of it
            asked = case.book.transactions[key].amount_fen
            right = asked if right > 0 else -asked
        if right is not None and fen not in (right, steps.issued_fen):
            _find(case, "captured_other_sum", record, key, fen, right)
        return
    before, steps.captured_fen = steps.captured_fen, steps.captured_fen + fen
    if before and steps.captured_fen:
        _find(case, "captured_other_sum", record, key, fen, -before)


def _answered(case: _Case, record: Sent) -> None:
    code = record.response_code
    if code not in APPROVING:
        return
    transaction = case.book.used(record.tid, record.batch, record.stan)
    if transaction is None or transaction.what != record.what:
        return
    key = transaction.key
    fen, asked = record.amount_fen, transaction.amount_fen
    steps = _known(case, key)
    if code in IN_PART:
        if steps is not None and steps.suspect is not None and steps.issued_fen in (None, fen):
            steps.suspect = None
        if fen is None or not 0 < fen < asked:
            _find(case, "answered_other_sum", record, key, fen or 0, asked)
    elif fen is not None and fen != asked:
        _find(case, "answered_other_sum", record, key, fen, asked)
    if steps is not None and steps.suspect is not None:
        _look_again(case, key, steps, transaction)


def closed(case: _Case, moment: SaleClosed) -> None:
    """A sale is answered for: no answer will excuse another sum any more.

    Where the issuer gave a part when nobody waited any more, and has it back, the terminal was never told.
    """
    for key in moment.sale.keys:
        steps = case.memory.pop(key, None)
        if steps is not None and not _gave_in_part_and_has_it_back(steps):
            _look_again(case, key, steps, case.book.transactions.get(key))


def _gave_in_part_and_has_it_back(steps: Steps) -> bool:
    return not steps.due_fen and steps.captured_fen is None and (
        steps.issuer_gave_fen is not None and steps.issued_fen == steps.issuer_gave_fen)


def _look_again(case: _Case, key: str, steps: Steps, transaction: Transaction | None) -> None:
    record, steps.suspect = steps.suspect, None
    if record is None or transaction is None:
        return
    moved = next(abs(fen) for account, fen in record.entries if account.startswith((OWED, HELD)))
    _find(case, "issued_other_sum", record, key, moved, transaction.amount_fen, bank=record.actor)


def _find(
    case: _Case, code: str, record: Record, key: str, fen: int, right: int, bank: str = "",
) -> None:
    transaction = case.book.transactions.get(key)
    sale = transaction.sale if transaction is not None else None
    case.find(
        code, at_ms=record.at_ms, key=key, tid=key.rpartition("/")[0].rpartition("/")[0], sale=sale,
        amount_fen=abs(fen - right), sum=yuan(fen), right=yuan(right),
        story=[*((sale.story if sale is not None else None) or ()), record], bank=bank,
    )


RULE = Rule(
    number=19, en="one sum all the way", zh="全程金额一致", needs=BOOKS, remembers=dict,
    findings=(
        Sentence("sent_other_sum", Urgency.SAFETY,
                 "{order} was meant with {right}, and terminal {tid} sent {key} with {sum}",
                 "{order} 的本意金额为 {right}，终端 {tid} 发出的 {key} 却为 {sum}"),
        Sentence("issued_other_sum", Urgency.SAFETY,
                 "{key} was asked with {right}, and {bank} moved {sum}",
                 "{key} 请求金额为 {right}，{bank} 却记账 {sum}"),
        Sentence("reversed_other_sum", Urgency.SAFETY,
                 "{key} moved {right} and was reversed with {sum}",
                 "{key} 原记账 {right}，冲正却为 {sum}"),
        Sentence("captured_other_sum", Urgency.SAFETY,
                 "{key} is to be captured with {right}, and the host captured {sum}",
                 "{key} 应入账 {right}，主机却入账 {sum}"),
        Sentence("answered_other_sum", Urgency.SAFETY,
                 "{key} was asked with {right}, and the host answered it with {sum}",
                 "{key} 请求金额为 {right}，主机应答却为 {sum}"),
        Sentence("shown_other_sum", Urgency.SAFETY,
                 "{key} was approved with {right}, and terminal {tid} shows {sum}",
                 "{key} 批准金额为 {right}，终端 {tid} 却显示 {sum}"),
    ),
    only={Arrived: frozenset({"terminal"}), Posted: _ISSUED | {_CAPTURE}},
    plain={SaleAsked: 1, SaleDecided: 1, SaleShown: 0},
    hears={
        Sent: sent, Arrived: arrived, Concluded: concluded, Posted: posted, SaleClosed: closed,
        ChannelAnswered: channel_answered,
    },
)
