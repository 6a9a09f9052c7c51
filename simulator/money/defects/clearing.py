"""Clearing built wrong on purpose: which items go into which settlement, and of whom."""

from __future__ import annotations

from collections.abc import Callable, Collection

from simulator.defect import Defect, instead
from simulator.money.clearing import Clearing

# Only what was captured on the settlement date of its batch.


def _settle_todays(
    settle: Callable[..., int], clearing: Clearing, tid: str, batch: int, settlement_date: str,
    held: Collection[str] = (),
) -> int:
    name = f"{tid}/{batch:06}"
    items = clearing._open.get(name, [])
    clearing._open[name] = [item for item in items if item.settlement_date == settlement_date]
    return settle(clearing, tid, batch, settlement_date, held)


ROWS = (
    Defect("clearing.loses_late_items",
           "what was captured before cut-over in a batch settled after it is never cleared",
           (3,), instead(Clearing, (Clearing.settle_batch, _settle_todays)),
           shown_by="defects/settled-after-cut-over",
           zh="日切前入账、日切后才结算的批次中的交易永不清算"),
)
