"""What remains of each sale that was cleared: the judge's own memory, from which fees are computed anew.

It is remembered by batch for ``REMEMBERED_DAYS`` after a batch was last cleared from, which is longer
than a host lets anybody refer to it; of what is forgotten, or was never seen to be cleared, nothing
is said.  When the date is over in which a batch was cleared its sums are packed: eight bytes a sale.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from datetime import date, timedelta

REMEMBERED_DAYS = 40
STAN_DIGITS = 6
MOST_FEN = 2**31 - 1  # in one place of an array; a larger sum stays as it is


class Batch:
    """The sums of one batch, by STAN: those of today in a dictionary, the others packed."""

    __slots__ = ("fens", "fresh", "last", "stans")

    def __init__(self) -> None:
        self.fresh: dict[str, int] | None = None
        self.stans = array("I")  # rising
        self.fens = array("i")
        self.last = ""  # the date on which it was last cleared from

    def get(self, stan: str) -> int | None:
        """What remains under a number; None: nothing was cleared."""
        if self.fresh is not None and stan in self.fresh:
            return self.fresh[stan]
        place = self._place(stan)
        return None if place is None else self.fens[place]

    def put(self, stan: str, fen: int) -> None:
        """So much remains from now on."""
        if self.fresh is None:
            self.fresh = {}
        self.fresh[stan] = fen

    def pack(self) -> None:
        """The date is over."""
        fresh, left = self.fresh or {}, {}
        sums = dict(zip(self.stans, self.fens, strict=True))
        for stan, fen in fresh.items():
            if _is_number(stan) and abs(fen) <= MOST_FEN:
                sums[int(stan)] = fen
            else:
                left[stan] = fen
        numbers = sorted(sums)
        self.stans, self.fens = array("I", numbers), array("i", [sums[number] for number in numbers])
        self.fresh = left or None

    def _place(self, stan: str) -> int | None:
        if not self.stans or not _is_number(stan):
            return None
        number = int(stan)
        place = bisect_left(self.stans, number)
        return place if place < len(self.stans) and self.stans[place] == number else None


def _is_number(stan: str) -> bool:
    return len(stan) == STAN_DIGITS and stan.isdecimal()


class Remaining:
    """What remains of each sale that was cleared, by batch and STAN."""

    __slots__ = ("_batches", "_day", "_today", "kinds")

    def __init__(self) -> None:
        self.kinds: dict[str, frozenset[str]] = {}  # that a card may be of, by its masked number
        self._batches: dict[str, Batch] = {}
        self._today: dict[str, Batch] = {}  # not packed yet
        self._day = ""

    def knows(self, key: str) -> bool:
        """Whether something of a sale was cleared."""
        name, _, stan = key.rpartition("/")
        batch = self._batches.get(name)
        return batch is not None and batch.get(stan) is not None

    def taken(self, key: str, fen: int, day: str) -> tuple[int, int]:
        """A sale was cleared: (nothing, what remains).  A number that is used again begins anew."""
        batch, stan = self._touch(key, day)
        now = fen + min(0, batch.get(stan) or 0)
        batch.put(stan, now)
        return 0, now

    def moved(self, key: str, fen: int, day: str) -> tuple[int, int]:
        """What refers to a sale was cleared: what remained of the sale, and what remains."""
        batch, stan = self._touch(key, day)
        had = batch.get(stan) or 0
        batch.put(stan, had + fen)
        return had, had + fen

    def _touch(self, key: str, day: str) -> tuple[Batch, str]:
        if day > self._day:
            self._day = day
            self._pack()
            self._forget(day)
        name, _, stan = key.rpartition("/")
        batch = self._batches.get(name)
        if batch is None:
            batch = self._batches[name] = Batch()
        batch.last = self._day if day == self._day else day  # one text for all
        self._today[name] = batch
        return batch, stan

    def _pack(self) -> None:
        for batch in self._today.values():
            batch.pack()
        self._today.clear()

    def _forget(self, day: str) -> None:
        try:
            horizon = (date.fromisoformat(day) - timedelta(days=REMEMBERED_DAYS)).isoformat()
        except ValueError:  # a machine may write what is no date: invariant 24 tells
            return
        for name in [name for name, batch in self._batches.items() if batch.last < horizon]:
            del self._batches[name]
