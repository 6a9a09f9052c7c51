"""Batches: their totals as terminal and host count them, and what became of settling them.

A batch that both sides closed is forgotten.  One that was never closed is remembered with what
became of the last try to settle it: that is what keeps money from arriving.
"""

from __future__ import annotations

from operator import add

from simulator.judge.book import Book
from simulator.judge.open_items import Batch, is_of_earlier_try
from simulator.judge.tracking import acknowledged
from simulator.judge.tracking.moments import (
    BothCounted,
    HostCounted,
    SettlementAsked,
    UploadEnded,
)
from simulator.judge.transactions import HOST
from simulator.judge.words.story import local
from simulator.local_time import DAY_MS, HOUR_MS
from simulator.trace.records import Arrived, BatchCounted, Journaled, LogEvent, Lost, Sent

MAY_STAY_OPEN_MS = 26 * HOUR_MS
"""A batch is settled once a day; after this time without one, nobody is going to."""

UPLOADS_KEPT = 16
"""So many batches of a terminal are remembered that were settled after an upload."""

SETTLED_KEPT_MS = 12 * DAY_MS
"""So long is a settled batch remembered: longer than what comes after it is cleared without another one."""

SETTLES = frozenset({"batchsettled"})  # entries of the host's journal
ENDS = frozenset({"202", "207"})  # 60.3 of the 0320 that ends an upload
STRIPE = "201"
NOTICE = "000"  # a 0220 once more, as it was: its F61 names what it refers to, not what goes up
FAILED_AT_CHIP = frozenset({"204", "206"})  # in no totals, unless approved all the same
_BALANCED, _UNBALANCED = "1", "2"
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
        batch.attempt = record.attempt
        batch.last = ""
        batch.last_ms = record.at_ms
        batch.asked = record.details
        _asked(book, batch, record)
    elif record.network_code in ENDS:
        terminal = book.terminal(record.tid)
        terminal.uploading = None
        if batch.unbalanced:
            due = acknowledged.items(terminal, record.batch) if batch.whole else None
            book.tell(UploadEnded(batch, record, due))
    else:
        _uploaded(batch, record, acknowledged.items(book.terminal(record.tid), record.batch) or {})


def _asked(book: Book, batch: Batch, record: Sent) -> None:
    """Totals leave a terminal: told with what it was told is approved, where the line shows that."""
    terminal = book.terminal(record.tid)
    acknowledged.asked(terminal, terminal.waits or ())
    right = acknowledged.counted(terminal, record.batch, record.at_ms)
    asked = _totals(batch, record.details, record.at_ms)
    if right is not None and asked is not None:
        book.tell(SettlementAsked(batch, record, asked, right))


def _uploaded(batch: Batch, record: Sent, due: dict[int, int]) -> None:
    """Details of a batch: pairs of STAN and sum, or one record of its own number or of that in F61."""
    if batch.uploaded is None:
        batch.uploaded = {}
    if record.network_code == STRIPE:
        seen: set[int] = set()
        for pair in record.details.split(","):
            name, colon, fen = pair.partition(":")
            if colon and name.isdecimal() and fen.isdecimal():
                if int(name) in seen:
                    batch.twice = (*batch.twice, int(name))
                seen.add(int(name))
                batch.uploaded[int(name)] = int(fen)
    elif record.amount_fen is not None:
        is_own = record.network_code == NOTICE or not record.original
        stan = record.stan if is_own else int(record.original[-6:])
        if stan in due or record.network_code not in FAILED_AT_CHIP:
            batch.uploaded[stan] = record.amount_fen


def told(book: Book, record: Arrived) -> None:
    """A 0500 reached the host: these totals it is asked about, whatever was meant."""
    batch = book.batches.get((record.tid, record.batch))
    if batch is not None:
        batch.told = record.details


def answered(book: Book, record: Arrived) -> None:
    """A 0510 reached the terminal."""
    domestic, foreign = record.details[30:31], record.details[61:62]
    answer = max(domestic, foreign)  # the worse of both classes
    terminal = book.terminal(record.tid)
    if answer == _BALANCED and terminal.uploading is not None and terminal.uploading.batch == record.batch:
        terminal.uploading = None  # asked once more, after a power cut: they balance by now
    batch = book.batches.get((record.tid, record.batch))
    if batch is None:
        return
    _tell(batch, record)
    batch.unbalanced = answer == _UNBALANCED  # whichever try it is that the host answers
    if batch.unbalanced:
        terminal.uploading = batch
    batch.whole = domestic == _UNBALANCED and (
        foreign == _UNBALANCED or not record.details[31:61].strip("0"))
    if not is_of_earlier_try(record.attempt, batch.attempt):
        batch.last = answer
        batch.last_ms = record.at_ms


