"""Terminals that get their batch wrong: what is in it, its totals, how it is ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from simulator.catalogue.terminal_reasons import NoAnswer
from simulator.defect import Defect, instead
from simulator.machines.terminal import batch as batches
from simulator.machines.terminal import settlement, sign_on, work
from simulator.machines.terminal.events import NvmRecord
from simulator.machines.terminal.memory import following
from simulator.machines.terminal.records import BatchClosed, Booked, Receipted, SettlementAnswered
from simulator.machines.terminal.work import Exchange, TerminalTable, Unanswered, Work
from simulator.wire.kinds import Kind
from simulator.wire.subfields import BALANCED

_GIVEN_BACK = frozenset({Kind.REFUND, Kind.QR_REFUND})

# Counts sales and refunds in its totals, and no void.


def _count_no_voids(counted: Callable[[Work], Iterable[Booked]], w: Work) -> Iterable[Booked]:
    return (item for item in counted(w) if item.kind not in batches.VOIDABLE)


# Ends an unbalanced upload as if it had been balanced.


def _end_balanced(_right: object, _result: str) -> str:
    return BALANCED


# Loses an approved sale from its batch once the receipt is out.


def _forget_receipted(
    store: Callable[[Work, NvmRecord], None], w: Work, record: NvmRecord,
) -> None:
    store(w, record)
    if isinstance(record, Receipted):
        w.memory.items = [item for item in w.memory.items if item.stan != record.stan]


# Counts a fen more in its totals for each item.


def _count_fen_more(counted: Callable[[Work], Iterable[Booked]], w: Work) -> Iterable[Booked]:
    return (replace(item, amount_fen=item.amount_fen + 1) for item in counted(w))


# Counts refunds as sales.


def _count_refunds_as_sales(
    counted: Callable[[Work], Iterable[Booked]], w: Work,
) -> Iterable[Booked]:
    return (
        replace(item, kind=Kind.SALE) if item.kind in _GIVEN_BACK else item for item in counted(w))


# Counts its first item twice.


def _count_first_twice(counted: Callable[[Work], Iterable[Booked]], w: Work) -> Iterable[Booked]:
    items = list(counted(w))
    return items[:1] + items


# Closes the batch when nobody answers.


def _close_alone(unanswered: Unanswered, w: Work, exchange: Exchange, why: NoAnswer) -> None:
    unanswered(w, exchange, why)
    batch = exchange.request.batch
    if not w.tries and w.memory.batch == batch:
        sign_on.count_batch(w, BALANCED, closed=True)
        w.table.store(w, BatchClosed(batch, following(batch)))


# Takes any result of the host for balanced, and uploads nothing.


def _hear_balanced(
    _right: object, w: Work, record: NvmRecord,
) -> None:
    if isinstance(record, SettlementAnswered):
        record = replace(record, result=BALANCED)
    work.store(w, record)


# Leaves its last item out of an upload, and counts it all the same.


def _upload_all_but_one(
    store: Callable[[Work, NvmRecord], None], w: Work, record: NvmRecord,
) -> None:
    store(w, record)
    if isinstance(record, SettlementAnswered) and record.result != BALANCED and w.memory.items:
        w.memory.items = list(w.memory.items)[:-1]


# Sends other sums up than it booked.


def _upload_other_sums(
    store: Callable[[Work, NvmRecord], None], w: Work, record: NvmRecord,
) -> None:
    store(w, record)
    if isinstance(record, SettlementAnswered) and record.result != BALANCED:
        w.memory.items = [replace(item, amount_fen=item.amount_fen + 1) for item in w.memory.items]


# Forgets a void that was approved.


def _forget_voids(store: Callable[[Work, NvmRecord], None], w: Work, record: NvmRecord) -> None:
    store(w, record)
    if isinstance(record, Booked) and record.kind in batches.VOIDABLE:
        w.memory.items = [item for item in w.memory.items if item.stan != record.stan]


ROWS = (
    Defect("terminal.totals_forget_voids", "voids are missing from the totals",
           (5, 12), instead(TerminalTable, (sign_on.counted, _count_no_voids)), shown_by="defects/voided-sale",
           zh="总额中漏掉撤销"),
    Defect("terminal.ends_unbalanced_with_207",
           "an unbalanced settlement is ended with 207 instead of 202",
           (5,), instead(TerminalTable, (settlement.end_result, _end_balanced)), "real terminals",
           shown_by="defects/unbalanced-batch",
           zh="对账不平的结算以 207 而不是 202 结束"),
    Defect("terminal.drops_receipted_sale", "an approved sale leaves the batch with its receipt",
           (3,), instead(TerminalTable, (work.store, _forget_receipted)), shown_by="defects/two-coffees",
           zh="已批准的交易打印凭条后即从批次中消失"),
    Defect("terminal.totals_a_fen_more", "its totals have a fen too much for each item",
           (5, 12), instead(TerminalTable, (sign_on.counted, _count_fen_more)),
           shown_by="defects/market-day",
           zh="总额中每笔多一分"),
    Defect("terminal.totals_refunds_as_sales", "refunds are counted as sales in the totals",
           (5, 12), instead(TerminalTable, (sign_on.counted, _count_refunds_as_sales)),
           shown_by="defects/market-day",
           zh="总额中退货按消费计"),
    Defect("terminal.totals_first_twice", "the first item counts twice in the totals",
           (5, 12), instead(TerminalTable, (sign_on.counted, _count_first_twice)),
           shown_by="defects/market-day",
           zh="总额中第一笔计了两次"),
    Defect("terminal.closes_unanswered", "a batch is closed when nobody answers its settlement",
           (5,), instead(TerminalTable, (settlement.settlement_unanswered, _close_alone)),
           shown_by="defects/settlement-lost",
           zh="结算没有应答就自行关闭批次"),
    Defect("terminal.hears_balanced", "unbalanced totals are taken for balanced, nothing goes up",
           (12,), instead(TerminalTable, (work.store, _hear_balanced)),
           shown_by="defects/unbalanced-batch",
           zh="对账不平当作对平，不上送明细"),
    Defect("terminal.uploads_all_but_one", "the last item of a batch is left out of its upload",
           (12,), instead(TerminalTable, (work.store, _upload_all_but_one)),
           shown_by="defects/unbalanced-batch",
           zh="批上送漏掉最后一笔"),
    Defect("terminal.uploads_other_sums", "items go up with other sums than were approved",
           (12,), instead(TerminalTable, (work.store, _upload_other_sums)),
           shown_by="defects/unbalanced-batch",
           zh="批上送的金额与批准金额不同"),
    Defect("terminal.forgets_voids", "an approved void is forgotten: the sale stays in the batch",
           (12,), instead(TerminalTable, (work.store, _forget_voids)),
           shown_by="defects/voided-sale",
           zh="已批准的撤销被忘掉，原交易仍留在批次里"),
)
