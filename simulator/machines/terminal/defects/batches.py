"""Terminals that get their batch wrong: what is in it, its totals, how it is ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from simulator.defect import Defect, instead
from simulator.machines.terminal import batch as batches
from simulator.machines.terminal import settlement, sign_on, work
from simulator.machines.terminal.events import NvmRecord
from simulator.machines.terminal.records import Booked, Receipted
from simulator.machines.terminal.work import TerminalTable, Work
from simulator.wire.subfields import BALANCED

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
)
