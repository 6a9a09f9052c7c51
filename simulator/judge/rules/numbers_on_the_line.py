"""Invariant 28: numbers on the line are given once and kept.

A reply bears the number of a request that came.  A retrieval reference number (F37) names one
transaction; what the host said of one it says again.  The authorisation code (F38) is the one that
the issuer gave, and who refers to a transaction refers to the one that was meant, by what was given.
A batch number is the terminal's own, the host's, or the next one.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any

import msgspec

from simulator.catalogue.response_codes import response_code
from simulator.judge.open_items import Transaction
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.host_side import KEPT
from simulator.judge.tracking.moments import HostReplied, SettlementReplied
from simulator.judge.tracking.stretches import SaleAsked, SaleDecided, SaleShown
from simulator.judge.transactions import APPROVING, HOST, NO_KIND
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence
from simulator.trace.records import Concluded, Sent, key_of

LAST = 999_999  # after the last batch comes 1 again
BY_RECORD = frozenset({"void", "completion_void", "adjust", "tip", "qr_void"})
"""Of these a terminal knows the original from its own journal; of others a person types it."""
REVERSAL, OF_MONEY = "0400", frozenset({"0110", "0210", "0230"})  # and the replies to what moves it
SPANS_KEPT = 20_000


class Given:
    """Which numbers were given out: spans of them, as they rise."""

    __slots__ = ("begins", "ends", "last")

    def __init__(self) -> None:
        self.begins: list[int] = []
        self.ends: list[int] = []  # the last one of each span
        self.last = -1  # the end of the last span

    def take(self, number: int) -> bool:
        """Take a number; whether it was not given out before.

        >>> given = Given()
        >>> [given.take(number) for number in (7, 8, 10, 9, 8, 3)], given.begins, given.ends
        ([True, True, True, True, False, True], [3, 7], [3, 10])
        """
        if number == self.last + 1 and self.ends:
            self.ends[-1] = self.last = number
            return True
        begins, ends = self.begins, self.ends
        place = bisect_right(begins, number)
        if place and number <= ends[place - 1]:
            return False
        joins_before = bool(place) and ends[place - 1] == number - 1
        joins_after = place < len(begins) and begins[place] == number + 1
        if joins_before and joins_after:
            ends[place - 1] = ends.pop(place)
            del begins[place]
        elif joins_before:
            ends[place - 1] = number
        elif joins_after:
            begins[place] = number
        else:
            begins.insert(place, number)
            ends.insert(place, number)
            if len(begins) > SPANS_KEPT:
                del begins[0], ends[0]
        self.last = ends[-1]
        return True


class Numbers(msgspec.Struct, gc=False):
    """What is remembered of all numbers."""

    rrns: Given = msgspec.field(default_factory=Given)
    batches: dict[str, tuple[int, int]] = msgspec.field(default_factory=dict)  # given last, highest


_Case = Case[Numbers]


def replied(case: _Case, moment: HostReplied) -> None:
    """A reply leaves the host."""
    record, transaction = moment.record, moment.transaction
    case.exercised += 1
    request = moment.request
    if request is None:
        came = moment.terminal.at_host
        if came is not None and len(came) < KEPT and record.what != NO_KIND:  # what it asks is seen, and this it did not ask
            _find(case, "answers_nothing", record, transaction)
        return
    if record.what == "sign_on":
        _signed_on(case, moment)
    elif record.batch != request.batch:
        _find(case, "answers_other_batch", record, transaction, batch=f"{request.batch:06}")
    elif record.what == "settlement":  # the terminal that closed it may be wiped before it signs on
        given, highest = case.memory.batches.get(record.tid, (0, 0))
        case.memory.batches[record.tid] = given, max(highest, request.batch)
    if transaction is None or record.mti not in OF_MONEY:
        return
    if record.what and record.what != transaction.what and request.genuine and (
        moment.terminal.opened.observable
    ):
        _find(case, "sent_as_other_kind", record, transaction, said=record.what, right=transaction.what)
    rrn = record.rrn
    if rrn != transaction.given_rrn and rrn.isdecimal():
        if transaction.given_rrn.isdecimal() and not _may_be_new(transaction):
            _find(case, "other_rrn", record, transaction, right=transaction.given_rrn)
        elif not case.memory.rrns.take(int(rrn)):
            _find(case, "rrn_given_twice", record, transaction)
    _check_card(case, record, transaction)
    code = record.auth_code
    if record.response_code in APPROVING:
        right = transaction.heard_code or transaction.given_code
        if right and code != right:
            _find(case, "other_authorisation_code", record, transaction, said=code or "-", right=right)


def _check_card(case: _Case, record: Sent, transaction: Transaction) -> None:
    if record.card != transaction.card and record.card and transaction.card:
        _find(case, "answers_other_card", record, transaction, said=record.card, right=transaction.card)


def _may_be_new(transaction: Transaction) -> bool:
    """Whether it was declined for now only: then it is taken up once more, as something new."""
    row = response_code(transaction.given)
    return row.retry or not transaction.given


def _signed_on(case: _Case, moment: HostReplied) -> None:
    """A terminal is given its batch."""
    record, request = moment.record, moment.request
    assert request is not None
    given, highest = case.memory.batches.get(record.tid, (0, 0))
    highest = max(highest, moment.terminal.batch, request.batch)
    if given and record.response_code == "00" and record.batch not in (
        request.batch, given, given % LAST + 1, highest, highest % LAST + 1,
    ):
        case.find(
            "batch_jumps", at_ms=record.at_ms, tid=record.tid, batch=f"{record.batch:06}",
            given=f"{given:06}", story=[request, record],
        )
    if record.response_code == "00":
        case.memory.batches[record.tid] = record.batch, max(highest, record.batch)


def sent(case: _Case, record: Sent) -> None:
    """A request that refers to another leaves its terminal."""
    if not record.original or record.actor == HOST or record.mti == REVERSAL:
        return
    original = case.book.transactions.get(case.book.named_by(record))
    if original is None:
        return
    wish = case.book.wishes.of(record.sale, record.what)
    meant = "" if wish is None else wish.sale or wish.adds_to
    if meant and meant not in (original.sale.sale, *original.sale.also):
        _find(case, "refers_to_other_sale", record, original, order=record.sale, right=meant,
              named=record.original)
    if record.what not in BY_RECORD:
        return
    case.exercised += 1
    for name, said, right in (
        ("F37", record.rrn, original.given_rrn), ("F38", record.auth_code, original.given_code),
    ):
        if said and right and said != right:
            _find(case, "refers_by_other_number", record, original, field=name, said=said, right=right)


def concluded(case: _Case, record: Concluded) -> None:
    """The counter sees a reference number, which is printed and asked for later."""
    if not record.rrn or record.result != "approved":
        return
    terminal = case.book.terminal_of_actor.get(record.actor)
    transaction = terminal.current if terminal is not None else None
    if (
        transaction is None or transaction.stan != record.stan
        or transaction.batch != record.batch or transaction.sale.sale != record.sale
    ):
        return
    right = transaction.given_rrn
    if right and record.rrn != right:
        case.find(
            "shows_other_rrn", at_ms=record.at_ms, sale=transaction.sale, key=transaction.key,
            tid=transaction.sale.tid, rrn=record.rrn, right=right,
        )


def _find(
    case: _Case, code: str, record: Sent, transaction: Transaction | None, **facts: Any,
) -> None:
    sale = transaction.sale if transaction is not None else None
    case.find(
        code, at_ms=record.at_ms, sale=sale, tid=record.tid,
        key=key_of(record.tid, record.batch, record.stan), rrn=record.rrn,
        message=f"{record.mti} {record.what}",
        story=[*(sale.story or () if sale is not None else ()), record], **facts,
    )


def decided(case: _Case, stretch: SaleDecided) -> None:
    """A sale has its answer: with the issuer's code, and the first number that it is given."""
    case.exercised += 1
    record, transaction = stretch.reply, stretch.transaction
    if record.rrn != transaction.given_rrn and not case.memory.rrns.take(int(record.rrn)):
        _find(case, "rrn_given_twice", record, transaction)
    _check_card(case, record, transaction)


