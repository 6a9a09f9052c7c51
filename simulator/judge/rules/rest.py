"""Invariant 10: everything comes to rest once faults end.  Hears phases and what is still pending.

What an actor itself calls pending after the drain is believed; what the judge sees pending is added.
"""

from __future__ import annotations

from simulator.judge.book import Book
from simulator.judge.rules import batches, reversals
from simulator.trace.records import PhaseEntered, StillPending


class Rest:
    """Hears PhaseEntered and StillPending."""

    __slots__ = ("_book", "_pending")

    def __init__(self, book: Book) -> None:
        self._book = book
        self._pending: list[StillPending] = []

    def phase(self, record: PhaseEntered) -> None:
        """faults, heal, drain, ended."""
        self._book.phases_seen = True
        self._book.last_phase = record.phase

    def pending(self, record: StillPending) -> None:
        """Somebody says that something is unresolved."""
        self._pending.append(record)

    def finish(self, end_ms: int) -> None:
        """Only a run that went to its end can fail to come to rest."""
        if not self._book.is_whole():
            return
        for record in self._pending:
            parts = (record.what, _name(record), record.detail)
            self._book.find(
                "still_pending", at_ms=record.at_ms, tid=record.tid, actor=record.actor,
                detail=" ".join(part for part in parts if part),
            )
        reversals.finish(self._book, {(r.tid, r.batch, r.stan) for r in self._pending})
        batches.finish(self._book, {(r.tid, r.batch) for r in self._pending}, end_ms)


def _name(record: StillPending) -> str:
    numbers = [f"{number:06}" for number in (record.batch, record.stan) if number]
    return "/".join(part for part in (record.tid, *numbers) if part)
