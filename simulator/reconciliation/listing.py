"""Single records and payouts that people look at: open ones, and late ones; says nothing in words."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from simulator.reconciliation.closing import difference_texts
from simulator.reconciliation.differences import COLUMNS, Difference, Look
from simulator.reconciliation.entry import Side
from simulator.reconciliation.payouts import late_ms
from simulator.reconciliation.shown import shown
from simulator.reconciliation.states import CLOSED, State
from simulator.reconciliation.store import Store

_LOOK = len(Look.__struct_fields__)
_FACTS = "side, file, line, amount, at, day, tid, batch, stan, rrn, ord, trade, pan, mid, payout, note, state, why, level"


class Named(msgspec.Struct, frozen=True, kw_only=True):
    """One record by its place, its sum, its moment and its names."""

    side: Side
    file: int
    line: int
    amount: int
    at: int | None
    day: int | None
    tid: str
    batch: str
    stan: str
    rrn: str
    order: str
    trade: str
    pan: str
    mid: str
    payout: str
    note: str
    state: State
    why: str
    level: str


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """An open record, what the other side has of it, and in which fields they differ."""

    record: Named
    other: Named | None = None
    differences: tuple[Difference, ...] = ()


class Payout(msgspec.Struct, frozen=True, kw_only=True):
    """One payout and how it stands."""

    ref: str
    mid: str
    settled: int | None
    due: int | None
    items: int
    gross: int
    fee: int
    no_fee: int  # items of which nobody says a fee
    taken_off: int
    paid: int | None
    paid_at: int | None
    paid_day: int | None
    account: str
    state: State
    why: str
    paid_to: str = ""

    @property
    def net(self) -> int:
        """What is to be paid."""
        return self.gross - self.fee - self.taken_off

    @property
    def late(self) -> int:
        """By how much it came late, milliseconds."""
        return late_ms(self.due, self.paid_at, self.paid_day) if self.paid is not None else 0


def named(row: tuple[object, ...]) -> Named:
    """A record as it may be shown."""
    facts = [shown(value) if isinstance(value, str) else value for value in row]
    return msgspec.convert(dict(zip(Named.__struct_fields__, facts, strict=True)), Named)


def every(store: Store) -> Iterator[Named]:
    """All records, in the order in which they were read."""
    for row in store.rows(f"SELECT {_FACTS} FROM rec ORDER BY id"):  # noqa: S608  names of our own
        yield named(row)


def open_cases(store: Store, state: State, limit: int) -> Iterator[Case]:
    """Open records of a state; a pair is told once, on the side that comes first."""
    if state is State.DIFFERS:
        yield from _pairs(store, limit)
        return
    other = {State.DUPLICATE: "beside"}.get(state, "mate")
    for (row,) in store.rows(
            f"SELECT id FROM rec r WHERE state = ? AND NOT (side = 'host' AND mate IS NOT NULL AND "  # noqa: S608  names of our own
            f"EXISTS (SELECT 1 FROM rec m WHERE m.id = r.mate AND m.state = r.state)) ORDER BY id LIMIT {limit}",
            state.value):
        yield Case(record=_one(store, row), other=_other(store, row, other))


def _one(store: Store, row: int) -> Named:
    return named(store.one(f"SELECT {_FACTS} FROM rec WHERE id = ?", row))  # noqa: S608  the same


def _other(store: Store, row: int, column: str) -> Named | None:
    mate, = store.one(f"SELECT {column} FROM rec WHERE id = ?", row)  # noqa: S608  the same
    return None if mate is None else _one(store, mate)


def _pairs(store: Store, limit: int) -> Iterator[Case]:
    for row, link, mate in store.rows(
            f"SELECT id, CASE WHEN side = 'terminal' THEN 'mate' ELSE 'paid' END, "  # noqa: S608  the same
            f"CASE WHEN side = 'terminal' THEN mate ELSE paid END FROM rec WHERE state = '{State.DIFFERS.value}' "
            f"AND (side = 'terminal' OR (side = 'host' AND paid IS NOT NULL AND mate IS NULL) OR "
            f"(side = 'bank' AND paid IS NULL AND pay IS NULL)) ORDER BY id LIMIT {limit}"):
        if mate is None:
            yield Case(record=_one(store, row))
            continue
        one, other = _look(store, row), _look(store, mate)
        fields, = store.one("SELECT why FROM rec WHERE id = ?", row)
        found = difference_texts(one, other, fields) if link == "mate" else [
            Difference("amount", one.amount - (one.fee or 0), other.amount)]
        yield Case(record=_one(store, row), other=_one(store, mate), differences=tuple(found))


def _look(store: Store, row: int) -> Look:
    look = Look(*store.one(f"SELECT {COLUMNS} FROM rec WHERE id = ?", row))  # noqa: S608  the same
    return msgspec.structs.replace(look, order=shown(look.order), trade=shown(look.trade))


def payouts(store: Store, *, all_of_them: bool, limit: int) -> Iterator[Payout]:
    """Payouts in their order; only those that are not plainly matched, unless all are wanted."""
    which = "" if all_of_them else (
        f"WHERE state NOT IN ('{State.MATCHED.value}', '{State.NETTED.value}')")
    for row in store.rows(
            f"SELECT ref, mid, settled, due, items, gross, fee, no_fee, off, paid, paid_at, paid_day, account, state, why, "  # noqa: S608  the same
            f"coalesce((SELECT max(account) FROM rec WHERE side = 'bank' AND rec.pay = pay.id), '') "
            f"FROM pay {which} ORDER BY settled, id LIMIT {limit}"):
        facts = [shown(value) if isinstance(value, str) else value for value in row]
        yield msgspec.convert(dict(zip(Payout.__struct_fields__, facts, strict=True)), Payout)


def count_payouts(store: Store) -> tuple[int, int]:
    """All payouts, and those that are open."""
    closed = ", ".join(f"'{state.value}'" for state in CLOSED)
    return (store.one("SELECT count(*) FROM pay")[0],
            store.one(f"SELECT count(*) FROM pay WHERE state NOT IN ({closed})")[0])  # noqa: S608  the same
