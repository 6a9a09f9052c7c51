"""Payouts as a person looks them up: when, how much, what was taken off, and the sales in them.

Keeps the first ones, and all that are not in an account; adds everything up.  Judges nothing.
"""

from __future__ import annotations

import msgspec

from simulator.judge.book import Book
from simulator.judge.open_items import Settlement
from simulator.judge.verdict import OwedFor, PayoutRow, PayoutSums, Where
from simulator.judge.words.terms import reason_said
from simulator.trace.records import MerchantSettled

ROWS_KEPT = 200
SALES_NAMED = 50


class _Row(msgspec.Struct, gc=False):
    record: MerchantSettled
    paid_fen: int
    sales: tuple[str, ...]
    returns: tuple[OwedFor, ...]
    unnamed: int
    settlement: Settlement


class PayoutRows:
    """Is told by the tracker of payouts.  ``keep``: so many that were posted; None: all."""

    __slots__ = ("_book", "_keep", "_open", "_rows", "_sums", "left_out")

    def __init__(self, book: Book, keep: int | None = ROWS_KEPT) -> None:
        self._book = book
        self._keep = keep
        self._open: dict[str, _Row] = {}
        self._rows: list[PayoutRow] = []
        self._sums = dict.fromkeys(PayoutSums.__struct_fields__, 0)
        self.left_out = 0

    def settled(self, record: MerchantSettled, settlement: Settlement) -> None:
        """A settlement is closed, and its sum is known."""
        paid_fen = max(settlement.right_fen, 0)
        items = settlement.items
        sales = tuple(dict.fromkeys(sale.sale for sale, fen, *_ in items[:SALES_NAMED] if fen >= 0))
        row = _Row(record, paid_fen, sales, settlement.returns, max(0, len(items) - SALES_NAMED), settlement)
        settlement.returns = ()
        if settlement.netted:
            self._add(row)
            self._keep_row(row, Where.NETTED, None)
        else:
            self._open[record.payout] = row

    def posted(self, settlement: Settlement, net_fen: int, at_ms: int) -> None:
        """The money is in the account."""
        self._sums["paid_fen"] += net_fen
        row = self._open.pop(settlement.payout, None)
        if row is not None:
            row.paid_fen = net_fen
            self._add(row)
            self._keep_row(row, Where.ARRIVED, at_ms)

    def rows(self) -> tuple[PayoutRow, ...]:
        """Those that were kept, in the order in which they were due."""
        rows = [*self._rows, *(
            self._row(row, Where.SUSPENDED if row.settlement.suspended else Where.ON_THE_WAY, None)
            for row in self._open.values())]
        return tuple(sorted(rows, key=lambda row: (row.due_ms, row.payout)))

    def sums(self) -> PayoutSums:
        """Of all of them."""
        return PayoutSums(**self._sums)

    def _add(self, row: _Row) -> None:
        """What was taken off counts with its payout: of one that is on its way no sale has arrived either."""
        sums, record = self._sums, row.record
        sums["netted_fen"] += record.netted_fen
        sums["withheld_fen"] += record.withheld_fen
        sums["fee_fen"] += record.payout_fee_fen
        sums["owed_fen"] += max(0, -record.net_fen) - record.netted_fen
        sums["disputed_fen"] -= row.settlement.disputed_fen
        sums["dispute_fee_fen"] += row.settlement.dispute_fee_fen

    def _keep_row(self, row: _Row, where: Where, at_ms: int | None) -> None:
        if self._keep is None or len(self._rows) < self._keep:
            self._rows.append(self._row(row, where, at_ms))
        else:
            self.left_out += 1

    def _row(self, row: _Row, where: Where, at_ms: int | None) -> PayoutRow:
        record = row.record
        merchant = self._book.merchants.get(record.mid)
        reason = row.settlement.suspended if where is Where.SUSPENDED else ""
        said = reason_said("suspended.reason", reason)
        return PayoutRow(
            payout=record.payout, mid=record.mid,
            merchant=merchant.actor.removeprefix("merchant.") if merchant is not None else "",
            settlement_date=record.settlement_date, items=record.items, gross_fen=record.gross_fen,
            fee_fen=record.fee_fen, net_fen=record.net_fen, netted_fen=record.netted_fen,
            disputed_fen=row.settlement.disputed_fen, dispute_fee_fen=row.settlement.dispute_fee_fen,
            withheld_fen=record.withheld_fen, payout_fee_fen=record.payout_fee_fen,
            paid_fen=row.paid_fen, due_ms=record.due_ms, posted_ms=at_ms, where=where, sales=row.sales,
            returns=row.returns, unnamed=row.unnamed,
            disputes=row.settlement.disputes, reason=reason, reason_text=said[0], reason_text_zh=said[1],
            since_ms=row.settlement.suspended_ms if reason else None,
        )
