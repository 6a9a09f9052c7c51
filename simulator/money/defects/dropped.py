"""Clearing built wrong on purpose that loses or changes items which were captured."""

from __future__ import annotations

from collections.abc import Callable, Collection

from msgspec.structs import replace

from simulator.defect import Defect, instead
from simulator.money.clearing import CapturedItem, Clearing

_SHOWN = "defects/two-merchants"


def _drop(
    settle: Callable[..., int], clearing: Clearing, tid: str, batch: int, settlement_date: str,
    held: Collection[str], is_lost: Callable[[CapturedItem, list[CapturedItem]], bool],
) -> int:
    name = f"{tid}/{batch:06}"
    items = clearing._open.get(name, [])
    clearing._open[name] = [item for item in items if not is_lost(item, items)]
    return settle(clearing, tid, batch, settlement_date, held)


def _drop_returns(
    settle: Callable[..., int], clearing: Clearing, tid: str, batch: int, settlement_date: str,
    held: Collection[str] = (),
) -> int:
    return _drop(settle, clearing, tid, batch, settlement_date, held,
                 lambda item, _items: item.what in ("void", "refund", "qr_refund"))


def _drop_reversals(
    settle: Callable[..., int], clearing: Clearing, tid: str, batch: int, settlement_date: str,
    held: Collection[str] = (),
) -> int:
    return _drop(settle, clearing, tid, batch, settlement_date, held,
                 lambda item, _items: item.what == "reversal")


def _drop_voided(
    settle: Callable[..., int], clearing: Clearing, tid: str, batch: int, settlement_date: str,
    held: Collection[str] = (),
) -> int:
    """Takes a voided sale for nothing, and clears its void all the same."""
    return _drop(settle, clearing, tid, batch, settlement_date, held, lambda item, items: (
        item.amount_fen > 0 and any(
            each.what == "void" and each.amount_fen == -item.amount_fen for each in items)))


def _late(
    at_the_earliest: Callable[..., CapturedItem], clearing: Clearing, item: CapturedItem,
    settlement_date: str,
) -> CapturedItem:
    """Gives merchants a week more of what they gave back."""
    right = at_the_earliest(clearing, item, settlement_date)
    if item.amount_fen >= 0:
        return right
    year, month, day = right.settlement_date.split("-")
    return replace(right, settlement_date=f"{year}-{month}-{min(int(day) + 2, 31):02}")


def _settle_fen_less(
    settle: Callable[..., int], clearing: Clearing, tid: str, batch: int, settlement_date: str,
    held: Collection[str] = (),
) -> int:
    name = f"{tid}/{batch:06}"
    clearing._open[name] = [
        replace(item, amount_fen=item.amount_fen + 1) if item.amount_fen < 0 else item
        for item in clearing._open.get(name, [])
    ]
    return settle(clearing, tid, batch, settlement_date, held)


ROWS = (
    Defect("clearing.drops_returns", "voids and refunds are captured and never cleared",
           (18,), instead(Clearing, (Clearing.settle_batch, _drop_returns)), shown_by=_SHOWN,
           zh="撤销与退货已入账却永不清算"),
    Defect("clearing.drops_reversals", "what a reversal took back is captured and never cleared",
           (18,), instead(Clearing, (Clearing.settle_batch, _drop_reversals)), shown_by=_SHOWN,
           zh="冲正已入账却永不清算"),
    Defect("clearing.drops_voided_sales", "a sale that was voided is not cleared, and its void is",
           (18,), instead(Clearing, (Clearing.settle_batch, _drop_voided)), shown_by=_SHOWN,
           zh="已撤销的消费未清算，其撤销却清算"),
    Defect("clearing.delays_returns", "voids and refunds are cleared two days after their sales",
           (18,), instead(Clearing, (Clearing._at_the_earliest, _late)), shown_by=_SHOWN,
           zh="撤销与退货比消费晚两天清算"),
    Defect("clearing.returns_a_fen_less", "voids and refunds are cleared with a fen less",
           (18,), instead(Clearing, (Clearing.settle_batch, _settle_fen_less)), shown_by=_SHOWN,
           zh="撤销与退货清算时少一分"),
)
