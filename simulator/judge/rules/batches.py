"""Invariant 5: terminal totals and host totals agree for each closed batch.

A batch that both sides closed alike is forgotten.  One that was never closed is remembered with
what became of the last try to settle it: that is what keeps money from arriving.
"""

from __future__ import annotations

from operator import add

from simulator.judge.book import Book
from simulator.judge.invariants import BATCHES_AGREE, COMES_TO_REST
from simulator.judge.open_items import Batch
from simulator.judge.transactions import HOST
from simulator.judge.words.story import local, totals, totals_zh
from simulator.local_time import HOUR_MS
from simulator.trace.records import Arrived, BatchCounted, Lost, Sent

MAY_STAY_OPEN_MS = 26 * HOUR_MS
"""A batch is settled once a day; after this time without one, nobody is going to."""

UPLOADS_KEPT = 16
"""So many batches of a terminal are remembered that were settled after an upload."""

_BALANCED = "1"
_UNBALANCED = "2"
_BALANCED_END = "207"
_STORY_KEPT = 40
_BOTH_CLASSES = 62  # digits of F48
_LAST = {
    "": ("no answer came to the settlement asked for at {at}", "{at} 的结算请求无应答"),
    "lost": ("the settlement asked for at {at} was lost on the way", "{at} 的结算请求在途中丢失"),
    "1": ("settlement was answered balanced at {at}, and the batch was not closed",
          "{at} 结算应答为平，但批次未关闭"),
    "2": ("settlement was answered unbalanced at {at}, and the upload did not end",
          "{at} 结算应答不平，批上送未完成"),
    "3": ("settlement was answered with an error at {at}", "{at} 结算应答为错误"),
}


def sent(book: Book, record: Sent) -> None:
    """A terminal asks for a settlement, or uploads details."""
    if _is_closed(book, record.tid, record.batch):
        return  # once more after a restart
    batch = book.batch(record.tid, record.batch, record.at_ms)
    _tell(batch, record)
    if record.mti == "0500":
        batch.tries += 1
        batch.last = ""
        batch.last_ms = record.at_ms
        batch.asked = record.details
    elif record.network_code == _BALANCED_END and batch.unbalanced:
        book.find(
            "wrong_end", at_ms=record.at_ms, tid=record.tid, batch=f"{record.batch:06}",
            end=record.network_code, story=batch.story,
        )


def told(book: Book, record: Arrived) -> None:
    """A 0500 reached the host: these totals it is asked about, whatever was meant."""
    batch = book.batches.get((record.tid, record.batch))
    if batch is not None:
        batch.told = record.details


def answered(book: Book, record: Arrived) -> None:
    """A 0510 reached the terminal."""
    batch = book.batches.get((record.tid, record.batch))
    if batch is None:
        return
    _tell(batch, record)
    batch.last = max(record.details[30:31], record.details[61:62])  # the worse of both classes
    batch.last_ms = record.at_ms
    batch.unbalanced = batch.last == _UNBALANCED


def lost(book: Book, record: Lost) -> None:
    """A message of the settlement was lost."""
    batch = book.batches.get((record.tid, record.batch))
    if batch is not None:
        _tell(batch, record)
        batch.last = "lost" if record.mti in ("0500", "0510") else batch.last


def counted(book: Book, record: BatchCounted) -> None:
    """One side's totals; the host counts when it settles."""
    if _is_closed(book, record.tid, record.batch):
        closed = book.terminals[record.tid].closed
        if closed is None or _sums(closed) == _sums(record):
            return  # said once more after a restart
    batch = book.batch(record.tid, record.batch, record.at_ms)
    _tell(batch, record)
    if record.actor == HOST:
        batch.host = record
        if record.closed and record.result == _UNBALANCED:
            terminal = book.terminal(record.tid)
            terminal.uploaded = (*terminal.uploaded[-UPLOADS_KEPT:], record.batch)
        _compare_with_asked(book, batch, record)
        if not book.terminal(record.tid).opened.observable:
            batch.terminal = _as_asked(batch, batch.asked, record)
    elif record.closed:
        batch.terminal = record
    if batch.host is not None and batch.terminal is not None:
        _compare(book, batch, batch.terminal, batch.host)


def _compare_with_asked(book: Book, batch: Batch, host: BatchCounted) -> None:
    """A host that says balanced must have been asked about what it holds."""
    asked = _as_asked(batch, batch.told, host)
    if host.result == _BALANCED and asked is not None and _sums(asked) != _sums(host):
        book.find(
            "called_balanced", at_ms=host.at_ms, tid=batch.tid, batch=f"{batch.batch:06}",
            asked=totals(asked), asked_zh=totals_zh(asked), host=totals(host),
            host_zh=totals_zh(host), since_ms=batch.first_ms, story=batch.story,
            amount_fen=asked.debit_fen - asked.credit_fen - host.debit_fen + host.credit_fen,
        )


