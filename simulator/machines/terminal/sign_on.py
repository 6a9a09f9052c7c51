"""Sign-on with key download, sign-off, echo test, status upload, update.

Keys are used only after their check values were right; a batch number is taken from the host.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from simulator.catalogue.response_codes import response_code
from simulator.catalogue.terminal_reasons import Failure, NoAnswer, Shown
from simulator.machines.terminal import batch as batches
from simulator.machines.terminal import downloads, requests
from simulator.machines.terminal.events import CountBatch, InstallUpdate, Result
from simulator.machines.terminal.parameters import parameters_in, status
from simulator.machines.terminal.records import (
    BatchClosed,
    Booked,
    ClerkEntered,
    SignedOff,
    SignedOn,
    SoftwareInstalled,
)
from simulator.machines.terminal.sale import show_declined
from simulator.machines.terminal.work import (
    INSTALLING,
    RESTING,
    Exchange,
    Update,
    Work,
    demand_sign_on,
    end_job,
    pause,
    send,
    show,
    take_stan,
)
from simulator.wire.errors import KeyCheckError, WireError
from simulator.wire.keys import WorkingKeys, unwrap_working_keys
from simulator.wire.kinds import Kind
from simulator.wire.message import Message
from simulator.wire.subfields import CardTotals

WITHOUT_STAN = frozenset({Kind.ECHO_TEST, Kind.STATUS_UPLOAD})

# A fleet in one process signs on with the same few test keys over and over.
_unwrapped = lru_cache(maxsize=256)(unwrap_working_keys)


# ---- sign-on ---------------------------------------------------------------------------------


def start_sign_on(w: Work) -> None:
    """Ask for working keys and a batch number."""
    memory = w.memory
    job = w.job
    order = ""
    if job is not None and job.kind is Kind.SIGN_ON:
        w.begun = True
        order = job.order
        if memory.clerk != job.clerk:
            w.table.store(w, ClerkEntered(job.clerk))
    w.sign_on_wanted = False
    request = requests.management(
        w.identity, w.software, w.sealer.dialect.kind[Kind.SIGN_ON], take_stan(w), memory.batch,
        memory.clerk, w.profile.key_download,
    )
    send(w, request, Kind.SIGN_ON, order)


def sign_on_replied(w: Work, _exchange: Exchange, reply: Message, _proven: bool) -> None:
    """Keys and batch number of the host, where their check values are right."""
    row = response_code(reply.response_code)
    code = row.code
    if not row.approves:
        show_declined(w, row)
        _sign_on_failed(w, Result.DECLINED, code, Failure.SIGN_ON_REFUSED)
        return
    try:
        keys = w.table.keys_in(w, reply)
    except (KeyCheckError, WireError):
        show(w, Shown.KEY_CHECK_FAILED, "密钥校验错，签到失败")
        demand_sign_on(w)  # the host has other keys by now: the old ones are good for nothing
        _sign_on_failed(w, Result.FAILED, code, Failure.KEY_CHECK_FAILED)
        return
    batch = reply.batch or w.memory.batch or 1
    _leave_other_batch(w, batch)
    w.table.store(w, SignedOn(batch, keys.pik, keys.mak, keys.tdk))
    downloads.begin_if_missing(w)
    if w.job is not None and w.job.kind is Kind.SIGN_ON:
        end_job(w, Result.APPROVED, response_code=code)


def keys_in(w: Work, reply: Message) -> WorkingKeys:
    """The working keys of a reply, by the master key; ``KeyCheckError`` where a check value does not fit."""
    return _unwrapped(reply.private or b"", w.memory.master_key or w.identity.master_key)


def _leave_other_batch(w: Work, batch: int) -> None:
    """The host is at another batch: what ours holds was closed by the host."""
    memory = w.memory
    if memory.batch in (0, batch):
        return
    if memory.items or memory.settling is not None:
        show(w, Shown.BATCH_REPLACED, f"批次 {memory.batch:06} 已由主机结算")
        # Closed in our sense only where the host had compared the totals before.
        count_batch(w, memory.settling_result or "forced", closed=bool(memory.settling_result))
    w.table.store(w, BatchClosed(memory.batch, batch))
    if w.job is not None and w.job.kind is Kind.SETTLEMENT:
        end_job(w, Result.FAILED, reason=Failure.BATCH_REPLACED)


def count_batch(w: Work, result: str, *, closed: bool) -> None:
    """Tell the terminal's own totals, and the host's word on them."""
    totals = totals_of(w)
    w.out.append(
        CountBatch(
            batch=w.memory.batch, debit_fen=totals.debit_fen,
            debit_count=totals.debit_count, credit_fen=totals.credit_fen,
            credit_count=totals.credit_count, result=result, closed=closed,
        ),
    )


def totals_of(w: Work) -> CardTotals:
    """The terminal's own totals of the batch."""
    return batches.totals(w.table.counted(w))


