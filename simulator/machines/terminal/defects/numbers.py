"""Terminals that number or date their messages wrongly."""

from __future__ import annotations

from msgspec.structs import replace

from simulator.defect import Defect, Replacements, instead
from simulator.local_time import HOUR_MS, hhmmss, mmdd
from simulator.machines.terminal import moves, sale
from simulator.machines.terminal.defects.changing import sending, storing
from simulator.machines.terminal.events import Booted, NvmRecord
from simulator.machines.terminal.memory import following
from simulator.machines.terminal.records import BatchClosed
from simulator.machines.terminal.work import Move, Start, TerminalTable, Work
from simulator.wire.kinds import Kind
from simulator.wire.message import Message, Original

_EAST_OF_GREENWICH_MS = 8 * HOUR_MS
_SOLD = (Kind.SALE, Kind.PREAUTH, Kind.COMPLETION, Kind.QR_SALE)

# Takes the same trace number twice.


def _keep_odd_stan(start: Start, w: Work) -> None:
    stan = w.memory.stan
    start(w)
    if stan % 2:
        w.memory.stan = stan


# Begins with 1 again whenever it is switched on.


def _count_anew(move: Move, w: Work, waiting: object, event: Booted) -> None:
    w.memory.stan = 1
    move(w, waiting, event)


# Writes F12 and F13 by the clock of Greenwich.


def _by_greenwich(w: Work, message: Message) -> Message:
    at_ms = w.now_ms - _EAST_OF_GREENWICH_MS
    return replace(message, local_time=hhmmss(at_ms), local_date=mmdd(at_ms))


# Goes on in the number of a batch that is closed.


def _stay_in_batch(_w: Work, record: NvmRecord) -> NvmRecord:
    return replace(record, next_batch=record.batch) if isinstance(record, BatchClosed) else record


# Passes over a batch number after each settlement.


def _pass_over_batch(_w: Work, record: NvmRecord) -> NvmRecord:
    if isinstance(record, BatchClosed):
        return replace(record, next_batch=following(record.next_batch))
    return record


# Names in F61 of a void or refund what it sold last, not what is to be undone.


def _name_last() -> Replacements:
    def changed(w: Work, message: Message) -> Message:
        items = [item for item in w.memory.items if item.kind is Kind.SALE]
        if not items or message.original is None:
            return message
        last = items[-1]
        return replace(
            message, original=Original(last.batch, last.stan, message.original.date), rrn=last.rrn,
            pan=last.pan, auth_code=last.auth_code)

    return sending(changed, Kind.REFUND)


ROWS = (
    Defect("terminal.reuses_stan", "one trace number serves two transactions",
           (8, 14), instead(TerminalTable, (sale.start_reversible, _keep_odd_stan)),
           shown_by="defects/two-coffees",
           zh="同一流水号用于两笔交易"),
    Defect("terminal.counts_anew_after_boot", "trace numbers begin with 1 again after a power cut",
           (14,), instead(TerminalTable, (moves.booted, _count_anew)), shown_by="power-cut",
           zh="断电重启后流水号又从 1 开始"),
    Defect("terminal.dates_by_greenwich", "time and date in messages are those of another time zone",
           (27,), sending(_by_greenwich, *_SOLD),
           shown_by="defects/reversal-repeated-over-midnight",
           zh="报文中的时间和日期用了另一时区"),
    Defect("terminal.stays_in_batch", "a closed batch's number is used for what comes after it",
           (14,), storing(_stay_in_batch), shown_by="defects/market-day",
           zh="结算之后仍用已关闭的批次号"),
    Defect("terminal.passes_over_batch", "a batch number is left out after each settlement",
           (14,), storing(_pass_over_batch), shown_by="defects/market-day",
           zh="每次结算后跳过一个批次号"),
    Defect("terminal.refunds_last_sale", "a refund names the sale that was made last",
           (14,), _name_last, shown_by="defects/market-day",
           zh="退货指向最近一笔交易，而不是要退的那一笔"),
)
