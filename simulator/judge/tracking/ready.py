"""Items that are captured and not cleared, and since when each is ready for the next cut-over.

Bounded by what is not cleared.  What the host holds back, because its terminal did not upload it, is
ready when it lets it go.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from simulator.judge.book import Book
from simulator.judge.calendar import Calendar
from simulator.judge.tracking.batches import settled_ms
from simulator.local_time import DAY_MS
from simulator.trace.records import BatchCounted, ItemCleared, Journaled, Posted, key_of

HOST_CLEARS = "host"
PENDING = ":pending"  # ends the name of a merchant's account of what is captured
LETS_GO = frozenset({"heldreleased", "undone"})  # entries of the host's journal
KNOWN_MS = 9 * DAY_MS  # what comes so long after its batch waits for another settlement
FOR_EVER = 10_000  # days: nobody says how long the host holds
UPLOADS_KEPT = 2_000
KEY_PARTS = 3


class Item(msgspec.Struct, gc=False):
    """One item that is captured and not cleared."""

    at_ms: int
    fen: int


class Ready(msgspec.Struct, gc=False):
    """What waits to be cleared."""

    captured: dict[str, list[Item]] = msgspec.field(default_factory=dict)  # by key
    let_go: dict[str, int] = msgspec.field(default_factory=dict)  # by key: when it was held no longer
    uploads: dict[tuple[str, int], frozenset[int]] = msgspec.field(default_factory=dict)

    def capture(self, record: Posted) -> None:
        """An item is booked for a merchant."""
        fen = 0
        for account, moved in record.entries:
            if account.endswith(PENDING):
                fen += moved
        self.capture_one(record.key, record.at_ms, fen)

    def capture_one(self, key: str, at_ms: int, fen: int) -> None:
        """The same of one whose sum is known."""
        items = self.captured.get(key)
        if items is None:
            self.captured[key] = [Item(at_ms, fen)]
        else:
            items.append(Item(at_ms, fen))

    def first_ms(self, tid: str, batch: int) -> int | None:
        """When the first item of a batch was booked that is not cleared; looks at all of them."""
        begins = f"{tid}/{batch:06}/"
        return min(
            (item.at_ms for key, items in self.captured.items() if key.startswith(begins) for item in items),
            default=None)

    def settle_by_items(self, book: Book, record: BatchCounted) -> None:
        """The host settles a batch by what was uploaded: what was not it may hold back."""
        batch = book.batches.get((record.tid, record.batch))
        uploaded = batch.uploaded if batch is not None else None
        self.uploads[record.tid, record.batch] = frozenset(uploaded or ())
        if len(self.uploads) > UPLOADS_KEPT:
            del self.uploads[next(iter(self.uploads))]

    def journaled(self, record: Journaled) -> None:
        """The host lets an item go that it held."""
        if record.entry in LETS_GO:
            key = key_of(record.tid, record.batch, record.stan)
            if key in self.captured:
                self.let_go[key] = record.at_ms

    def take(self, record: ItemCleared) -> tuple[Item | None, int]:
        """The item that is cleared, kept no longer, and when it was let go (0: it was not held)."""
        items = self.captured.get(record.key)
        if not items:
            return None, 0
        found = next((each for each in items if each.fen == record.amount_fen), items[0])
        items.remove(found)
        let_go_ms = self.let_go.get(record.key, 0)
        if not items:
            del self.captured[record.key]
            self.let_go.pop(record.key, None)
        return found, let_go_ms

    def held_until(self, book: Book, calendar: Calendar, key: str) -> int:
        """The last settlement date of an item that the host may hold; 0 where it may not."""
        name = batch_of(key)
        uploaded, at_ms = self.uploads.get(name), settled_ms(book, *name)
        if uploaded is None or at_ms is None or int(key.rpartition("/")[2]) in uploaded:
            return 0
        return calendar.business_day(at_ms) + (book.acquirer.held_days or FOR_EVER)

    def overdue(self, book: Book, calendar: Calendar) -> Iterator[tuple[str, Item, int]]:
        """Key and item of what should have been cleared by now, and the cut-over that should have."""
        for key, items in self.captured.items():
            for item in items:
                ready_ms = ready_since_ms(book, key, item)
                if ready_ms is None or item.at_ms - ready_ms > KNOWN_MS:
                    continue
                last = max(
                    calendar.business_day(max(ready_ms, self.let_go.get(key, 0))),
                    self.held_until(book, calendar, key))
                cut_over_ms = calendar.cut_over_of(last)
                if cut_over_ms < book.now_ms:
                    yield key, item, cut_over_ms


def ready_since_ms(book: Book, key: str, item: Item) -> int | None:
    """Since when the next cut-over clears an item; None: not yet."""
    if book.acquirer.capture == HOST_CLEARS:
        return item.at_ms
    batch_ms = settled_ms(book, *batch_of(key))
    return None if batch_ms is None else max(item.at_ms, batch_ms)


def batch_of(key: str) -> tuple[str, int]:
    """TID and batch in the name of a transaction."""
    tid, batch, _ = key.rsplit("/", 2)
    return tid, int(batch)


def is_of_batch(key: str) -> bool:
    """Whether a key names a transaction: TID, batch and STAN."""
    parts = key.rsplit("/", 2)
    return len(parts) == KEY_PARTS and parts[1].isdecimal() and parts[2].isdecimal()
