"""Settlement: totals to the host, batch upload where it asks for it, batch closed.

Each step is stored, so a settlement that was cut off goes on where it stood.  While a 0500 may have
reached the host the batch takes nothing new; a batch is never closed without the host's word.
"""

from __future__ import annotations

from simulator.catalogue.response_codes import AtTerminal, Held, ResponseCode, response_code
from simulator.catalogue.terminal_reasons import Failure, NoAnswer, Shown
from simulator.machines.terminal import batch as batches
from simulator.machines.terminal import requests
from simulator.machines.terminal.events import Operated, Result
from simulator.machines.terminal.memory import following
from simulator.machines.terminal.receipts import settlement_lines
from simulator.machines.terminal.records import (
    BatchClosed,
    SettlementAnswered,
    SettlementBegun,
    SettlementDropped,
    Uploaded,
)
from simulator.machines.terminal.sale import show_declined
from simulator.machines.terminal.sign_on import count_batch, send_management, totals_of
from simulator.machines.terminal.work import (
    Exchange,
    Update,
    Work,
    demand_sign_on,
    end_job,
    give_receipt,
    repeat,
    send,
    show,
    take_stan,
)
from simulator.wire.errors import WireError
from simulator.wire.kinds import Kind
from simulator.wire.message import Message
from simulator.wire.subfields import (
    BALANCED,
    TOTALS_ERROR,
    UNBALANCED,
    UPLOAD_END,
    parse_settlement_totals,
)

NOT_COMPARED = "0"  # some hosts say nothing about foreign cards where there were none
_COMPARED = frozenset({BALANCED, UNBALANCED})
_NO_CODE = ""  # a 0510 has no F39


# ---- 0500 ------------------------------------------------------------------------------------


def start_settlement(w: Work) -> None:
    """Begin, or go on where an interrupted settlement stood."""
    job = w.job
    assert job is not None
    memory = w.memory
    if memory.advised:
        end_job(w, Result.FAILED, reason=Failure.ADVICE_PENDING)
        return
    if memory.damage:
        show(w, Shown.JOURNAL_DAMAGED, f"流水有损坏：{memory.damage}")
    if memory.settling is None:
        w.settle_sent = 0
        w.left = False
        w.table.store(w, SettlementBegun(job.order, memory.batch, memory.stan))
        count_batch(w, "0", closed=False)
    if memory.settling_result:
        _upload_next(w)
    else:
        _send_totals(w)


def _send_totals(w: Work) -> None:
    memory = w.memory
    assert memory.settling is not None
    request = requests.settlement(
        w.identity, w.software, w.sealer.dialect.kind[Kind.SETTLEMENT], memory.settling.stan, memory.batch,
        batches.totals_by_class(w.table.counted(w), w.profile.domestic_prefixes),
        memory.clerk,
    )
    send(w, request, Kind.SETTLEMENT, memory.settling.order, w.settle_sent)
    w.settle_sent += 1


def settlement_replied(w: Work, _exchange: Exchange, reply: Message, _proven: bool) -> None:
    """The host has compared: the upload that its result asks for."""
    w.tries = 0
    code = reply.response_code
    if not _is_taken(code):
        _settlement_refused(w, response_code(code))
        return
    result = result_of(reply.details)
    if result == TOTALS_ERROR:
        w.table.store(w, SettlementDropped(w.memory.batch))
        show(w, Shown.SETTLEMENT_ERROR, "对账错，结算失败，请稍后重试")
        end_job(w, Result.FAILED, response_code=code, reason=Failure.SETTLEMENT_ERROR)
        return
    w.table.store(w, SettlementAnswered(w.memory.batch, result))
    _upload_next(w)


def _is_taken(code: str) -> bool:
    """Whether the host took the message, or has it already."""
    if code == _NO_CODE:
        return True
    row = response_code(code)
    return row.approves or row.held is Held.YES


def _settlement_refused(w: Work, row: ResponseCode) -> None:
    """A 0510 has no F39; a host that sets one could not take the totals at all."""
    if row.terminal is AtTerminal.SIGN_ON:
        demand_sign_on(w)
    else:
        w.table.store(w, SettlementDropped(w.memory.batch))
    show_declined(w, row)
    end_job(w, Result.FAILED, response_code=row.code, reason=Failure.SETTLEMENT_ERROR)