def settled(book: Book, tid: str, batch: int) -> bool:
    """Whether the host has settled a batch; one that is closed and forgotten was."""
    found = book.batches.get((tid, batch))
    if found is not None:
        return found.host is not None
    terminal = book.terminals.get(tid)
    return terminal is not None and (
        terminal.batch != batch or _is_closed(book, tid, batch)
    )


def was_uploaded(book: Book, tid: str, batch: int) -> bool:
    """Whether a batch did not balance and was settled by its uploaded details."""
    terminal = book.terminals.get(tid)
    return terminal is not None and batch in terminal.uploaded


def last_try(batch: Batch) -> tuple[str, str]:
    """What became of the last try to settle a batch, in two languages."""
    english, chinese = _LAST.get(batch.last, _LAST["3"])
    at = local(batch.last_ms)
    return english.format(at=at), chinese.format(at=at)


def is_stuck(batch: Batch, end_ms: int) -> bool:
    """Whether nobody is going to settle a batch any more."""
    return end_ms - max(batch.first_ms, batch.last_ms) >= MAY_STAY_OPEN_MS


def finish(book: Book, named: set[tuple[str, int]], end_ms: int) -> None:
    """Batches that only one side closed, and tries to settle that came to nothing."""
    for batch in book.batches.values():
        if batch.terminal is not None and batch.host is None:
            book.invariants[BATCHES_AGREE].exercised += 1
            book.find(
                "closed_alone", at_ms=batch.terminal.at_ms, tid=batch.tid,
                batch=f"{batch.batch:06}", terminal=totals(batch.terminal),
                terminal_zh=totals_zh(batch.terminal),
                amount_fen=batch.terminal.debit_fen - batch.terminal.credit_fen,
                since_ms=batch.first_ms, story=batch.story,
            )
        elif (
            batch.host is None and batch.tries and (batch.tid, batch.batch) not in named
            and is_stuck(batch, end_ms)
        ):
            why, why_zh = last_try(batch)
            book.find(
                "batch_pending", tid=batch.tid, batch=f"{batch.batch:06}", why=why, why_zh=why_zh,
                since_ms=batch.last_ms, story=batch.story,
                cause=book.faults.cause(
                    (), book.actors_of(batch.tid), batch.last_ms, batch.last_ms,
                ),
            )


def _compare(book: Book, batch: Batch, terminal: BatchCounted, host: BatchCounted) -> None:
    book.invariants[BATCHES_AGREE].exercised += 1
    if batch.tries > 1 or batch.unbalanced:
        book.invariants[COMES_TO_REST].exercised += 1
    if _sums(terminal) != _sums(host):
        book.find(
            "totals_differ", at_ms=max(terminal.at_ms, host.at_ms), tid=batch.tid,
            batch=f"{batch.batch:06}", terminal=totals(terminal), host=totals(host),
            terminal_zh=totals_zh(terminal), host_zh=totals_zh(host),
            amount_fen=terminal.debit_fen - terminal.credit_fen - host.debit_fen + host.credit_fen,
            since_ms=batch.first_ms, story=batch.story,
        )
    book.terminal(batch.tid).closed = host
    del book.batches[batch.tid, batch.batch]


def _is_closed(book: Book, tid: str, batch: int) -> bool:
    terminal = book.terminals.get(tid)
    return (
        terminal is not None and terminal.closed is not None and terminal.closed.batch == batch
        and (tid, batch) not in book.batches
    )


def _sums(record: BatchCounted) -> tuple[int, int, int, int]:
    return record.debit_fen, record.debit_count, record.credit_fen, record.credit_count


def _as_asked(batch: Batch, digits: str, host: BatchCounted) -> BatchCounted | None:
    """Totals as a 0500 says them: all that is known of a terminal that cannot be looked into."""
    if len(digits) != _BOTH_CLASSES or not digits.isdecimal():
        return None
    debit_fen, debit_count, credit_fen, credit_count = map(
        add, _half(digits[:31]), _half(digits[31:]),
    )
    return BatchCounted(
        host.at_ms, f"terminal.{batch.tid}", batch.tid, batch.batch, debit_fen, debit_count,
        credit_fen, credit_count, batch.last, closed=True,
    )


def _half(digits: str) -> tuple[int, int, int, int]:
    return int(digits[:12]), int(digits[12:15]), int(digits[15:27]), int(digits[27:30])


def _tell(batch: Batch, record: Sent | Arrived | Lost | BatchCounted) -> None:
    if batch.story is None:
        batch.story = [record]
    elif len(batch.story) < _STORY_KEPT:
        batch.story.append(record)
