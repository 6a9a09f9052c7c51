"""Limits of a card or a merchant: one sum, a day, a month; and what counts against them.

A sum counts on the calendar day on which it was taken.  What is reversed, voided or released gives
its sum back to that day and its month, where these still last; a refund gives nothing back.  So it
is our own rule: no published one says it.  How often a card was used in a day is never given back
by a void, as it was used, but is by a reversal, by which it was not.
"""

from __future__ import annotations

import msgspec

OVER_LIMIT, TOO_OFTEN = "61", "65"


class Limit(msgspec.Struct, frozen=True, gc=False):
    """The most that may be taken; 0: no bound."""

    single_fen: int = 0
    day_fen: int = 0
    month_fen: int = 0
    times_a_day: int = 0

    def __bool__(self) -> bool:
        """Whether there is any bound."""
        return bool(self.single_fen or self.day_fen or self.month_fen or self.times_a_day)


NO_LIMIT = Limit()


def of_one_payment(limit: Limit) -> Limit:
    """What a limit is for somebody who pays once and never again.

    >>> of_one_payment(Limit(day_fen=300_00, month_fen=900_00, times_a_day=2)).single_fen
    30000
    """
    bounds = [fen for fen in (limit.single_fen, limit.day_fen, limit.month_fen) if fen]
    return Limit(single_fen=min(bounds, default=0))


class Spent(msgspec.Struct, gc=False):
    """What counts for one card or merchant: of the last day and month on which something did."""

    day: str = ""  # ends with the two digits of the day; what stands before them is the month
    day_fen: int = 0
    times: int = 0
    month_fen: int = 0

    def refusal(self, limit: Limit, amount_fen: int, day: str) -> str:
        """The response code against one sum more on a day, or an empty string.

        >>> Spent("2026-03-10", 60, 1, 90).refusal(Limit(day_fen=100), 50, "2026-03-10")
        '61'
        >>> Spent("2026-03-10", 60, 1, 90).refusal(Limit(day_fen=100), 50, "2026-03-11")
        ''
        """
        day_fen, times, month_fen = self._on(day)
        for bound, fen in (
            (limit.single_fen, amount_fen), (limit.day_fen, day_fen + amount_fen),
            (limit.month_fen, month_fen + amount_fen),
        ):
            if bound and fen > bound:
                return OVER_LIMIT
        return TOO_OFTEN if limit.times_a_day and times >= limit.times_a_day else ""

    def add(self, amount_fen: int, day: str, times: int = 1) -> None:
        """One sum more, or by a negative one less, on a day; what is over takes nothing any more."""
        if day >= self.day:
            self.day_fen, self.times, self.month_fen = self._on(day)
            self.day = day
            self.day_fen += amount_fen
            self.times += times
            self.month_fen += amount_fen
        elif day[:-2] == self.day[:-2]:
            self.month_fen += amount_fen

    def _on(self, day: str) -> tuple[int, int, int]:
        if day == self.day:
            return self.day_fen, self.times, self.month_fen
        return 0, 0, self.month_fen if day[:-2] == self.day[:-2] else 0


class CardSums:
    """What counts for each card of one issuer; a card without a limit costs nothing."""

    __slots__ = ("_limit", "_limits", "_spent")

    def __init__(self, limit: Limit = NO_LIMIT) -> None:
        self._limit = limit
        self._limits: dict[str, Limit] = {}  # of cards that have their own
        self._spent: dict[str, Spent] = {}

    def set_limit(self, ref: str, limit: Limit) -> None:
        """A card has a limit of its own."""
        self._limits[ref] = limit

    def refusal(self, ref: str, amount_fen: int, day: str) -> str:
        """The response code against one sum more, or an empty string."""
        limit = self._limits.get(ref, self._limit)
        return (self._spent.get(ref) or Spent()).refusal(limit, amount_fen, day) if limit else ""

    def count(self, ref: str, amount_fen: int, day: str, times: int) -> None:
        """One sum more, or by negative ones less."""
        if not self._limits.get(ref, self._limit):
            return
        spent = self._spent.get(ref)
        if spent is None:
            spent = self._spent[ref] = Spent()
        spent.add(amount_fen, day, times)
