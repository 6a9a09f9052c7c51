"""When the next customer comes to a terminal, and what that customer wants; serves nobody.

Each terminal has a stream of its own, decided by (seed, TID, running number) alone, so one more
terminal changes nobody else's day.
"""

from __future__ import annotations

from bisect import bisect_right
from math import log1p

import msgspec

from simulator.chance import bits, purpose_number
from simulator.local_time import DAY_MS, HOUR_MS, OFFSET_MS, date_at
from simulator.scenario.parts.merchant import Hours, Mix, Sales
from simulator.wire.kinds import Kind
from simulator.world.time.spread import STEPS, log_normal

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = 24
_PEAK_REACH_MS = HOUR_MS
NEVER = 1 << 62
_SLACK = 1.000_001  # sums of hours and of days differ by their rounding


class Wish(msgspec.Struct, frozen=True, gc=False):
    """What a customer wants."""

    number: int  # running number on this terminal, from 1
    what: Kind  # sale, qr_sale, offline_sale, preauth, balance
    amount_fen: int
    customer: int  # 0 to customers - 1
    then: str  # "", void, refund: what becomes of it later
    later: int  # 16 bits that decide details of that
    mistake: str  # "", duplicate_entry, wrong_amount, void_by_mistake


class Opening(msgspec.Struct, frozen=True):
    """Opening hours as sales a millisecond for each hour of the day, and the days."""

    per_ms: tuple[float, ...]
    days: frozenset[int]
    per_day: float  # of an open day


LONGEST_WAIT_MS = 400 * DAY_MS  # for the next customer, who else never comes


def opening_of(hours: Hours, sales: Sales, terminals: int) -> Opening:
    """The rate of one of ``terminals`` terminals over a day."""
    weights = [_weight(hours, sales, hour) for hour in range(_HOURS)]
    busy = [weight for weight in weights if weight]
    scale = sales.per_hour / HOUR_MS / terminals / (sum(busy) / len(busy)) if busy else 0.0
    days = frozenset(_DAYS.index(day) for day in hours.days)
    per_ms = tuple(weight * scale for weight in weights)
    return Opening(per_ms, days, sum(per_ms) * HOUR_MS)


def is_open(hours: Hours, at_ms: int) -> bool:
    """Whether a merchant is open at a moment."""
    local = at_ms + OFFSET_MS
    time_of_day = local % DAY_MS
    weekday = _DAYS[date_at(at_ms).weekday()]
    if hours.from_ms <= hours.until_ms:
        return weekday in hours.days and hours.from_ms <= time_of_day < hours.until_ms
    return weekday in hours.days and (time_of_day >= hours.from_ms or time_of_day < hours.until_ms)


def _weight(hours: Hours, sales: Sales, hour: int) -> float:
    start, end = hour * HOUR_MS, (hour + 1) * HOUR_MS
    spans = [(hours.from_ms, hours.until_ms)]
    if hours.from_ms > hours.until_ms:
        spans = [(hours.from_ms, DAY_MS), (0, hours.until_ms)]
    shares = (max(0, min(end, until) - max(start, since)) / HOUR_MS for since, until in spans)
    middle = start + HOUR_MS // 2
    peak = any(abs(middle - each) <= _PEAK_REACH_MS for each in sales.peaks_ms)
    return sum(shares) * (2.0 if peak else 1.0)