RULE = Rule(
    number=28, en="numbers are given once and kept", zh="编号唯一且一致", remembers=Numbers,
    findings=(
        Sentence("answers_nothing", Urgency.SAFETY,
                 "the host sent terminal {tid} {message} {key}, which answers nothing that it asked and that has no"
                 " answer yet",
                 "主机向终端 {tid} 发出 {message} {key}，不对应其任何未应答的请求"),
        Sentence("rrn_given_twice", Urgency.SAFETY,
                 "the host gave {key} the reference number {rrn}, which another transaction has",
                 "主机给 {key} 的检索参考号 {rrn} 已属于另一笔交易"),
        Sentence("other_rrn", Urgency.SAFETY,
                 "the host answered {key} again under the reference number {rrn}, before {right}",
                 "主机再次应答 {key} 时检索参考号为 {rrn}，原为 {right}"),
        Sentence("other_authorisation_code", Urgency.SAFETY,
                 "the host told terminal {tid} the authorisation code {said} for {key}, the issuer gave {right}",
                 "主机告知终端 {tid} {key} 的授权码为 {said}，发卡行给出的是 {right}"),
        Sentence("refers_by_other_number", Urgency.SAFETY,
                 "terminal {tid} refers to {key} with {field} = {said}, it was given {right}",
                 "终端 {tid} 引用原交易（{key}）时 {field} 为 {said}，应为 {right}"),
        Sentence("refers_to_other_sale", Urgency.SAFETY,
                 "{order} is about {right}, and terminal {tid} sent {key} about another sale ({named})",
                 "{order} 针对 {right}，终端 {tid} 发出的 {key} 却引用了另一笔交易（{named}）"),
        Sentence("sent_as_other_kind", Urgency.SAFETY,
                 "terminal {tid} was asked for a {right}, and {key} went up with the codes of a {said}",
                 "终端 {tid} 受理的是 {right}，发出的 {key} 却为 {said} 的报文"),
        Sentence("answers_other_batch", Urgency.SAFETY,
                 "the host answered terminal {tid} {message} {key} under another batch than {batch}, which it bore",
                 "主机应答终端 {tid} 的 {message} {key} 时批次与请求的 {batch} 不符"),
        Sentence("answers_other_card", Urgency.SAFETY,
                 "the host answered {key} of card {right} with card {said}",
                 "{key} 的卡号为 {right}，主机应答却为 {said}"),
        Sentence("shows_other_rrn", Urgency.SAFETY,
                 "terminal {tid} shows the reference number {rrn} for {key}, it was given {right}",
                 "终端 {tid} 显示 {key} 的检索参考号为 {rrn}，应为 {right}"),
        Sentence("batch_jumps", Urgency.SAFETY,
                 "the host gave terminal {tid} batch {batch} at sign-on, after {given}",
                 "主机在签到时给终端 {tid} 批次 {batch}，此前为 {given}"),
    ),
    only={Sent: frozenset({"terminal"})},
    plain={SaleAsked: 0, SaleDecided: decided, SaleShown: 0},
    hears={HostReplied: replied, SettlementReplied: replied, Sent: sent, Concluded: concluded},
)
