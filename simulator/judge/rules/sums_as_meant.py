"""Invariant 15: the sum that leaves the terminal is the sum that was meant.

What was meant is known where somebody wrote it down in a log of the terminal; what a clerk of the
world typed is the clerk's own.
"""

from __future__ import annotations

import msgspec

from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.stretches import SaleAsked
from simulator.judge.transactions import ADDING, HOST
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.trace.records import LogEvent, SaleMeant, SaleUndone, Sent, TerminalOpened, key_of


class Meant(msgspec.Struct, gc=False):
    """What people said that they mean, where somebody writes it down at all."""

    is_written: bool = False
    next: dict[tuple[str, str], int] = msgspec.field(default_factory=dict)  # sum by order and kind


_Case = Case[Meant]


def opened(case: _Case, record: TerminalOpened) -> None:
    """A terminal, and what a log tells of it."""
    if LogEvent.MEANT in record.log:
        case.memory.is_written = True


def meant(case: _Case, record: SaleMeant) -> None:
    """A customer means a sale."""
    if case.memory.is_written:
        case.memory.next[record.sale, record.what] = record.amount_fen


def undone(case: _Case, record: SaleUndone) -> None:
    """Customer and merchant mean to undo a sale, or a part of it."""
    if case.memory.is_written and record.amount_fen:
        case.memory.next[record.sale, record.how] = record.amount_fen


def sent(case: _Case, record: Sent) -> None:
    """A request leaves a terminal."""
    if not case.memory.is_written or not record.sale or record.amount_fen is None or record.actor == HOST or (
        record.mti == "0400" or record.what in ADDING
    ):
        return
    terminal = case.book.terminals.get(record.tid)
    if terminal is None or LogEvent.MEANT not in terminal.opened.log:
        return
    right = case.memory.next.get((record.sale, record.what))
    if right is None:
        return
    case.exercised += 1
    if right != record.amount_fen:
        case.find(
            "sum_not_meant", at_ms=record.at_ms, sale=case.book.sales.get(record.sale),
            tid=record.tid, key=key_of(record.tid, record.batch, record.stan), story=[record],
            amount_fen=record.amount_fen - right, said=yuan(record.amount_fen), right=yuan(right),
            order=record.sale,
        )


def asked(case: _Case, stretch: SaleAsked) -> None:
    """A sale is meant, and leaves."""
    if case.memory.is_written:
        meant(case, stretch.meant)
        sent(case, stretch.sent)


RULE = Rule(
    number=15, en="sums as meant", zh="金额与本意一致", remembers=Meant,
    sees=frozenset({LogEvent.MEANT}),
    findings=(
        Sentence("sum_not_meant", Urgency.SAFETY,
                 "{order} was meant with {right}, and terminal {tid} sent {key} with {said}",
                 "订单 {order} 的金额应为 {right}，终端 {tid} 发出的 {key} 却为 {said}"),
    ),
    only={Sent: frozenset({"terminal"})},
    plain={SaleAsked: asked},
    hears={TerminalOpened: opened, SaleMeant: meant, SaleUndone: undone, Sent: sent},
)