class Mixture:
    """What customers of a merchant want, in shares, as edges to look a draw up in."""

    __slots__ = ("amounts", "customers", "edges", "kinds", "mistakes", "refund", "void")

    def __init__(self, sales: Sales) -> None:
        mix: Mix = sales.mix
        shares = (
            (Kind.BALANCE, mix.balance), (Kind.PREAUTH, mix.preauth), (Kind.QR_SALE, mix.qr),
            (Kind.OFFLINE_SALE, mix.offline),
        )
        self.kinds: list[Kind] = []
        self.edges: list[float] = []
        edge = 0.0
        for kind, share in shares:
            if share:
                edge += share
                self.kinds.append(kind)
                self.edges.append(edge)
        self.kinds.append(Kind.SALE)
        self.void = mix.void
        self.refund = mix.refund
        self.amounts = log_normal(sales.amount.median_fen, sales.amount.p95_fen)
        self.customers = sales.customers
        wrong = sales.mistakes
        errs = wrong.duplicate_entry or wrong.wrong_amount or wrong.void_by_mistake
        self.mistakes = wrong if errs else None

    def wish(self, number: int, draw: int) -> Wish:
        """What 64 bits of chance make of a customer."""
        amount = self.amounts[draw & (STEPS - 1)] or 1
        what = Kind.SALE
        if self.edges:
            what = self.kinds[bisect_right(self.edges, (draw >> 10 & 0xFFFF) / 65536)]
        then = mistake = ""
        if self.void or self.refund:
            part = (draw >> 26 & 0xFFFF) / 65536
            then = "void" if part < self.void else "refund" if part < self.void + self.refund else ""
        if self.mistakes is not None:
            mistake = self._mistake((draw >> 32 & 0xFFFF) / 65536)
        return Wish(number, what, amount, (draw >> 42) % self.customers, then, draw >> 48, mistake)

    def _mistake(self, part: float) -> str:
        mistakes = self.mistakes
        for name in ("duplicate_entry", "wrong_amount", "void_by_mistake"):
            share = getattr(mistakes, name)
            if part < share:
                return name
            part -= share
        return ""


class Stream:
    """The customers of one terminal."""

    __slots__ = ("_key", "_mixture", "_opening", "_seed", "after_ms", "comes_ms", "number")

    def __init__(self, seed: int, tid: str, opening: Opening, mixture: Mixture) -> None:
        self._seed = seed
        self._key = purpose_number("demand", tid)
        self._opening = opening
        self._mixture = mixture
        self.number = 0  # of the customer who comes next
        self.after_ms = 0  # nobody comes before
        self.comes_ms = NEVER

    def next_ms(self, after_ms: int, until_ms: int = NEVER) -> int:
        """When the next customer comes; NEVER where none comes before ``until_ms``."""
        self.number += 1
        draw = bits(self._seed, self._key, self.number, 0) >> 11
        units = -log1p(-draw / (1 << 53))
        self.after_ms = after_ms
        self.comes_ms = self._moment(after_ms, units, min(until_ms, after_ms + LONGEST_WAIT_MS))
        return self.comes_ms

    def jump(self, now_ms: int, to_ms: int, until_ms: int = NEVER) -> int:
        """When the next customer comes if the calendar jumps from now to a moment.

        What was still to be waited is waited from there on, by the hours of that day.
        """
        units = self._units(max(now_ms, self.after_ms), self.comes_ms - 1)
        to_ms = self.after_ms = max(to_ms, self.after_ms)
        self.comes_ms = self._moment(to_ms, units, min(until_ms, to_ms + LONGEST_WAIT_MS))
        return self.comes_ms

    def take_up(self, number: int, after_ms: int, comes_ms: int) -> None:
        """Go on where a former process ended."""
        self.number, self.after_ms, self.comes_ms = number, after_ms, comes_ms

    def _units(self, at_ms: int, until_ms: int) -> float:
        """How many customers are to be expected from one moment to another."""
        units = 0.0
        while at_ms < until_ms:
            local = at_ms + OFFSET_MS
            end_ms = min(until_ms, at_ms + HOUR_MS - local % HOUR_MS)
            if (local // DAY_MS + 3) % 7 in self._opening.days:
                units += self._opening.per_ms[local % DAY_MS // HOUR_MS] * (end_ms - at_ms)
            at_ms = end_ms
        return units

    def _moment(self, at_ms: int, units: float, until_ms: int) -> int:
        """When so many more are to be expected; NEVER where that is not before ``until_ms``."""
        opening = self._opening
        days = (until_ms - at_ms) // DAY_MS + 2  # begun ones, at either end
        if not opening.per_day or units > opening.per_day * days * _SLACK:
            return NEVER  # at no cost: so many never come
        per_ms = opening.per_ms
        while at_ms < until_ms:
            local = at_ms + OFFSET_MS
            rate = per_ms[local % DAY_MS // HOUR_MS]
            left_ms = HOUR_MS - local % HOUR_MS
            if rate and (local // DAY_MS + 3) % 7 in opening.days:
                if units <= rate * left_ms:
                    return at_ms + int(units / rate) + 1
                units -= rate * left_ms
            at_ms += left_ms
        return NEVER

    def wish(self) -> Wish:
        """What the customer of the last :meth:`next_ms` wants."""
        return self._mixture.wish(self.number, bits(self._seed, self._key, self.number, 1))
