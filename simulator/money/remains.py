"""What remains of each sale that was cleared: the sum on which its fee stands.

The fee of a sale is the fee of what remains of it, rounded once.  An item that moves what remains
costs, or gives back, the difference; so however a refund is split, no fen more comes back than was
taken.  Knows no fee and no merchant.

Sales are forgotten by whole batches, ``remember_days`` cut-overs after the last item that moved one
of them.  What refers to a sale that is forgotten finds nothing that remains, and so no fee comes
back.  A sale of which more has gone than has come (its refund is cleared, it is not yet) is kept.
"""

from __future__ import annotations

from collections import deque

REMEMBER_DAYS = 62  # a host forgets settled batches after 30


class Remains:
    """By batch (``<TID>/<batch>``) and STAN, in fen.

    >>> remains = Remains()
    >>> remains.take("10000001/000001/000001", 500_000)
    (0, 500000)
    >>> remains.move("10000001/000001/000001", -250_000)
    (500000, 250000)
    """

    __slots__ = ("_batches", "_day", "_moved", "_moved_on", "_remember")

    def __init__(self, remember_days: int = REMEMBER_DAYS) -> None:
        self._batches: dict[str, dict[str, int]] = {}
        self._moved_on: dict[str, int] = {}  # batch to the number of the day
        self._moved: deque[list[str]] = deque([[]])  # batches, by the day on which one moved
        self._day = 0
        self._remember = remember_days

    def take(self, key: str, fen: int) -> tuple[int, int]:
        """A sale is cleared: what remained of it before (nothing), and what remains now.

        A number that is used again begins anew; where more has gone than has come it does not.
        """
        batch, stan = self._place(key)
        gone = min(batch.get(stan, 0), 0)
        batch[stan] = gone + fen
        return 0, max(gone + fen, 0)

    def move(self, key: str, fen: int) -> tuple[int, int]:
        """Something that refers to a sale is cleared: what remained of the sale, and what remains."""
        batch, stan = self._place(key)
        before = batch.get(stan, 0)
        after = batch[stan] = before + fen
        return max(before, 0), max(after, 0)

    def end_day(self) -> None:
        """A cut-over is done; forget what is long quiet."""
        self._day += 1
        self._moved.append([])
        while len(self._moved) > self._remember:
            for name in self._moved.popleft():
                if self._day - self._moved_on[name] < self._remember:
                    continue  # moved again since
                if min(self._batches[name].values()) < 0:
                    self._note(name)
                else:
                    del self._batches[name], self._moved_on[name]

    def __len__(self) -> int:
        """How many sales are remembered."""
        return sum(map(len, self._batches.values()))

    def _place(self, key: str) -> tuple[dict[str, int], str]:
        name, _, stan = key.rpartition("/")
        if self._moved_on.get(name) != self._day:
            self._note(name)
        return self._batches.setdefault(name, {}), stan

    def _note(self, name: str) -> None:
        self._moved_on[name] = self._day
        self._moved[-1].append(name)
