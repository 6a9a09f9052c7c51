"""What the machine does about each event while each thing is waited for, as plain functions.

Which of them stands where is a row of :mod:`simulator.machines.terminal.machine`; what goes first
afterwards and the procedures are other modules'.
"""

from __future__ import annotations

from msgspec.structs import replace

from simulator.catalogue.response_codes import response_code
from simulator.catalogue.terminal_reasons import Failure, NoAnswer, Refusal, Shown
from simulator.machines.terminal import (
    downloads,
    master_key,
    order,
    sale,
    settlement,
    sign_on,
    signature,
)
from simulator.machines.terminal.events import (
    Booted,
    ClockJumped,
    Conclude,
    Operated,
    PeripheralFailed,
    RandomDrawn,
    ReplyReceived,
    Result,
    SendFailed,
    TerminalEvent,
    TimePassed,
    UpdateFinished,
)
from simulator.machines.terminal.records import DamageFound
from simulator.machines.terminal.refusals import refusal
from simulator.machines.terminal.replies import ReplyCheck, failed_check
from simulator.machines.terminal.work import (
    RESTING,
    Drawing,
    Exchange,
    Installing,
    Off,
    Printing,
    Resting,
    Waiting,
    Work,
    may_be_unsealed,
    row_of,
    show,
)
from simulator.wire.kinds import REVERSIBLE, Kind


def booted(w: Work, _waiting: Off, _event: Booted) -> None:
    """Take up what the journal says is unfinished."""
    w.waiting = RESTING
    memory = w.memory
    if w.damage:
        w.table.store(w, DamageFound(w.damage))
        show(w, Shown.JOURNAL_DAMAGED, f"流水有损坏：{w.damage}")
        w.damage = ""
    armed = memory.armed
    if armed is not None:
        w.out.append(
            Conclude(
                order=armed.order, kind=armed.kind, result=Result.FAILED, batch=armed.batch,
                stan=armed.stan, amount_fen=armed.reversal.amount_fen or 0,
                reason=Failure.POWER_LOST,
            ),
        )
    if memory.unreceipted:
        sale.tell_again(w)
    w.forward = order.unknown_outcomes(w)
    settlement.resume_settlement(w)
    downloads.take_up(w)
    order.advance(w)


def asked(w: Work, _waiting: Waiting, event: Operated) -> None:
    """Refused, or taken up as the job."""
    reason = Refusal.BUSY if w.job is not None else refusal(w, event)
    if w.job is not None or w.memory.armed is not None:
        _warn_of_open(w, event)
    if reason is not None:
        _refuse(w, event, reason)
        if reason is Refusal.BATCH_FULL and w.profile.batch_full == "settle" and w.waiting is RESTING:
            order.start_settlement_first(w)
            order.advance(w)
        return
    w.job = event
    w.begun = w.own_job = w.forwarded = False
    if event.kind is Kind.SETTLEMENT:
        signature.begin_rounds(w)
    if w.waiting is RESTING:
        w.paused = False
        order.advance(w)


def _warn_of_open(w: Work, event: Operated) -> None:
    """The same card and sum again, and how the last try ended is not known yet."""
    pan = "" if event.card is None else event.card.pan
    job, armed = w.job, w.memory.armed
    same = job is not None and job.card is not None and (
        job.kind, job.card.pan, job.amount_fen) == (event.kind, pan, event.amount_fen)
    same = same or (armed is not None and (
        armed.kind, armed.reversal.pan, armed.reversal.amount_fen) == (event.kind, pan, event.amount_fen))
    if pan and same:
        show(w, Shown.POSSIBLE_DUPLICATE, "请勿重复：同卡同金额的交易结果未明")


def asked_while_installing(w: Work, _waiting: Installing, event: Operated) -> None:
    """Not now."""
    _refuse(w, event, Refusal.UPDATING)


def _refuse(w: Work, event: Operated, reason: Refusal) -> None:
    w.out.append(
        Conclude(
            order=event.order, kind=event.kind, result=Result.REFUSED, batch=w.memory.batch,
            amount_fen=event.amount_fen, reason=reason,
        ),
    )


