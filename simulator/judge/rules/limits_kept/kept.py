"""What was taken of cards, users and merchants, what is held, and the bounds."""

from __future__ import annotations

import msgspec

from simulator.judge.rule import Case
from simulator.trace.records import BankOpened, LimitSet, Posted


class Tally(msgspec.Struct, gc=False):
    """What was taken of one card, or for one merchant, on the last day that something was."""

    day: str = ""
    day_fen: int = 0
    month_fen: int = 0
    times: int = 0  # uses on the day

    def add(self, fen: int, day: str, times: int, of_month_fen: int | None = None) -> None:
        """One sum more, or less, on a day; of the month another one where a part of it counted in it before."""
        if day != self.day:
            self.day_fen = self.times = 0
            if day[:-2] != self.day[:-2]:
                self.month_fen = 0
            self.day = day
        self.day_fen += fen
        self.month_fen += fen if of_month_fen is None else of_month_fen
        self.times = max(self.times + times, 0)  # what is reversed may have been used the day before


class Used(msgspec.Struct, frozen=True, gc=False):
    """A hold that a completion took with it."""

    hold: str  # its key; "": not known
    fen: int


class Before(msgspec.Struct, frozen=True, gc=False):
    """What counted for a completion before it came, as the hold that it took with it."""

    fen: int = 0
    is_of_day: bool = True  # of the same day: what the completion takes more is all that counts more
    is_of_month: bool = True


class Kept(msgspec.Struct, gc=False):
    """Limits by account or merchant, what counts against them, and holds by key."""

    limits: dict[str, LimitSet] = msgspec.field(default_factory=dict)
    tallies: dict[str, Tally] = msgspec.field(default_factory=dict)  # the least that counts
    most: dict[str, Tally] = msgspec.field(default_factory=dict)  # the most that may count, by account
    struck: dict[str, None] = msgspec.field(default_factory=dict)  # keys that a fault has declined
    banks: dict[str, BankOpened] = msgspec.field(default_factory=dict)
    holds: dict[str, Posted] = msgspec.field(default_factory=dict)
    over: dict[str, Posted] = msgspec.field(default_factory=dict)  # holds that ended uncompleted
    used: dict[str, Used] = msgspec.field(default_factory=dict)  # by the completion that used one
    spent: dict[str, None] = msgspec.field(default_factory=dict)  # holds undone, or completed once more since
    whole: bool = False  # the trace shows every notice
    untold: dict[str, Posted] = msgspec.field(default_factory=dict)  # released holds, not told to the merchant
    silenced: dict[str, None] = msgspec.field(default_factory=dict)  # MIDs whose notices a fault took


_Case = Case[Kept]


def limit_set(case: _Case, record: LimitSet) -> None:
    """A card or merchant may take so much and no more."""
    case.memory.limits[record.whose] = record


def bank_opened(case: _Case, record: BankOpened) -> None:
    """How long a bank keeps what is held."""
    case.memory.banks[record.actor] = record
