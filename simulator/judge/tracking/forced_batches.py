"""Batches that no terminal settles: lost by a terminal that forgot them, closed by the host itself; judges nothing.

A batch that is lost is told from that moment on, whether the host has closed it by then or not.  One
that its terminal settles all the same (a backup had it) is none of these.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from simulator.catalogue.host_reasons import SettledHow
from simulator.catalogue.run_reasons import FORGETTING
from simulator.judge.book import Book
from simulator.judge.open_items import REVERSED, Transaction
from simulator.judge.transactions import HOST, RETURNING
from simulator.judge.verdict import BatchRow, BatchSale
from simulator.trace.records import BatchCounted, Restarted, key_of

ROWS_KEPT = 1_000
SALES_KEPT = 100  # of one batch
LOST = "lost"


class ForcedBatches:
    """Hears BatchCounted and Restarted."""

    __slots__ = ("_book", "_rows")

    def __init__(self, book: Book) -> None:
        self._book = book
        self._rows: dict[tuple[str, int], BatchRow] = {}

    def restarted(self, record: Restarted) -> None:
        """A terminal came up without what it knew: its open batch is lost, with what the host has of it."""
        terminal = self._book.terminal_of_actor.get(record.actor)
        if terminal is None or record.why not in FORGETTING:
            return
        tid, batch = terminal.opened.tid, terminal.batch
        booked = self._booked(tid, batch)
        if not booked or (tid, batch) in self._rows or len(self._rows) >= ROWS_KEPT:
            return
        sold = [each for each in booked if each.fen >= 0]
        back = [each for each in booked if each.fen < 0]
        self._rows[tid, batch] = BatchRow(
            tid=tid, batch=batch, how=LOST, how_text="lost by its terminal", how_text_zh="终端已丢失",
            at_ms=record.at_ms, debits=len(sold), debit_fen=sum(each.fen for each in sold),
            credits=len(back), credit_fen=-sum(each.fen for each in back),
            lost_ms=record.at_ms, why=record.why.en, why_zh=record.why.zh,
            closes_ms=self._closes_ms(terminal.batch_first_ms or record.at_ms), sales=booked[:SALES_KEPT],
        )

    def counted(self, record: BatchCounted) -> None:
        """One side's totals; the host says how it came to settle."""
        name, how = (record.tid, record.batch), SettledHow.FORCED
        if record.actor != HOST:
            return
        row = self._rows.get(name)
        if record.result != how.value:
            if row is not None and row.how == LOST:
                del self._rows[name]  # its terminal settled it all the same
            return
        if row is None and len(self._rows) >= ROWS_KEPT:
            return
        if row is None:
            row = BatchRow(
                tid=record.tid, batch=record.batch, how="", how_text="", how_text_zh="", at_ms=0,
                debits=0, debit_fen=0, credits=0, credit_fen=0,
                sales=self._booked(record.tid, record.batch)[:SALES_KEPT])
        elif row.how != LOST:
            return
        self._rows[name] = msgspec.structs.replace(
            row, how=how.value, how_text=how.en, how_text_zh=how.zh, at_ms=record.at_ms,
            debits=record.debit_count, debit_fen=record.debit_fen,
            credits=record.credit_count, credit_fen=record.credit_fen, closes_ms=None)

    def rows(self) -> tuple[BatchRow, ...]:
        """Each once, in the order in which they were lost or closed."""
        return tuple(self._rows.values())

    def _closes_ms(self, first_ms: int) -> int | None:
        """When the host closes a batch by force at the latest; None where it does not, or nobody says."""
        calendar, days = self._book.calendar, self._book.acquirer.force_days
        if calendar is None or not days:
            return None
        return calendar.cut_over_of(calendar.business_day(first_ms) + days)

    def _booked(self, tid: str, batch: int) -> tuple[BatchSale, ...]:
        """What the host has booked in a batch, as far as it is remembered."""
        begins = key_of(tid, batch, 0)[:-6]
        return tuple(_sales(
            each for each in self._book.transactions.values()
            if each.items and each.key.startswith(begins)))


def _sales(transactions: Iterable[Transaction]) -> Iterable[BatchSale]:
    for each in transactions:
        if each.undone or each.state == REVERSED:
            continue
        fen = each.amount_fen if each.part_fen is None else each.part_fen
        yield BatchSale(each.sale.sale, each.key, -fen if each.what in RETURNING else fen)
