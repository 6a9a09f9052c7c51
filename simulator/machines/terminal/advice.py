"""Stored requests: repeated, under their own trace number, until the host has answered them.

Offline sales, adjustments and tips are approved at the counter and delivered later.  Refunds and
completion advices are sent at once, and repeated where the answer is lost.
"""

from __future__ import annotations

from msgspec.structs import replace

from simulator.catalogue.response_codes import (
    AtTerminal,
    Held,
    Outcome,
    ResponseCode,
    Reverses,
    response_code,
)
from simulator.catalogue.terminal_reasons import AdviceEnd, NoAnswer, Shown
from simulator.machines.terminal import requests
from simulator.machines.terminal.batch import NOBODY_WAITS
from simulator.machines.terminal.events import Conclude, Result
from simulator.machines.terminal.records import AdviceEnded, Advised, Booked
from simulator.machines.terminal.sale import (
    act_on_code,
    forward_stored,
    request_of,
    show_declined,
    tell_again,
    tell_approved,
    warn_of_duplicate,
)
from simulator.machines.terminal.work import (
    Exchange,
    Work,
    demand_sign_on,
    end_job,
    send,
    show,
)
from simulator.wire.kinds import MTI, Kind
from simulator.wire.message import Message
from simulator.wire.scanned import code_tags

REPEATED_MTI = "0220"
BATCH_MISMATCH = "77"


# ---- what was asked --------------------------------------------------------------------------


def start_stored(w: Work) -> None:
    """Refund, completion advice: stored, then sent at once."""
    job = w.job
    assert job is not None
    memory = w.memory
    stan = memory.stan
    request = request_of(w, job, stan)
    w.advice_sent = 0
    w.table.store(
        w,
        Advised(job.kind, job.order, w.now_ms, memory.batch, stan, requests.storable(request)),
    )
    send(w, request, job.kind, job.order)


def start_offline(w: Work) -> None:
    """Offline sale, adjustment, tip: approved at the counter, delivered later."""
    job = w.job
    assert job is not None
    memory = w.memory
    request = request_of(w, job, memory.stan)
    if job.kind is Kind.OFFLINE_SALE:
        warn_of_duplicate(w, request)
    original = request.original
    item = Booked(
        job.kind, job.order, w.now_ms, memory.batch, memory.stan, request.amount_fen or 0,
        request.pan, request.expiry, request.entry_mode, request.rrn, request.auth_code,
        original.stan if original else 0, requests.storable(request),
        card_sequence=request.card_sequence, icc_data=request.icc_data,
    )
    w.table.store(w, item)
    tell_approved(w, item, "")


# ---- sending ---------------------------------------------------------------------------------


def next_advised(w: Work) -> Advised | None:
    """The first stored request that is to go up now."""
    for stan in w.forward:
        for advised in w.memory.advised:
            if advised.stan == stan:
                return advised
    return None


def start_forward(w: Work) -> None:
    """Send the first of them again."""
    advised = next_advised(w)
    assert advised is not None
    message = replace(advised.message, software=w.software)
    before = w.advice_sent if advised.kind in NOBODY_WAITS else w.advice_sent + 1
    w.advice_sent += 1
    send(w, message, advised.kind, advised.order, before)


# ---- replies ---------------------------------------------------------------------------------


def stored_replied(w: Work, exchange: Exchange, reply: Message, _proven: bool) -> None:
    """Delivered, refused for good, or not yet."""
    # An unsealed refusal is believed whatever the profile: there is no reversal to fall back
    # on, and a host that never seals its refusals would be asked for ever.
    stan = exchange.request.stan
    advised = next((each for each in w.memory.advised if each.stan == stan), None)
    w.tries = 0
    if advised is None:
        return
    w.forward = tuple(each for each in w.forward if each != stan)
    row = response_code(reply.response_code)
    first = w.begun and w.job is not None
    if _is_delivered(exchange, row):
        _delivered(w, advised, reply, row)
    elif _is_final(exchange.kind, row, first=first) or _is_of_no_batch(w, advised, row):
        _refused(w, advised, row)
    else:
        _not_yet(w, advised, row)


