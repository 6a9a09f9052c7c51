"""Clearing built wrong on purpose: which items go into which settlement, of whom, with what sum."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date, timedelta

from msgspec.structs import replace

from simulator.defect import Defect, Replacements, instead
from simulator.money.clearing import (
    CapturedItem,
    ClearedItem,
    Clearing,
    CutOver,
    MerchantSettlement,
)
from simulator.money.ledger import Posting

CutOverOf = Callable[[Clearing, str], CutOver]
_VOIDS = frozenset({"void", "qr_void", "completion_void"})
_REFUNDS = frozenset({"refund", "qr_refund"})
_REVERSALS = frozenset({"reversal"})


def picking(keeps: Callable[[CapturedItem], bool]) -> Replacements:
    """Clearing that loses what it does not keep, just before a cut-over."""
    def wrong(cut_over: CutOverOf, clearing: Clearing, settlement_date: str) -> CutOver:
        clearing._ready = [item for item in clearing._ready if keeps(item)]
        return cut_over(clearing, settlement_date)

    return instead(Clearing, (Clearing.cut_over, wrong))


def clearing_as(change: Callable[[Clearing, CapturedItem], CapturedItem]) -> Replacements:
    """Clearing that takes items for others at a cut-over."""
    def wrong(cut_over: CutOverOf, clearing: Clearing, settlement_date: str) -> CutOver:
        clearing._ready = [change(clearing, item) for item in clearing._ready]
        return cut_over(clearing, settlement_date)

    return instead(Clearing, (Clearing.cut_over, wrong))


# Only what was captured on the settlement date of its batch.


def _settle_todays(
    settle: Callable[..., int], clearing: Clearing, tid: str, batch: int, settlement_date: str,
    held: Collection[str] = (),
) -> int:
    name = f"{tid}/{batch:06}"
    items = clearing._open.get(name, [])
    clearing._open[name] = [item for item in items if item.settlement_date == settlement_date]
    return settle(clearing, tid, batch, settlement_date, held)


# For the merchant that comes next in the list.


def _other_merchant(clearing: Clearing, item: CapturedItem) -> CapturedItem:
    others = [mid for mid in clearing._merchants if mid != item.mid]
    return replace(item, mid=others[0]) if others and item.what == "sale" else item


# With a fen more.


def _fen_more(_clearing: Clearing, item: CapturedItem) -> CapturedItem:
    return replace(item, amount_fen=item.amount_fen + 1) if item.what == "sale" else item


# Refunds with the sign of sales.


def _refunds_as_sales(_clearing: Clearing, item: CapturedItem) -> CapturedItem:
    return replace(item, amount_fen=abs(item.amount_fen)) if item.what in _REFUNDS else item


# Every third sale is lost.


def _every_third() -> Replacements:
    count = [0]

    def keeps(item: CapturedItem) -> bool:
        count[0] += item.what == "sale"
        return item.what != "sale" or count[0] % 3 != 0

    return picking(keeps)


# What was cleared is cleared again a day later.


def _again() -> Replacements:
    last: list[CapturedItem] = []

    def wrong(cut_over: CutOverOf, clearing: Clearing, settlement_date: str) -> CutOver:
        due = [item for item in clearing._ready if item.settlement_date <= settlement_date]
        clearing._ready += [replace(item, settlement_date=settlement_date) for item in last]
        last[:] = due
        return cut_over(clearing, settlement_date)

    return instead(Clearing, (Clearing.cut_over, wrong))




# A settlement is of another date than the day that was closed.


def _date_off(cut_over: CutOverOf, clearing: Clearing, settlement_date: str) -> CutOver:
    tomorrow = (date.fromisoformat(settlement_date) + timedelta(days=1)).isoformat()
    return cut_over(clearing, tomorrow)


# Banks are never asked for what they owe.


def _no_interbank(
    _right: object, _clearing: Clearing, _items: tuple[ClearedItem, ...], _settlement_date: str,
) -> list[Posting]:
    return []


# A settlement tells a fen more than its items are.


def _gross_more(
    right: Callable[..., MerchantSettlement], clearing: Clearing, mid: str, items: list[ClearedItem],
    settlement_date: str,
) -> MerchantSettlement:
    settlement = right(clearing, mid, items, settlement_date)
    return replace(settlement, gross_fen=settlement.gross_fen + 1, net_fen=settlement.net_fen + 1)


# What was held back is not held back.


def _holds_nothing(
    settle: Callable[..., int], clearing: Clearing, tid: str, batch: int, settlement_date: str,
    held: Collection[str] = (),
) -> int:
    del held
    return settle(clearing, tid, batch, settlement_date, ())


# What was held back is let go twice.


def _releases_twice(
    release: Callable[..., int], clearing: Clearing, key: str, settlement_date: str,
) -> int:
    items = list(clearing._held.get(key, ()))
    count = release(clearing, key, settlement_date)
    clearing._ready += [replace(item, settlement_date=settlement_date) for item in items]
    return count


# Takes what gives money back to be about the sale with the next number.


def _of_another(_clearing: Clearing, item: CapturedItem) -> CapturedItem:
    if not item.of:
        return item
    name, _, stan = item.of.rpartition("/")
    return replace(item, of=f"{name}/{int(stan) % 999_999 + 1:06}")


ROWS = (
    Defect("clearing.of_other_sale", "a void or refund is cleared as being about the sale with the next number",
           (18,), clearing_as(_of_another), shown_by="defects/two-merchants",
           zh="撤销或退货清算时针对了下一流水号的交易"),
    Defect("clearing.loses_late_items",
           "what was captured before cut-over in a batch settled after it is never cleared",
           (3, 24), instead(Clearing, (Clearing.settle_batch, _settle_todays)),
           shown_by="defects/settled-after-cut-over",
           zh="日切前入账、日切后才结算的批次中的交易永不清算"),
    Defect("clearing.for_other_merchant", "sales are cleared for another merchant",
           (17,), clearing_as(_other_merchant), shown_by="defects/market-day",
           zh="交易清算给了别的商户"),
    Defect("clearing.fen_more", "a sale is cleared with a fen more than was booked",
           (3,), clearing_as(_fen_more), shown_by="defects/two-coffees",
           zh="清算金额比入账多一分"),
    Defect("clearing.refunds_as_sales", "refunds are cleared in the merchant's favour",
           (3,), clearing_as(_refunds_as_sales), shown_by="defects/market-day",
           zh="退货按有利于商户的方向清算"),
    Defect("clearing.loses_every_third", "every third sale is never cleared",
           (3,), _every_third, shown_by="defects/two-coffees",
           zh="每三笔交易就有一笔永不清算"),
    Defect("clearing.loses_voids", "voids are booked and never cleared",
           (24, 29), picking(lambda item: item.what not in _VOIDS), shown_by="defects/market-day",
           zh="撤销已入账却永不清算"),
    Defect("clearing.loses_refunds", "refunds are booked and never cleared",
           (24, 29), picking(lambda item: item.what not in _REFUNDS), shown_by="defects/market-day",
           zh="退货已入账却永不清算"),
    Defect("clearing.loses_reversals", "reversals are booked and never cleared",
           (24, 29), picking(lambda item: item.what not in _REVERSALS),
           shown_by="defects/approved-then-reversed",
           zh="冲正已入账却永不清算"),
    Defect("clearing.clears_again", "what was cleared is cleared once more the day after",
           (6,), _again, shown_by="defects/market-day",
           zh="已清算的交易次日再清算一次"),
    Defect("clearing.date_off", "settlements are of the day after the one that was closed",
           (24,), instead(Clearing, (Clearing.cut_over, _date_off)), shown_by="defects/late-settlement",
           zh="清算日期比关闭的营业日晚一天"),
    Defect("clearing.no_interbank", "banks are never asked for what they owe",
           (21,), instead(Clearing, (Clearing._interbank, _no_interbank)), shown_by="defects/two-coffees",
           zh="从不与银行做行间清算"),
    Defect("clearing.gross_more", "a settlement is a fen more than its items",
           (6,), instead(Clearing, (Clearing._settlement, _gross_more)), shown_by="defects/two-coffees",
           zh="清算总额比明细多一分"),
    Defect("clearing.holds_nothing", "what the host keeps out of a settlement is cleared with it",
           (29,), instead(Clearing, (Clearing.settle_batch, _holds_nothing)),
           shown_by="defects/not-uploaded", beside=("terminal.drops_receipted_sale",),
           zh="主机挂起的交易照样清算"),
    Defect("clearing.releases_twice", "what was held back is cleared twice",
           (6,), instead(Clearing, (Clearing.release_held, _releases_twice)),
           shown_by="defects/not-uploaded", beside=("terminal.drops_receipted_sale",),
           zh="解除挂起的交易清算两次"),
)