def counted(w: Work) -> Iterable[Booked]:
    """What of the batch counts."""
    return w.memory.items


def sign_on_unanswered(w: Work, _exchange: Exchange, why: NoAnswer) -> None:
    """Tried again after a pause."""
    _sign_on_failed(w, Result.FAILED, "", why)


def _sign_on_failed(w: Work, result: Result, code: str, reason: NoAnswer | Failure) -> None:
    end_job(w, result, response_code=code, reason=reason)
    pause(w, w.profile.reversal_idle_ms)


# ---- other management ------------------------------------------------------------------------


def start_management(w: Work) -> None:
    """The message of its kind."""
    job = w.job
    assert job is not None
    send_management(w, job.kind, job.order)


def send_management(w: Work, kind: Kind, order: str) -> None:
    """Sign-off, echo test, status upload."""
    stan = None if kind in WITHOUT_STAN else take_stan(w)
    request = requests.management(
        w.identity, w.software, w.sealer.dialect.kind[kind], stan, w.memory.batch,
        w.memory.clerk if kind is Kind.SIGN_OFF else "",
        private=status_of(w) if kind is Kind.STATUS_UPLOAD else None,
    )
    send(w, request, kind, order)


def management_replied(w: Work, exchange: Exchange, reply: Message, _proven: bool) -> None:
    """Told where somebody asked."""
    row = response_code(reply.response_code)
    if not row.approves:
        show_declined(w, row)
    elif exchange.kind is Kind.SIGN_OFF:
        w.table.store(w, SignedOff())
    if w.begun:
        result = Result.APPROVED if row.approves else Result.DECLINED
        end_job(w, result, stan=exchange.request.stan or 0, response_code=row.code)


def management_unanswered(w: Work, _exchange: Exchange, why: NoAnswer) -> None:
    """Told where somebody asked."""
    if w.begun:
        end_job(w, Result.FAILED, reason=why)


def status_of(w: Work) -> bytes:
    """F62 of a status upload: devices, parameters, and how many offline transactions wait."""
    waiting = sum(each.kind in batches.OFFLINE for each in w.memory.advised)
    return status(w.profile, parameters_in(w.memory.tables), waiting)


# ---- update ----------------------------------------------------------------------------------


def start_update(w: Work) -> None:
    """Fetch and install it; nothing else meanwhile."""
    w.waiting = INSTALLING
    show(w, Shown.UPDATING, "正在更新程序，请勿断电")
    w.out.append(InstallUpdate())


def update_finished(w: Work, software: str) -> None:
    """New software runs from now on, or there was none."""
    w.waiting = RESTING
    if software in ("", w.software):
        w.update = Update.USELESS
        show(w, Shown.UPDATE_FAILED, "没有新程序")
        return
    w.update = Update.NONE
    w.table.store(w, SoftwareInstalled(software))
    w.sign_on_wanted = True