def _is_delivered(exchange: Exchange, row: ResponseCode) -> bool:
    """Whether the host has it; a copy it is only of what was sent before, or stored long ago."""
    if row.approves:
        return True
    repeated = exchange.attempt > 0 or exchange.kind in NOBODY_WAITS
    return row.held is Held.YES and repeated


def _is_final(kind: Kind, row: ResponseCode, *, first: bool) -> bool:
    """Whether the host has refused for good; at the counter most codes are final.

    Not so what a host says only for now to a 0220: it forgets that, and a copy of the message
    that comes later may be taken.
    """
    if row.outcome is Outcome.PENDING or row.reverses is Reverses.TERMINAL:
        return False
    later = row.retry or row.terminal is AtTerminal.SIGN_ON
    if row.retry and MTI[kind] == REPEATED_MTI:
        return False
    return first or not later


def _is_of_no_batch(w: Work, advised: Advised, row: ResponseCode) -> bool:
    """Whether the host says for the second time that it takes nothing in this batch.

    It bears its own batch at each try: signing on, which the first 77 asks for, changes nothing
    where the host has closed that one.
    """
    if row.code != BATCH_MISMATCH:
        return False
    name = (advised.batch, advised.stan)
    again = name in w.mismatched
    w.mismatched = w.mismatched - {name} if again else w.mismatched | {name}
    return again


def _delivered(w: Work, advised: Advised, reply: Message, row: ResponseCode) -> None:
    if advised.kind in NOBODY_WAITS:
        w.table.store(w, AdviceEnded(advised.batch, advised.stan, AdviceEnd.DELIVERED))
        return
    request = advised.message
    original = request.original
    amount_fen = reply.amount_fen if row.outcome is Outcome.PARTIAL else request.amount_fen
    item = Booked(
        advised.kind, advised.order, advised.at_ms, advised.batch, advised.stan,
        amount_fen or 0, request.pan, request.expiry, request.entry_mode, reply.rrn,
        reply.auth_code or request.auth_code, original.stan if original else 0,
        card_sequence=request.card_sequence, icc_data=request.icc_data,
        voucher=code_tags(request).voucher,
        notice=request if advised.kind is Kind.QR_REFUND else None,
    )
    w.table.store(w, item)
    if w.begun and w.job is not None:
        tell_approved(w, item, reply.response_code)
        forward_stored(w)
    else:
        tell_again(w)


def _not_yet(w: Work, advised: Advised, row: ResponseCode) -> None:
    """The host does not know, or could not: asked again later."""
    act_on_code(w, row)
    if w.begun:
        end_job(w, Result.PENDING, stan=advised.stan, response_code=row.code)


def _refused(w: Work, advised: Advised, row: ResponseCode) -> None:
    w.table.store(w, AdviceEnded(advised.batch, advised.stan, AdviceEnd.REFUSED))
    act_on_code(w, row)
    if w.begun and w.job is not None:
        show_declined(w, row)
        end_job(w, Result.DECLINED, stan=advised.stan, response_code=row.code)
        return
    show(w, Shown.ADVICE_REFUSED, f"流水 {advised.stan:06}：{row.text}")
    if advised.kind not in NOBODY_WAITS:
        w.out.append(
            Conclude(
                order=advised.order, kind=advised.kind, result=Result.DECLINED,
                batch=advised.batch, stan=advised.stan, response_code=row.code,
                amount_fen=advised.message.amount_fen or 0,
            ),
        )


def stored_unanswered(w: Work, exchange: Exchange, why: NoAnswer) -> None:
    """Pending at the counter; later, one try more."""
    if why is NoAnswer.BAD_MAC:
        demand_sign_on(w)
    if w.begun and w.job is not None:
        # The first try: the counter need not wait for the rest.
        end_job(w, Result.PENDING, stan=exchange.request.stan or 0, reason=why)
        return
    w.tries += 1
    if w.tries >= w.profile.advice_tries:
        w.tries = 0
        w.forward = ()
