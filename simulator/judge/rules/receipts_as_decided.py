"""Invariant 22: receipts are as decided: one for each approval, over its sum, and none for what was not approved.

Of terminals of the world; what a log tells of receipts of others is invariant 16's.
"""

from __future__ import annotations

import msgspec

from simulator.catalogue.run_reasons import FORGETTING
from simulator.catalogue.terminal_reasons import Shown
from simulator.judge.evidence import COUNTER
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.stretches import SaleAsked, SaleShown
from simulator.judge.transactions import APPROVING, HOLDING, HOST, IN_PART, RETURNING, TAKING
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.trace.records import (
    Arrived,
    Concluded,
    FaultFired,
    ReceiptGiven,
    Record,
    Restarted,
    Sent,
    Warned,
)

JAMMING = "jam"  # the verb of a fault that stops paper
_OF_MONEY = TAKING | HOLDING | RETURNING
KEPT = 8  # orders of one terminal
_Number = tuple[int, int]  # batch and STAN


class Slip(msgspec.Struct, gc=False):
    """One order at a terminal: what was approved of it, and what paper it gave."""

    number: _Number
    asked_fen: int
    approved_fen: int | None = None
    receipts: int = 0
    due_ms: int = 0  # when it was approved without one
    may_again: bool = False  # told again after a restart, or paper to sign
    jammed: bool = False  # its paper did not come out, and the terminal has not said so yet


class Till(msgspec.Struct, gc=False):
    """One terminal of the world."""

    slips: dict[str, Slip] = msgspec.field(default_factory=dict)  # by order
    struck_ms: int = 0  # when a fault last struck it
    due: dict[str, Slip] = msgspec.field(default_factory=dict)  # approved, and no receipt yet
    alone: Slip | None = None  # the last one, where its number is new and no other slip has it
    odd: bool = False  # a slip bears the number of none of its own requests


_Case = Case[dict[str, Till]]  # by actor


def sent(case: _Case, record: Sent) -> None:
    """A request leaves: what was approved before has its receipt by now."""
    if record.actor == HOST:
        return
    till = case.memory.get(record.actor) or _till(case, record.actor)
    if till is None:
        return
    if till.due:
        for order, slip in tuple(till.due.items()):
            if record.at_ms > slip.due_ms and order != record.sale:
                del till.due[order]
                _missing(case, record.actor, order, slip, record)
    if record.what in _OF_MONEY and record.sale:
        number = (record.batch, record.stan)
        known = till.slips.get(record.sale)
        if known is None or known.number != number:
            till.odd = till.odd or not record.actor.endswith(record.tid)
            _put(till, record.sale, Slip(number, record.amount_fen or 0))


def arrived(case: _Case, record: Arrived) -> None:
    """A reply reaches a terminal: from now on a receipt may come."""
    if record.actor == HOST or record.response_code not in APPROVING or (
        record.what not in _OF_MONEY or not record.genuine
    ):
        return
    till = case.memory.get(record.actor) or _till(case, record.actor)
    if till is None:
        return
    number = record.batch, record.stan
    for slip in till.slips.values():
        if slip.approved_fen is None and slip.number == number:
            is_part = record.response_code in IN_PART
            slip.approved_fen = (record.amount_fen or 0) if is_part else slip.asked_fen


def concluded(case: _Case, record: Concluded) -> None:
    """The counter is told how an order ended."""
    till = case.memory.get(record.actor) or _till(case, record.actor)
    if till is None or record.what not in _OF_MONEY or not record.sale:
        return
    number = (record.batch, record.stan)
    slip = till.slips.get(record.sale)
    if slip is None or (slip.number != number and record.stan):
        slip = Slip(number, record.amount_fen)
        till.odd = True
        _put(till, record.sale, slip)
    if record.result == "approved":
        case.exercised += 1
        slip.approved_fen = record.amount_fen
        if not slip.receipts:
            slip.due_ms = record.at_ms
            till.due[record.sale] = slip
    else:
        till.due.pop(record.sale, None)


def printed(case: _Case, record: ReceiptGiven) -> None:
    """A receipt comes out; that of a settlement is of no order with money."""
    till = case.memory.get(record.actor) or _till(case, record.actor)
    slip = till.slips.get(record.sale) if till is not None else None
    if till is None or slip is None:
        return
    till.due.pop(record.sale, None)
    slip.receipts += 1
    if slip.approved_fen is None:
        _find(case, "receipt_for_nothing", record.actor, record.sale, slip, record)
    elif slip.receipts > 1 and not slip.may_again:
        _find(case, "receipt_again", record.actor, record.sale, slip, record)
    elif record.amount_fen and record.amount_fen != slip.approved_fen:
        _find(case, "receipt_with_other_sum", record.actor, record.sale, slip, record,
              yuan(record.amount_fen))
    slip.may_again = False


def warned(case: _Case, record: Warned) -> None:
    """A printer failed, or paper is given to be signed."""
    till = case.memory.get(record.actor)
    if till is None:
        return
    if record.code == Shown.PERIPHERAL_FAILED:
        till.due.clear()
    elif record.code == Shown.SIGN_ON_PAPER:
        for slip in till.slips.values():
            slip.may_again = True


