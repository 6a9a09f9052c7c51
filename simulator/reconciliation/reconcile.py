"""The whole of a reconciliation: records in, every one of them with its state, and totals that add up."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec

from simulator.local_time import DAY_MS, OFFSET_MS
from simulator.reconciliation.closing import tell_pairs, tell_rest, tell_single
from simulator.reconciliation.compensations import tell_compensations
from simulator.reconciliation.entry import SIDES, Side
from simulator.reconciliation.levels import BY_ID, LEVELS
from simulator.reconciliation.matching import Matched, match, tell_left_over
from simulator.reconciliation.payouts import (
    PayoutFacts,
    make_payouts,
    match_payouts,
    tell_payouts,
)
from simulator.reconciliation.states import CLOSED, State
from simulator.reconciliation.store import Store
from simulator.reconciliation.terms import Terms

Progress = Callable[[str], None]
_SINGLE = tuple(BY_ID[name] for name in ("order", "trade", "rrn_date", "tid_batch_stan", "rrn"))


class Count(msgspec.Struct, frozen=True, gc=False):
    """So many records, and their sum in fen."""

    count: int = 0
    fen: int = 0

    def plus(self, count: int, fen: int) -> Count:
        """With more of them."""
        return Count(self.count + count, self.fen + fen)


class Money(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """How sums of the book become lines of the bank; fen."""

    gross: int
    fee: int
    taken_off: int
    due: int  # of all payouts that have something to pay
    arrived: int
    open: int  # due and not there
    compensated: int = 0  # beside it: the acquirer's own money for payouts that came late

    @property
    def net(self) -> int:
        """What is left of the gross."""
        return self.gross - self.fee - self.taken_off


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a reconciliation says; single records are asked of the store."""

    sides: tuple[Side, ...]
    book: Side
    read: Mapping[Side, Count]
    states: Mapping[State, Mapping[Side, Count]]
    matched_by: tuple[Matched, ...]
    paid_by: tuple[Matched, ...]
    money: Money | None
    as_of_ms: int | None
    bills: tuple[BillTotal, ...] = ()  # totals of bills that are not what their records come to

    own_names: tuple[str, ...] = ()  # that agree in no pair, and are not compared
    slips_again: int = 0  # printed once more: no records of their own

    @property
    def is_closed(self) -> bool:
        """Whether nothing is open."""
        return not self.bills and all(state in CLOSED for state in self.states)


class BillTotal(msgspec.Struct, frozen=True, gc=False):
    """One total that a bill tells of itself and its records do not come to."""

    file: str
    name: str
    told: str
    found: str


def reconcile(
    store: Store, terms: Terms, facts: Sequence[PayoutFacts] = (), *, as_of_ms: int | None = None,
    bills: Sequence[BillTotal] = (), slips_again: int = 0, progress: Progress = lambda _: None,
) -> Result:
    """Matches all that is in the store."""
    store.do("CREATE INDEX rec_side ON rec (side)")
    sides = tuple(side for side in SIDES if store.one("SELECT count(*) FROM rec WHERE side = ?", side.value)[0])
    present = frozenset(sides)
    book = Side.HOST if Side.HOST in present else Side.TERMINAL
    matched: list[Matched] = []
    paid: list[Matched] = []
    progress("pairs")
    if {Side.TERMINAL, Side.HOST} <= present:
        matched = match(store, Side.TERMINAL, Side.HOST, tolerance_ms=terms.tolerance_ms)
    if Side.BANK in present:
        progress("payouts")
        paid = match(store, book, Side.BANK, levels=_SINGLE, tolerance_ms=DAY_MS, link="paid")
    for side in sides:
        tell_left_over(store, side, _SINGLE if side is Side.BANK else LEVELS)
    own = tell_pairs(store, terms)
    money = None
    if Side.BANK in present or facts:
        as_of_ms = as_of_ms if as_of_ms is not None else _as_of(store, terms)
        tell_single(store, book)
        make_payouts(store, book, facts, terms)
        match_payouts(store)
        tell_payouts(store, as_of_ms)
        tell_compensations(store)
    progress("totals")
    tell_rest(store, present | ({Side.BANK} if facts else frozenset()), book)
    if Side.BANK in present or facts:
        money = _money(store, book)
    read = {side: Count(*store.one("SELECT count(*), coalesce(sum(amount), 0) FROM rec WHERE side = ?", side.value))
            for side in sides}
    result = Result(
        sides=sides, book=book, read=read, states=_states(store), matched_by=tuple(matched), paid_by=tuple(paid),
        money=money, as_of_ms=as_of_ms, bills=tuple(bills), own_names=own, slips_again=slips_again)
    _check(result)
    return result


def _as_of(store: Store, terms: Terms) -> int:
    """The end of the last day that the bank's records know."""
    last = terms.as_of
    if last is None:
        last = store.one("SELECT max(day) FROM rec WHERE side = 'bank'")[0] or 0
    return (last + 1) * DAY_MS - OFFSET_MS - 1


def _states(store: Store) -> dict[State, dict[Side, Count]]:
    found: dict[State, dict[Side, Count]] = {}
    for state, side, count, fen in store.rows("SELECT state, side, count(*), sum(amount) FROM rec GROUP BY state, side"):
        found.setdefault(State(state), {})[Side(side)] = Count(count, fen)
    return {state: found[state] for state in State if state in found}


def _money(store: Store, book: Side) -> Money:
    gross, fee, off, due, arrived = store.one(
        "SELECT coalesce(sum(gross), 0), coalesce(sum(fee), 0), coalesce(sum(off), 0), "
        "coalesce(sum(max(gross - fee - off, 0)), 0), coalesce(sum(paid), 0) FROM pay")
    single = store.one(
        "SELECT coalesce(sum(amount), 0), coalesce(sum(fee), 0) FROM rec WHERE side = ? AND paid IS NOT NULL", book.value)
    lines, = store.one("SELECT coalesce(sum(amount), 0) FROM rec WHERE side = 'bank' AND paid IS NOT NULL")
    compensated, = store.one(
        "SELECT coalesce(sum(amount), 0) FROM rec WHERE side = 'bank' AND state = ?", State.COMPENSATION.value)
    return Money(
        compensated=compensated, gross=gross + single[0], fee=fee + single[1], taken_off=off, due=due + single[0] - single[1],
        arrived=arrived + lines, open=due + single[0] - single[1] - arrived - lines)


def _check(result: Result) -> None:
    """Every record that was read stands in exactly one state."""
    for side in result.sides:
        total = Count()
        for counts in result.states.values():
            here = counts.get(side, Count())
            total = total.plus(here.count, here.fen)
        assert total == result.read[side], side
