"""When each sale of a run was done, and when its money came; and which of two runs was sooner, sale by sale.

Sales are the same in both where they have the same name.  What differs by less than a minute (of money: an
hour) is no difference.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from simulator.catalogue.language import Message, Told
from simulator.local_time import DAY_MS, HOUR_MS, MINUTE_MS
from simulator.trace.records import (
    Concluded,
    ItemCleared,
    MerchantSettled,
    PayoutPosted,
    Record,
    SaleMeant,
    key_of,
)

_M = Message
_DONE_SOONER = _M(
    "done_sooner", "{by} sale(s) done sooner, the most by {time}", "{by} 笔交易更早完成，最多早 {time}")
_DONE_LATER = _M("done_later", "{by} sale(s) done later, the most by {time}", "{by} 笔交易更晚完成，最多晚 {time}")
_PAID_SOONER = _M(
    "paid_sooner", "the money of {by} sale(s) comes sooner, the most by {time}", "{by} 笔交易的款项更早到账，最多早 {time}")
_PAID_LATER = _M(
    "paid_later", "the money of {by} sale(s) comes later, the most by {time}", "{by} 笔交易的款项更晚到账，最多晚 {time}")
_UNITS = ((DAY_MS, "d", "天"), (HOUR_MS, "h", "小时"), (MINUTE_MS, "min", "分钟"))


class Sooner(msgspec.Struct, frozen=True):
    """So many sales were done, or paid, sooner or later in the first run."""

    what: str
    by: int
    good: bool
    told: Told


class Moments:
    """Hears a trace: by the name of a sale, its first approval and the moment its money came."""

    def __init__(self) -> None:
        self._meant: set[str] = set()
        self.done: dict[str, int] = {}
        self._sale_of: dict[str, str] = {}
        self._items: list[ItemCleared] = []
        self._payouts: dict[tuple[str, str], str] = {}
        self._posted: dict[str, int] = {}

    def feed(self, record: Record) -> None:
        """Take up one record."""
        if isinstance(record, SaleMeant):
            self._meant.add(record.sale)
        elif isinstance(record, Concluded):
            if record.result == "approved" and record.sale in self._meant:
                self.done.setdefault(record.sale, record.at_ms)
                self._sale_of[key_of(record.actor.partition(".")[2], record.batch, record.stan)] = record.sale
        elif isinstance(record, ItemCleared):
            self._items.append(record)
        elif isinstance(record, MerchantSettled):
            self._payouts[record.mid, record.settlement_date] = record.payout
        elif isinstance(record, PayoutPosted):
            self._posted[record.payout] = record.at_ms

    def paid(self) -> dict[str, int]:
        """When the money of each sale came; those whose money did not are not in it."""
        found: dict[str, int] = {}
        for item in self._items:
            sale = self._sale_of.get(item.key)
            payout = item.payout or self._payouts.get((item.mid, item.settlement_date), "")
            if sale is not None and item.amount_fen > 0 and payout in self._posted:
                found[sale] = self._posted[payout]
        return found


def sooner_or_later(first: Moments, other: Moments) -> Iterator[Sooner]:
    """What the first run has sooner or later than the second, of sales that both have."""
    yield from _compared(first.done, other.done, MINUTE_MS, "done", _DONE_SOONER, _DONE_LATER)
    yield from _compared(first.paid(), other.paid(), HOUR_MS, "paid", _PAID_SOONER, _PAID_LATER)


def _compared(
    first: Mapping[str, int], other: Mapping[str, int], least_ms: int, what: str, sooner: Message, later: Message,
) -> Iterator[Sooner]:
    by_ms = [at_ms - other[sale] for sale, at_ms in first.items() if sale in other]
    for row, name, found in (
        (sooner, "sooner", [-each for each in by_ms if each <= -least_ms]),
        (later, "later", [each for each in by_ms if each >= least_ms]),
    ):
        if found:
            yield Sooner(f"{what}_{name}", len(found), row is sooner, row.both(by=len(found), time=time_told(max(found))))


def time_told(ms: int) -> Told:
    """A length of time in its largest two units.

    >>> time_told(95 * 60_000).en, time_told(26 * 3_600_000).zh, time_told(5_000).en
    ('1 h 35 min', '1天2小时', 'less than a minute')
    """
    parts: list[tuple[str, str]] = []
    for unit, en, zh in _UNITS:
        count, ms = divmod(ms, unit)
        if count and len(parts) < 2:
            parts.append((f"{count} {en}", f"{count}{zh}"))
    if not parts:
        return Told("less than a minute", "不到一分钟")
    return Told(" ".join(en for en, _ in parts), "".join(zh for _, zh in parts))