def replied(w: Work, exchange: Exchange, event: ReplyReceived) -> None:
    """Taken to its procedure where it answers the request and can be believed."""
    reply = event.message
    failed = failed_check(w.checks, exchange.request, reply)
    if w.profile.reversal_reason_at_reply != "stays":
        _reply_is_in(w, exchange, failed)
    if failed is not None:
        if not failed.addressing:
            show(w, Shown.REPLY_MISMATCH, f"应答不符：{failed.name}")
            _unanswered(w, exchange, NoAnswer.REPLY_MISMATCH)
        return
    proven = w.table.is_proven(w, exchange, reply)
    if not proven and not may_be_unsealed(reply):
        show(w, Shown.BAD_MAC, "应答MAC错")
        approves = response_code(reply.response_code).approves
        exchange = replace(exchange, heard=reply)
        _unanswered(w, exchange, NoAnswer.BAD_MAC if approves else NoAnswer.REPLY_MISMATCH)
        return
    w.waiting = RESTING
    if reply.processing_request != "0":
        order.note_request(w, reply.processing_request, exchange)
    row_of(w.table.exchanges, exchange.kind, "exchanges").replied(w, exchange, reply, proven)
    if w.waiting is RESTING:
        order.advance(w)


def _reply_is_in(w: Work, exchange: Exchange, failed: ReplyCheck | None) -> None:
    """Some terminals say so in the reversal at once, whatever the reply is."""
    if exchange.kind in REVERSIBLE and (failed is None or not failed.addressing):
        w.table.give_reason(w, w.profile.reversal_reason_at_reply, None)


def _unanswered(w: Work, exchange: Exchange, why: NoAnswer) -> None:
    w.waiting = RESTING
    row_of(w.table.exchanges, exchange.kind, "exchanges").unanswered(w, exchange, why)
    if w.waiting is RESTING:
        order.advance(w)


def not_left(w: Work, exchange: Exchange, _event: SendFailed) -> None:
    """The request is not on its way."""
    _unanswered(w, exchange, NoAnswer.SEND_FAILED)


def no_reply(w: Work, exchange: Exchange, _event: TimePassed) -> None:
    """The reply did not come in time."""
    if _is_over(w):
        _unanswered(w, exchange, NoAnswer.NO_REPLY)


def pause_over(w: Work, _waiting: Resting | Installing, _event: TimePassed) -> None:
    """Background work has its turn again."""
    if _is_over(w):
        w.deadline_ms = None
        if not w.forward:
            w.forward = order.unknown_outcomes(w)
        w.paused = False
        order.advance(w)


def printer_quiet(w: Work, printing: Printing, _event: TimePassed) -> None:
    """The printer reported no fault: the receipt is out."""
    if _is_over(w):
        w.deadline_ms = None
        sale.printed(w, printing)
        w.paused = False
        order.advance(w)


def _is_over(w: Work) -> bool:
    return w.deadline_ms is not None and w.now_ms >= w.deadline_ms


def peripheral_failed(w: Work, _waiting: Waiting, event: PeripheralFailed) -> None:
    """Shown; nothing depends on it."""
    sale.show_failed(w, event)


def printer_failed(w: Work, printing: Printing, event: PeripheralFailed) -> None:
    """Shown, and where it is this receipt, undone."""
    sale.show_failed(w, event)
    if printing.item.order == event.order:
        sale.not_printed(w, printing)
        order.advance(w)


def updated(w: Work, _waiting: Installing, event: UpdateFinished) -> None:
    """New software, or none."""
    sign_on.update_finished(w, event.software)
    order.advance(w)


def drawn(w: Work, waiting: Drawing, event: RandomDrawn) -> None:
    """Random bytes for a key."""
    master_key.drawn(w, waiting, event)


def clock_jumped(w: Work, _waiting: Waiting, event: ClockJumped) -> None:
    """What is waited for keeps its distance."""
    if w.deadline_ms is not None:
        w.deadline_ms += event.by_ms


def passed_over(_w: Work, _waiting: Waiting, _event: TerminalEvent) -> None:
    """Lawful here, and too late or of no concern."""
