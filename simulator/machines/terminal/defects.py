"""Terminals built wrong on purpose, each in one way; the right one knows nothing of them.

``caught_by`` names the invariants that such a terminal violates in the run that ``shown_by`` names,
beside a right host.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from simulator.catalogue.terminal_reasons import Disarming, NoAnswer
from simulator.defect import Defect, Replacement, Replacements
from simulator.local_time import mmdd
from simulator.machines.terminal import batch as batches
from simulator.machines.terminal import (
    downloads,
    order,
    reversal,
    sale,
    settlement,
    sign_on,
    work,
)
from simulator.machines.terminal.events import NvmRecord, Send, Store
from simulator.machines.terminal.machine import MOVES
from simulator.machines.terminal.profile import OldList
from simulator.machines.terminal.records import (
    Armed,
    Booked,
    Disarmed,
    Receipted,
    SignOnDemanded,
    StanTaken,
)
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
from simulator.wire.subfields import BALANCED
from simulator.wire.tables import Table, TableRow
from simulator.wire.tables_numbered import LONGEST_ON_BLACK_LIST, Piece, read_black_list

_TIMES = 3


def _of(right: Callable[..., Any], wrong: Callable[..., Any]) -> Replacement[..., Any]:
    return Replacement(TerminalTable, right, wrong)


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

    return (
        _of(sale.start_reversible, start),
        _of(sale.reversible_replied, replied),
        _of(sale.reversible_unanswered, _pause_when_unanswered),
        _of(order.is_reversal_due, _reversal_unless_asked),
        _of(order.is_job_due, _job_at_once),
        _of(order.are_advices_first, _advices_at_once),
    )


# Takes the same trace number twice.


def _keep_odd_stan(start: Start, w: Work) -> None:
    stan = w.memory.stan
    start(w)
    if stan % 2:
        w.memory.stan = stan


# Believes every reply.


def _believe(_right: object, _w: Work, _exchange: Exchange, _reply: Message) -> bool:
    return True


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


# Counts sales and refunds in its totals, and no void.


def _count_no_voids(counted: Callable[[Work], Iterable[Booked]], w: Work) -> Iterable[Booked]:
    return (item for item in counted(w) if item.kind not in batches.VOIDABLE)


# Ends an unbalanced upload as if it had been balanced.


def _end_balanced(_right: object, _result: str) -> str:
    return BALANCED


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


# Loses an approved sale from its batch once the receipt is out.


def _forget_receipted(
    store: Callable[[Work, NvmRecord], None], w: Work, record: NvmRecord,
) -> None:
    store(w, record)
    if isinstance(record, Receipted):
        w.memory.items = [item for item in w.memory.items if item.stan != record.stan]


# Reverses a fen less than it asked for.


def _a_fen_less(start: Start, w: Work) -> None:
    armed = w.memory.armed
    assert armed is not None
    reversal_ = armed.reversal
    w.memory.armed = replace(
        armed, reversal=replace(reversal_, amount_fen=(reversal_.amount_fen or 1) - 1))
    start(w)
    w.memory.armed = armed


# Goes on with its old keys, whatever it is told.


def _stay_signed_on(
    store: Callable[[Work, NvmRecord], None], w: Work, record: NvmRecord,
) -> None:
    if not isinstance(record, SignOnDemanded):
        store(w, record)


# Has no keys from the moment at which it asks for new ones.


def _drop_first(_right: object, _w: Work, moment: OldList) -> bool:
    return moment is OldList.FIRST


# Ends the download of applications with the code of another one.


def _end_with_351(right: Callable[[Work, TableRow], Message], w: Work, row: TableRow) -> Message:
    message = right(w, row)
    if row.table is not Table.AID:
        return message
    return replace(message, network_code=w.sealer.dialect.kind[Kind.MASTER_KEY_END].network_code)


# Takes the three characters of the last number for BCD when it asks for the next one.


def _number_of_bcd(right: Callable[[int], int], at: int) -> int:
    number = right(at)
    if not number:
        return number
    characters = f"{number - 1:03}".encode("ascii")
    return (int(characters.hex()) + 1) % 1000


# Steps through the black list as if every number on it had 14 digits.


def _step_by_14(right: Callable[[bytes], Piece], private: bytes) -> Piece:
    piece = right(private)
    text, step = private.decode("ascii"), 2 + LONGEST_ON_BLACK_LIST
    places = (4 + step * number for number in range(len(piece.entries)))
    return replace(piece, entries=tuple(text[at:at + step] for at in places))


_ROWS = (
    Defect("terminal.no_reversal", "an unknown outcome is given up without a reversal",
           (4, 7), (_of(work.store, _arm_nothing),), shown_by="defects/given-up-sale",
           zh="结果未明的交易不冲正就放弃"),
    Defect("terminal.sale_before_reversal", "the next sale goes out before a pending reversal",
           (7,), _sale_before_reversal, shown_by="lost-reply",
           zh="下一笔交易先于待发的冲正发出"),
    Defect("terminal.reuses_stan", "one trace number serves two transactions",
           (8, 14), (_of(sale.start_reversible, _keep_odd_stan),), shown_by="defects/two-coffees",
           zh="同一流水号用于两笔交易"),
    Defect("terminal.ignores_mac", "a reply with a wrong MAC is believed",
           (9, 16), (_of(work.is_proven, _believe),), shown_by="defects/mac-failure",
           zh="MAC 错误的应答也被采信"),
    Defect("terminal.retries_as_new_sale",
           "a sale without answer is sent again under a new number and not reversed",
           (2,), (_of(sale.reversible_unanswered, _sell_again),), shown_by="lost-reply",
           zh="没有应答的交易以新流水号重发，且不冲正"),
    Defect("terminal.totals_forget_voids", "voids are missing from the totals",
           (5, 12), (_of(sign_on.counted, _count_no_voids),), shown_by="defects/voided-sale",
           zh="总额中漏掉撤销"),
    Defect("terminal.ends_unbalanced_with_207",
           "an unbalanced settlement is ended with 207 instead of 202",
           (5,), (_of(settlement.end_result, _end_balanced),), "real terminals",
           shown_by="defects/unbalanced-batch",
           zh="对账不平的结算以 207 而不是 202 结束"),
    Defect("terminal.reversal_wrong_date_after_midnight",
           "a reversal across midnight carries the wrong date",
           (7,), (_of(reversal.start_reversal, _date_anew),), "real terminals",
           shown_by="defects/reversal-across-midnight",
           zh="跨零点的冲正日期错误"),
    Defect("terminal.reversal_reason_not_updated", "every reversal says 98",
           (7,), (_of(sale.give_reason, _keep_reason),), "real terminals",
           shown_by="defects/mac-failure",
           zh="每笔冲正的原因都写 98"),
    Defect("terminal.goes_on_after_failed_reversals",
           "after three failed reversals the terminal goes on as if nothing had been",
           (4, 7), (_of(reversal.last_reversal_try_failed, _go_on),), "real terminals",
           shown_by="defects/reversals-fail-three-times",
           zh="三次冲正失败后终端若无其事地继续"),
    Defect("terminal.reversal_stored_after_send",
           "the reversal is written after the request was sent, and lost in a power cut",
           (4,), tuple(
               _of(each, _store_after_send)
               for each in {move for moves in MOVES.values() for move in moves.values()}
           ), "real terminals", shown_by="defects/crash-before-store",
           zh="请求发出之后才存储冲正，断电即丢失"),
    Defect("terminal.reverses_other_sum", "a reversal is of another sum than its original",
           (4, 11), (_of(reversal.start_reversal, _a_fen_less),), shown_by="lost-reply",
           zh="冲正的金额与原交易不同"),
    Defect("terminal.ignores_sign_on_request",
           "a terminal that is told to sign on again goes on as if nothing had been said",
           (13,), (_of(work.store, _stay_signed_on),), shown_by="defects/mac-failure",
           zh="被要求重新签到的终端若无其事地继续"),
    Defect("terminal.drops_receipted_sale", "an approved sale leaves the batch with its receipt",
           (3,), (_of(work.store, _forget_receipted),), shown_by="defects/two-coffees",
           zh="已批准的交易打印凭条后即从批次中消失"),
    Defect("terminal.drops_keys_before_loading",
           "the old public keys are gone as soon as new ones are asked for",
           (), (_of(downloads.drops_old, _drop_first),), "real terminals", recorded="no_keys",
           shown_by="defects/keys-renewed",
           zh="一请求新公钥，旧公钥就全部丢弃"),
    Defect("terminal.ends_aid_download_with_351",
           "the download of applications is ended with 351 instead of 381",
           (), (_of(downloads.ending, _end_with_351),), "real terminals",
           recorded="download_ended_as_other", shown_by="tables-loaded",
           zh="应用参数下载以 351 而不是 381 结束"),
    Defect("terminal.black_list_count_as_bcd",
           "the number of the last black-list entry is read as BCD",
           (), (_of(downloads.number_wanted, _number_of_bcd),), "real terminals",
           recorded="download_out_of_step", unmet=True, shown_by="tables-loaded",
           zh="黑名单最后一条的编号按 BCD 读取"),
    Defect("terminal.black_list_steps_of_14",
           "every black-list entry is taken to have 14 digits",
           (), (_of(read_black_list, _step_by_14),), "real terminals", unmet=True,
           shown_by="tables-loaded",
           zh="每条黑名单都按 14 位数字处理"),
)
DEFECTS: dict[str, Defect] = {defect.name: defect for defect in _ROWS}