def lost(book: Book, record: Lost) -> None:
    """A message of the settlement was lost."""
    batch = book.batches.get((record.tid, record.batch))
    if batch is not None:
        _tell(batch, record)
        if record.mti in ("0500", "0510") and not is_of_earlier_try(record.attempt, batch.attempt):
            batch.last = "lost"


def counted(book: Book, record: BatchCounted) -> None:
    """One side's totals; the host counts when it settles."""
    if _is_closed(book, record.tid, record.batch):
        closed = book.terminals[record.tid].closed
        if closed is None or sums(closed) == sums(record):
            return  # said once more after a restart
    batch = book.batch(record.tid, record.batch, record.at_ms)
    _tell(batch, record)
    if record.actor == HOST:
        batch.host = record
        if record.closed:
            _settled_now(book, record.tid, record.batch, record.at_ms)
        if record.closed and record.result == _UNBALANCED:
            terminal = book.terminal(record.tid)
            terminal.uploaded = (*terminal.uploaded[-UPLOADS_KEPT:], record.batch)
        book.tell(HostCounted(batch, record, _as_asked(batch, batch.told, record)))
        opened = book.terminal(record.tid).opened
        if not opened.observable and LogEvent.BATCH not in opened.log:
            batch.terminal = _as_asked(batch, batch.asked, record)
    elif record.closed:
        batch.terminal = record
    if batch.host is not None and batch.terminal is not None:
        book.tell(BothCounted(batch, batch.terminal, batch.host))
        terminal = book.terminal(batch.tid)
        terminal.closed = batch.host
        if terminal.acknowledged:
            terminal.acknowledged.pop(batch.batch, None)
        del book.batches[batch.tid, batch.batch]


def journaled(book: Book, record: Journaled) -> None:
    """The host stores that a batch is settled: one that is killed then tells its totals to nobody."""
    if record.entry in SETTLES and record.actor == HOST and record.tid in book.terminals:
        _settled_now(book, record.tid, record.batch, record.at_ms)


def _settled_now(book: Book, tid: str, batch: int, at_ms: int) -> None:
    terminal = book.terminal(tid)
    if terminal.settled is None:
        terminal.settled = {}
    settled = terminal.settled
    settled.pop(batch, None)
    settled[batch] = at_ms
    oldest = next(iter(settled))
    while at_ms - settled[oldest] > SETTLED_KEPT_MS:
        del settled[oldest]
        oldest = next(iter(settled))


def settled_ms(book: Book, tid: str, batch: int) -> int | None:
    """When the host settled a batch; None where it did not, or so long ago that nobody knows."""
    terminal = book.terminals.get(tid)
    return None if terminal is None or terminal.settled is None else terminal.settled.get(batch)


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


def _is_closed(book: Book, tid: str, batch: int) -> bool:
    terminal = book.terminals.get(tid)
    return (
        terminal is not None and terminal.closed is not None and terminal.closed.batch == batch
        and (tid, batch) not in book.batches
    )


def sums(record: BatchCounted) -> tuple[int, int, int, int]:
    """The four totals of a count."""
    return record.debit_fen, record.debit_count, record.credit_fen, record.credit_count


def _as_asked(batch: Batch, digits: str, host: BatchCounted) -> BatchCounted | None:
    """Totals as a 0500 says them: all that is known of a terminal that cannot be looked into."""
    return _totals(batch, digits, host.at_ms)


def _totals(batch: Batch, digits: str, at_ms: int) -> BatchCounted | None:
    if len(digits) != _BOTH_CLASSES or not digits.isdecimal():
        return None
    debit_fen, debit_count, credit_fen, credit_count = map(
        add, _half(digits[:31]), _half(digits[31:]),
    )
    return BatchCounted(
        at_ms, f"terminal.{batch.tid}", batch.tid, batch.batch, debit_fen, debit_count,
        credit_fen, credit_count, batch.last, closed=True,
    )


def _half(digits: str) -> tuple[int, int, int, int]:
    return int(digits[:12]), int(digits[12:15]), int(digits[15:27]), int(digits[27:30])


def _tell(batch: Batch, record: Sent | Arrived | Lost | BatchCounted) -> None:
    if batch.story is None:
        batch.story = [record]
    elif len(batch.story) < _STORY_KEPT:
        batch.story.append(record)
