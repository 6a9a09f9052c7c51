"""By what two records are known to be the same, strongest first: a table; matches nothing itself.

Which rows apply is decided by the data: both sides must have the columns, and what stands in them
must tell records apart (see :mod:`simulator.reconciliation.matching`).
"""

from __future__ import annotations

import msgspec

from simulator.catalogue.language import Told


class Level(msgspec.Struct, frozen=True, gc=False):
    """One way to know a record again."""

    id: str
    columns: tuple[str, ...]
    words: Told
    names: bool = True  # these values name one record: twice on a side is a duplicate
    shared: bool = False  # all returns of a sale may bear the name of the sale
    signed: bool = True  # a sale is no return of the same name
    doubted: bool = False  # where two other names speak against it, it is another record
    weak: bool = False  # told as weaker: by sum and time, and nothing may speak against it


_ORDER = Told("order number", "订单号")
_TRADE = Told("channel's number", "渠道交易号")
_RRN_DATE = Told("RRN and date", "参考号和日期")
_BATCH = Told("TID, batch and STAN", "终端号、批次号和流水号")
LEVELS: tuple[Level, ...] = (
    Level("order", ("ord",), _ORDER, shared=True),
    Level("trade", ("trade",), _TRADE, shared=True),
    Level("rrn_date", ("rrn", "day"), _RRN_DATE),
    Level("tid_batch_stan", ("tid", "batch", "stan"), _BATCH),
    Level("tid_stan_date", ("tid", "stan", "day"), Told("TID, STAN and date", "终端号、流水号和日期"), doubted=True),
    Level("rrn", ("rrn",), Told("RRN", "参考号"), names=False, doubted=True),
    Level("rrn_date_kind", ("rrn", "day"), _RRN_DATE, names=False, signed=False, doubted=True),
    Level("batch_kind", ("tid", "batch", "stan"), _BATCH, names=False, signed=False, doubted=True),
    Level("auth_card", ("auth", "substr(pan, -4)", "amount"), Told(
        "authorisation code, card, sum and time", "授权码、卡号、金额和时间"), names=False, weak=True),
    Level("sum_time", ("amount",), Told("sum and time", "金额和时间"), names=False, weak=True),
)
BY_ID = {level.id: level for level in LEVELS}
