"""Terminals that get wrong what is stored and sent later: offline sales, refunds, completion advices."""

from __future__ import annotations

from msgspec.structs import replace

from simulator.catalogue.terminal_reasons import AdviceEnd, NoAnswer
from simulator.defect import Defect, instead
from simulator.machines.terminal import advice, refusals
from simulator.machines.terminal.batch import NOBODY_WAITS
from simulator.machines.terminal.defects.changing import storing
from simulator.machines.terminal.events import NvmRecord, Operated, Result
from simulator.machines.terminal.records import AdviceEnded, Booked
from simulator.machines.terminal.work import (
    Exchange,
    Start,
    TerminalTable,
    Unanswered,
    Work,
    end_job,
    take_stan,
)
from simulator.wire.kinds import Kind

_OFFLINE = (Kind.OFFLINE_SALE,)


# Books offline sales and keeps nothing to send.


def _keep_no_advice(_w: Work, record: NvmRecord) -> NvmRecord:
    if isinstance(record, Booked) and record.kind in _OFFLINE:
        return replace(record, advice=None)
    return record


# Gives up what was not answered at the first try.


def _once(unanswered: Unanswered, w: Work, exchange: Exchange, why: NoAnswer) -> None:
    if w.begun and w.job is not None:
        end_job(w, Result.FAILED, stan=exchange.request.stan or 0, reason=why)
    unanswered(w, exchange, why)
    stan = exchange.request.stan or 0
    if any(each.stan == stan for each in w.memory.advised):
        w.table.store(w, AdviceEnded(exchange.request.batch, stan, AdviceEnd.DROPPED))


# Gives each repetition a trace number of its own.


def _new_number(start: Start, w: Work) -> None:
    advised = advice.next_advised(w)
    if advised is not None and (w.advice_sent or advised.kind not in NOBODY_WAITS):
        stan = take_stan(w)
        other = replace(advised, stan=stan, message=replace(advised.message, stan=stan))
        w.memory.advised = tuple(other if each is advised else each for each in w.memory.advised)
        w.forward = tuple(stan if each == advised.stan else each for each in w.forward)
    start(w)


# Keeps in its batch what the host refused.


def _keep_refused(_w: Work, record: NvmRecord) -> NvmRecord:
    if isinstance(record, AdviceEnded) and record.outcome is AdviceEnd.REFUSED:
        return replace(record, outcome=AdviceEnd.DELIVERED)
    return record


# Takes offline whatever the sum.


def _no_limit(_right: object, _w: Work, _asked: Operated) -> None:
    return None


ROWS = (
    Defect("terminal.never_sends_offline_sales", "an offline sale is booked and never sent",
           (3,), storing(_keep_no_advice), shown_by="defects/market-day",
           zh="离线交易记账后从不上送"),
    Defect("terminal.gives_up_advices", "what is not answered at its first try is not sent again",
           (10,), instead(TerminalTable, (advice.stored_unanswered, _once)),
           shown_by="defects/refund-reply-lost",
           zh="通知类交易首次没有应答就不再重发"),
    Defect("terminal.advice_under_new_number", "a repetition goes out under a number of its own",
           (10,), instead(TerminalTable, (advice.start_forward, _new_number)),
           shown_by="defects/refund-reply-lost",
           zh="重发的通知用了新的流水号"),
    Defect("terminal.keeps_refused_advices", "an offline sale that the host refused stays in the batch",
           (5,), storing(_keep_refused), shown_by="offline-refused",
           zh="主机拒绝的离线交易仍留在批次里"),
    Defect("terminal.ignores_offline_limit", "an offline sale above the limit is taken",
           (25,), instead(TerminalTable, (refusals._offline_limit, _no_limit)),
           shown_by="defects/market-day",
           zh="超过离线限额的交易也受理"),
)
