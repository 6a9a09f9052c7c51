"""Terminals that get reversals wrong: none, too late, with other facts, or after what they forbid."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from simulator.catalogue.terminal_reasons import Disarming, NoAnswer
from simulator.defect import Defect, Replacements, instead
from simulator.local_time import mmdd
from simulator.machines.terminal import moves, order, reversal, sale, work
from simulator.machines.terminal.defects.changing import sending
from simulator.machines.terminal.events import NvmRecord, Send, Store
from simulator.machines.terminal.machine import MOVES
from simulator.machines.terminal.records import Armed, Disarmed, Receipted, StanTaken
from simulator.machines.terminal.work import (
    Due,
    Exchange,
    Move,
    Replied,
    Start,
    TerminalTable,
    Unanswered,
    Work,
    pause,
)
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

_TIMES = 3


# Gives up on an unknown outcome without a word to the host.


def _arm_nothing(store: Callable[[Work, NvmRecord], None], w: Work, record: NvmRecord) -> None:
    store(w, StanTaken(record.stan) if isinstance(record, Armed) else record)


# Sends what a clerk wants first, and the pending reversal when there is time.


def _reversal_unless_asked(due: Due, w: Work) -> bool:
    return due(w) and (w.job is None or w.begun)


def _job_at_once(_due: Due, w: Work) -> bool:
    return w.job is not None and not w.begun and w.memory.signed_on


def _advices_at_once(due: Due, w: Work) -> bool:
    waits = w.job is not None and w.job.kind is Kind.SETTLEMENT and not w.forwarded
    return due(w) or (waits and bool(w.memory.advised) and _job_at_once(due, w))


def _pause_when_unanswered(unanswered: Unanswered, w: Work, exchange: Exchange, why: NoAnswer) -> None:
    unanswered(w, exchange, why)
    pause(w, w.profile.reversal_idle_ms)


def _sale_before_reversal() -> Replacements:
    late: dict[str, Armed | None] = {}  # the reversal that a sale overtook, by TID

    def start(right: Start, w: Work) -> None:
        late[w.identity.tid] = w.memory.armed
        right(w)

    def replied(
        right: Replied, w: Work, exchange: Exchange, reply: Message, proven: bool,
    ) -> None:
        right(w, exchange, reply, proven)
        armed = late.get(w.identity.tid)
        if armed is not None and w.memory.armed is None:
            stan = w.memory.stan
            w.table.store(w, armed)
            w.memory.stan = stan
            late[w.identity.tid] = None

    return instead(
        TerminalTable,
        (sale.start_reversible, start),
        (sale.reversible_replied, replied),
        (sale.reversible_unanswered, _pause_when_unanswered),
        (order.is_reversal_due, _reversal_unless_asked),
        (order.is_job_due, _job_at_once),
        (order.are_advices_first, _advices_at_once),
    )


# After an unknown outcome sends the same order again under a new number, reverses nothing.


def _sell_again(unanswered: Unanswered, w: Work, exchange: Exchange, why: NoAnswer) -> None:
    if exchange.kind is not Kind.SALE or w.tries >= _TIMES or w.job is None:
        w.tries = 0
        unanswered(w, exchange, why)
        return
    w.tries += 1
    request = exchange.request
    w.table.store(w, Disarmed(request.batch, request.stan or 0, Disarming.DROPPED))
    w.table.jobs[Kind.SALE](w)


# Puts the date of the reversal into F13, which after midnight is not the original's.


def _date_anew(start: Start, w: Work) -> None:
    armed = w.memory.armed
    assert armed is not None
    dated = replace(armed.reversal, local_date=mmdd(w.now_ms))
    w.memory.armed = replace(armed, reversal=dated)
    start(w)


# Sends every reversal with reason 98, whatever is known by now.


def _keep_reason(_right: object, _w: Work, _reason: str, _heard: Message | None) -> None:
    pass


# After the last failed try goes on as if nothing had been.


def _go_on(_right: Start, w: Work) -> None:
    w.table.end_reversal(w, Disarming.DROPPED)


# Writes the reversal when the request is on its way already.


def _store_after_send(move: Move, w: Work, waiting: object, event: object) -> None:
    move(w, waiting, event)
    out = w.out
    for at, effect in enumerate(out[:-1]):
        if (
            isinstance(effect, Store) and isinstance(effect.record, Armed)
            and isinstance(out[at + 1], Send)
        ):
            out[at], out[at + 1] = out[at + 1], effect


# Reverses a fen less than it asked for.


def _a_fen_less(start: Start, w: Work) -> None:
    armed = w.memory.armed
    assert armed is not None
    reversal_ = armed.reversal
    w.memory.armed = replace(
        armed, reversal=replace(reversal_, amount_fen=(reversal_.amount_fen or 1) - 1))
    start(w)
    w.memory.armed = armed


# Dates each repetition of a reversal anew.


def _date_repeated(w: Work, message: Message) -> Message:
    return replace(message, local_date=mmdd(w.now_ms))


# Reverses under the number of the next transaction.


def _number_anew(w: Work, message: Message) -> Message:
    return replace(message, stan=w.memory.stan)


# Goes on reversing what the host has answered.


def _reverse_once_more() -> Replacements:
    again: set[tuple[str, int]] = set()

    def end(right: Callable[[Work, Disarming], None], w: Work, why: Disarming) -> None:
        armed = w.memory.armed
        if why is Disarming.DELIVERED and armed is not None:
            name = (w.identity.tid, armed.stan)
            if name not in again:
                again.add(name)
                return
        right(w, why)

    return instead(TerminalTable, (reversal.end_reversal, end))


# Forgets at a power cut what it owes.


def _forget_at_boot(move: Move, w: Work, waiting: object, event: object) -> None:
    w.memory.armed = None
    move(w, waiting, event)


# Reverses each approval that it has told.


def _reverse_told() -> Replacements:
    armed: dict[str, Armed] = {}

    def stored(
        store: Callable[[Work, NvmRecord], None], w: Work, record: NvmRecord,
    ) -> None:
        if isinstance(record, Armed):
            armed[w.identity.tid] = record
        store(w, record)
        kept = armed.get(w.identity.tid)
        if isinstance(record, Receipted) and kept is not None and kept.stan == record.stan:
            stan = w.memory.stan
            del armed[w.identity.tid]
            store(w, kept)
            w.memory.stan = stan

    return instead(TerminalTable, (work.store, stored))


# Takes any answer to a reversal for a yes.


def _take_any_answer(
    _right: object, w: Work, _exchange: Exchange, _reply: Message, _proven: bool,
) -> None:
    w.table.end_reversal(w, Disarming.DELIVERED)


ROWS = (
    Defect("terminal.no_reversal", "an unknown outcome is given up without a reversal",
           (4, 7), instead(TerminalTable, (work.store, _arm_nothing)), shown_by="defects/given-up-sale",
           zh="结果未明的交易不冲正就放弃"),
    Defect("terminal.sale_before_reversal", "the next sale goes out before a pending reversal",
           (7,), _sale_before_reversal, shown_by="lost-reply",
           zh="下一笔交易先于待发的冲正发出"),
    Defect("terminal.retries_as_new_sale",
           "a sale without answer is sent again under a new number and not reversed",
           (2,), instead(TerminalTable, (sale.reversible_unanswered, _sell_again)), shown_by="lost-reply",
           zh="没有应答的交易以新流水号重发，且不冲正"),
    Defect("terminal.reversal_wrong_date_after_midnight",
           "a reversal across midnight carries the wrong date",
           (7,), instead(TerminalTable, (reversal.start_reversal, _date_anew)), "real terminals",
           shown_by="defects/reversal-across-midnight",
           zh="跨零点的冲正日期错误"),
    Defect("terminal.reversal_reason_not_updated", "every reversal says 98",
           (7,), instead(TerminalTable, (sale.give_reason, _keep_reason)), "real terminals",
           shown_by="defects/mac-failure",
           zh="每笔冲正的原因都写 98"),
    Defect("terminal.goes_on_after_failed_reversals",
           "after three failed reversals the terminal goes on as if nothing had been",
           (4, 7), instead(TerminalTable, (reversal.last_reversal_try_failed, _go_on)), "real terminals",
           shown_by="defects/reversals-fail-three-times",
           zh="三次冲正失败后终端若无其事地继续"),
    Defect("terminal.reversal_stored_after_send",
           "the reversal is written after the request was sent, and lost in a power cut",
           (4,), instead(TerminalTable, *(
               (each, _store_after_send)
               for each in {move for moves in MOVES.values() for move in moves.values()}
           )), "real terminals", shown_by="defects/crash-before-store",
           zh="请求发出之后才存储冲正，断电即丢失"),
    Defect("terminal.reverses_other_sum", "a reversal is of another sum than its original",
           (4, 11), instead(TerminalTable, (reversal.start_reversal, _a_fen_less)), shown_by="lost-reply",
           zh="冲正的金额与原交易不同"),
    Defect("terminal.dates_repeated_reversals", "a repeated reversal carries the date of the day",
           (11,), sending(_date_repeated, Kind.REVERSAL, attempt=1),
           shown_by="defects/reversal-repeated-over-midnight",
           zh="重发的冲正带上当天日期"),
    Defect("terminal.reverses_other_number", "a reversal goes out under the next trace number",
           (4, 7), sending(_number_anew, Kind.REVERSAL), shown_by="lost-reply",
           zh="冲正用了下一个流水号"),
    Defect("terminal.reverses_after_answer", "what the host has reversed is reversed once more",
           (11,), _reverse_once_more, shown_by="lost-reply",
           zh="主机已应答的冲正再发一次"),
    Defect("terminal.forgets_reversal_at_boot", "a reversal that is owed is forgotten at a power cut",
           (4,), instead(TerminalTable, (moves.booted, _forget_at_boot)),
           shown_by="defects/cut-before-booking",
           zh="断电后忘掉应发的冲正"),
    Defect("terminal.reverses_what_it_told", "an approval that was told and printed is reversed",
           (3,), _reverse_told, shown_by="defects/market-day",
           zh="已提示并打印凭条的批准又被冲正"),
    Defect("terminal.takes_any_answer_to_reversal", "a reversal is given up at whatever answer",
           (4, 7), instead(TerminalTable, (reversal.reversal_replied, _take_any_answer)),
           shown_by="defects/reversal-refused-for-now",
           zh="冲正收到任何应答都视为成功"),
)
