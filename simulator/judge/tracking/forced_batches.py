"""Batches that no terminal settled and the host closed by itself; judges nothing."""

from __future__ import annotations

from simulator.catalogue.host_reasons import SettledHow
from simulator.judge.transactions import HOST
from simulator.judge.verdict import BatchRow
from simulator.trace.records import BatchCounted

ROWS_KEPT = 1_000


class ForcedBatches:
    """Hears BatchCounted."""

    __slots__ = ("_rows",)

    def __init__(self) -> None:
        self._rows: dict[tuple[str, int], BatchRow] = {}

    def counted(self, record: BatchCounted) -> None:
        """One side's totals; the host says how it came to settle."""
        how = SettledHow.FORCED
        if record.actor != HOST or record.result != how.value or len(self._rows) >= ROWS_KEPT:
            return
        self._rows.setdefault((record.tid, record.batch), BatchRow(
            tid=record.tid, batch=record.batch, how=how.value, how_text=how.en, how_text_zh=how.zh,
            at_ms=record.at_ms, debits=record.debit_count, debit_fen=record.debit_fen,
            credits=record.credit_count, credit_fen=record.credit_fen,
        ))

    def rows(self) -> tuple[BatchRow, ...]:
        """Each once, in the order in which they were closed."""
        return tuple(self._rows.values())
