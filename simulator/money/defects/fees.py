"""Fees reckoned wrong on purpose."""

from __future__ import annotations

from simulator.defect import Defect, instead
from simulator.money.clearing import ClearedItem, Clearing

# The fee on the sum of a settlement, and a fen for each item's rounding on top.


def _fee_of_sum(_right: object, clearing: Clearing, mid: str, items: list[ClearedItem]) -> int:
    gross = sum(item.amount_fen for item in items)
    return clearing._merchants[mid].fee.fee_fen(gross) + len(items)


ROWS = (
    Defect("fee.rounds_each_batch", "the fee of a batch is not the sum of its items' fees",
           (3,), instead(Clearing, (Clearing._fee_of_batch, _fee_of_sum)), shown_by="lost-reply",
           zh="批次手续费不等于各笔手续费之和"),
)