def restarted(case: _Case, record: Restarted) -> None:
    """The outcome may be told again with its receipt; a wiped terminal knows of none."""
    till = case.memory.get(record.actor)
    if till is None:
        return
    if record.why in FORGETTING:
        till.slips.clear()
        till.due.clear()
    till.due = {order: slip for order, slip in till.due.items() if not slip.jammed}
    for slip in till.slips.values():
        slip.may_again = True


def fired(case: _Case, record: FaultFired) -> None:
    """A fault struck at a terminal: it may have gone dark before it could print, or say that it cannot."""
    tid = record.anchor.rsplit("/", 4)[0].removeprefix("terminal.")
    till = case.memory.get(f"terminal.{tid}")
    if till is not None:
        till.struck_ms = record.at_ms
        if record.verb == JAMMING:
            for slip in till.due.values():
                slip.jammed = True


def at_end(case: _Case) -> None:
    """What was approved last."""
    if not case.book.is_whole():
        return
    for actor, till in case.memory.items():
        for order, slip in till.due.items():
            if till.struck_ms < slip.due_ms:
                _missing(case, actor, order, slip, None)


def _till(case: _Case, actor: str) -> Till | None:
    till = case.memory.get(actor)
    if till is None:
        terminal = case.book.terminal_of_actor.get(actor)
        if terminal is None or not terminal.opened.observable:
            return None
        till = case.memory[actor] = Till()
    return till


def _put(till: Till, order: str, slip: Slip) -> None:
    till.slips.pop(order, None)
    till.due.pop(order, None)
    till.slips[order] = slip
    till.alone = None
    if len(till.slips) > KEPT:
        oldest = next(iter(till.slips))
        del till.slips[oldest]
        till.due.pop(oldest, None)


def _missing(case: _Case, actor: str, order: str, slip: Slip, record: Record | None) -> None:
    _find(case, "approved_without_receipt", actor, order, slip, record)


def _find(
    case: _Case, code: str, actor: str, order: str, slip: Slip, record: Record | None, said: str = "",
) -> None:
    sale = case.book.sales.get(order)
    case.find(
        code, at_ms=record.at_ms if record is not None else None, sale=sale, order=order,
        tid=actor.removeprefix("terminal."), amount_fen=slip.approved_fen or slip.asked_fen,
        story=[*((sale.story if sale is not None else None) or ()), *([record] if record else ())],
        sum=said, right=yuan(slip.approved_fen or 0),
    )


def asked(case: _Case, stretch: SaleAsked) -> None:
    """A sale leaves its terminal."""
    record = stretch.sent
    till = case.memory.get(record.actor) or _till(case, record.actor)
    if till is None or till.due or record.sale in till.slips:
        sent(case, record)
    else:
        slips = till.slips
        slip = slips[record.sale] = Slip((record.batch, record.stan), stretch.meant.amount_fen)
        if len(slips) > KEPT:
            del slips[next(iter(slips))]  # nothing is due of it
        till.alone = None if till.odd else slip


def shown(case: _Case, stretch: SaleShown) -> None:
    """It is approved, and has its receipt."""
    record = stretch.concluded
    till = case.memory.get(record.actor)
    slip = till.slips.get(record.sale) if till is not None else None
    if till is None or slip is None or till.alone is not slip or slip.receipts or slip.approved_fen is not None:
        arrived(case, stretch.arrived)
        concluded(case, record)
        printed(case, stretch.receipt)
        return
    case.exercised += 1
    slip.approved_fen = record.amount_fen
    slip.due_ms = record.at_ms
    slip.receipts = 1
    slip.may_again = False


RULE = Rule(
    number=22, en="receipts as decided", zh="凭条与结果相符", needs=COUNTER, remembers=dict,
    findings=(
        Sentence("receipt_for_nothing", Urgency.SAFETY,
                 "terminal {tid} gave a receipt for {order}, of which nothing was approved",
                 "终端 {tid} 为 {order} 出具凭条，而该笔并未获批准"),
        Sentence("approved_without_receipt", Urgency.LIVENESS,
                 "terminal {tid} showed {order} as approved, no printer failed, and no receipt came out",
                 "终端 {tid} 显示 {order} 成功，打印机无故障，却未出凭条"),
        Sentence("receipt_again", Urgency.SAFETY,
                 "terminal {tid} gave more than one receipt for {order}",
                 "终端 {tid} 为 {order} 出具了不止一张凭条"),
        Sentence("receipt_with_other_sum", Urgency.SAFETY,
                 "{order} was approved with {right}, and the receipt of terminal {tid} says {sum}",
                 "{order} 批准金额为 {right}，终端 {tid} 的凭条却为 {sum}"),
    ),
    only={Sent: frozenset({"terminal"}), Arrived: frozenset({"terminal"})},
    plain={SaleAsked: asked, SaleShown: shown},
    hears={
        Sent: sent, Arrived: arrived, Concluded: concluded, ReceiptGiven: printed, Warned: warned,
        Restarted: restarted, FaultFired: fired,
    },
    at_end=at_end,
)
