"""Batches that their terminals did not settle: how, with which totals, and what is in them.

Reads rows of a judgement and adds nothing up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simulator.judge.verdict import BatchRow
from simulator.judge.words.sentences import yuan
from simulator.local_time import datetime_at
from simulator.report.words import Language, word

SALES_LISTED = 8


def batch_lines(row: BatchRow, language: Language) -> Iterator[tuple[str, bool]]:
    """The lines of one batch, and whether each is a minor one."""
    how = row.how_text if language == "en" else row.how_text_zh
    yield word("forced_batch", language).format(
        tid=row.tid, batch=f"{row.batch:06}", how=f"{how} ({row.how})", when=_second(row.at_ms),
        debits=f"{row.debits:,}", debit=yuan(row.debit_fen),
        credits=f"{row.credits:,}", credit=yuan(row.credit_fen)), False
    told = tuple(_told(row, language))
    if told:
        yield word("part", language).join(told), True


def _told(row: BatchRow, language: Language) -> Iterable[str]:
    """Why a batch was lost, until when the host has it, and what is in it."""
    if row.lost_ms is not None:
        why = row.why if language == "en" else row.why_zh
        yield word("lost_batch", language).format(when=_second(row.lost_ms), why=why)
    if row.closes_ms is not None:
        yield word("batch_closes", language).format(when=f"{datetime_at(row.closes_ms):%Y-%m-%d %H:%M}")
    if row.sales:
        shown = row.sales[:SALES_LISTED]
        named = word("listed", language).join(f"{each.sale} {yuan(each.fen)}" for each in shown)
        more = row.debits + row.credits - len(shown)
        yield word("batch_sales", language).format(named=named + (f" +{more}" if more > 0 else ""))


def _second(at_ms: int) -> str:
    return f"{datetime_at(at_ms):%m-%d %H:%M:%S}"