def settlement_unanswered(w: Work, exchange: Exchange, why: NoAnswer) -> None:
    """One try more; what certainly never left is dropped."""
    w.left = w.left or why is not NoAnswer.SEND_FAILED
    w.tries += 1
    if w.tries < w.profile.settlement_tries:
        _send_totals(w)
        return
    w.tries = 0
    if not w.left:
        w.table.store(w, SettlementDropped(exchange.request.batch))
    end_job(w, Result.FAILED, reason=why)


# ---- 0320 ------------------------------------------------------------------------------------


def _upload_next(w: Work) -> None:
    memory = w.memory
    result = memory.settling_result
    order = memory.settling.order if memory.settling else ""
    plan = _upload_plan(w)
    if plan:
        request = requests.upload(
            w.identity, w.software, w.sealer.dialect.kind,
            plan[0].stans[0] if plan[0].keeps_number else take_stan(w), memory.batch, plan[0],
            w.profile.domestic_prefixes,
        )
    else:
        count = batches.upload_count(memory.items, memory.failed, result)
        request = requests.upload_end(
            w.identity, w.software, w.sealer.dialect.kind[Kind.BATCH_UPLOAD], take_stan(w),
            memory.batch, w.table.end_result(result), count,
        )
    send(w, request, Kind.BATCH_UPLOAD, order)


def _upload_plan(w: Work) -> list[batches.UploadPart]:
    memory = w.memory
    return batches.upload_plan(
        memory.items, memory.failed, memory.uploaded, memory.settling_result,
    )


def end_result(result: str) -> str:
    """Which end message closes the upload, by the result of the settlement."""
    return result


def upload_replied(w: Work, exchange: Exchange, reply: Message, _proven: bool) -> None:
    """The next part, or the end."""
    w.tries = 0
    code = reply.response_code
    if not _is_taken(code):
        _upload_refused(w, response_code(code))
    elif exchange.request.network_code in UPLOAD_END.values():
        _close_batch(w)
    else:
        w.table.store(w, Uploaded(w.memory.batch, _upload_plan(w)[0].stans))
        _upload_next(w)


def _upload_refused(w: Work, row: ResponseCode) -> None:
    """The host could not, or holds another view of the batch: then all begins anew."""
    if row.terminal is AtTerminal.SIGN_ON:
        demand_sign_on(w)
    elif not row.retry:
        w.table.store(w, SettlementDropped(w.memory.batch))
    show_declined(w, row)
    end_job(w, Result.FAILED, response_code=row.code, reason=Failure.UPLOAD_REFUSED)


def upload_unanswered(w: Work, exchange: Exchange, why: NoAnswer) -> None:
    """The same part once more."""
    w.tries += 1
    if w.tries < w.profile.settlement_tries:
        repeat(w, exchange)
        return
    w.tries = 0
    end_job(w, Result.FAILED, reason=why)


# ---- the end ---------------------------------------------------------------------------------


def _close_batch(w: Work) -> None:
    memory = w.memory
    batch = memory.batch
    lines = settlement_lines(w.identity, batch, totals_of(w))
    order = memory.settling.order if memory.settling else ""
    count_batch(w, memory.settling_result, closed=True)
    w.table.store(w, BatchClosed(batch, following(batch)))
    end_job(w, Result.APPROVED, batch=batch)
    give_receipt(w, order, lines)
    if w.profile.sign_off_after_settlement and w.update is not Update.WANTED:
        send_management(w, Kind.SIGN_OFF, "")


def resume_settlement(w: Work) -> None:
    """After a power cut: go on with what somebody had asked for."""
    memory = w.memory
    if memory.settling is not None and w.job is None:
        w.left = True
        w.job = Operated(kind=Kind.SETTLEMENT, order=memory.settling.order, clerk=memory.clerk)
        w.begun = w.forwarded = False
        w.own_job = not memory.settling.order


def result_of(details: str) -> str:
    """The host's word on both classes of cards: the worse of the two digits of F48.

    >>> result_of("0" * 30 + "1" + "0" * 30 + "1"), result_of("0" * 30 + "1" + "0" * 30 + "2")
    ('1', '2')
    """
    try:
        totals = parse_settlement_totals(details)
    except WireError:
        return TOTALS_ERROR
    domestic, foreign = totals.domestic.result, totals.foreign.result
    if domestic not in _COMPARED or foreign not in _COMPARED | {NOT_COMPARED}:
        return TOTALS_ERROR
    return UNBALANCED if UNBALANCED in (domestic, foreign) else BALANCED
