"""Every record gets its state: what its pair says, what its payout says, what nobody else has.

The last step.  A record has exactly one state at the end; nothing is left without.
"""

from __future__ import annotations

from collections import Counter

from simulator.reconciliation.differences import (
    COLUMNS,
    NAMING,
    Difference,
    Look,
    agreeing,
    differences,
)
from simulator.reconciliation.entry import DISPUTE, FEE, NO_MONEY, OTHER, Side
from simulator.reconciliation.states import State
from simulator.reconciliation.store import Store
from simulator.reconciliation.terms import Terms

_LOOK = len(Look.__struct_fields__)
_NO, _DIFF = State.NO_MONEY.value, State.DIFFERS.value
_FEW = 2  # so many pairs may differ in a name by mistake


def tell_pairs(store: Store, terms: Terms) -> tuple[str, ...]:
    """Pairs of terminal and host: differing, or as their payout stands.

    Gives the names that both sides have and that agree nowhere: each side counts by its own, and they
    are not compared.
    """
    here = ", ".join(f"t.{column.strip()}" for column in COLUMNS.split(","))
    there = ", ".join(f"h.{column.strip()}" for column in COLUMNS.split(","))
    nothing: list[tuple[str, str, int]] = []
    told: list[tuple[int, int, list[str]]] = []
    agree: Counter[str] = Counter()
    differ: Counter[str] = Counter()
    for row in store.rows(f"SELECT {here}, {there} FROM rec t JOIN rec h ON h.id = t.mate WHERE t.side = 'terminal'"):  # noqa: S608  names of our own
        one, other = Look(*row[:_LOOK]), Look(*row[_LOOK:])
        if one.ok == NO_MONEY == other.ok:
            nothing += [(_NO, "", one.id), (_NO, "", other.id)]
            continue
        found = [each.field for each in differences(one, other, terms.tolerance_ms)]
        differ.update(found)
        agree.update(field for field in agreeing(one, other) if field not in found)
        if found:
            told.append((one.id, other.id, found))
    own = tuple(field for field in NAMING if differ[field] > _FEW and not agree[field])
    changes = [
        (_DIFF, ",".join(fields), row) for one_id, other_id, found in told
        if (fields := [field for field in found if field not in own]) for row in (one_id, other_id)
    ]
    store.change("UPDATE rec SET state = ?, why = ? WHERE id = ?", [*nothing, *changes])
    return own


def tell_single(store: Store, book: Side) -> None:
    """Sales that the bank has one by one: gross where their fees are lines of their own, else net."""
    store.do("CREATE INDEX IF NOT EXISTS rec_paid ON rec (paid)")
    _fees(store, book)
    changes: list[tuple[str, str, int]] = []
    for row, line, amount, fee, paid, charged, off in store.rows(
            f"SELECT b.id, l.id, b.amount, coalesce(b.fee, 0), l.amount, "  # noqa: S608  names of our own
            f"(SELECT sum(f.amount) FROM rec f WHERE f.paid = b.id AND f.side = 'bank' AND f.kind = '{FEE}'), l.taken_off "
            "FROM rec b JOIN rec l ON l.id = b.paid WHERE b.side = ? AND l.side = 'bank'", book.value):
        arrived = paid + (charged or 0)
        wanted = amount - fee - off
        state = State.MATCHED if arrived == wanted else State.DIFFERS
        why = "" if state is State.MATCHED else "amount" if charged is None or paid != amount else "fee"
        changes += [(state.value, why, line), (state.value, why, row)]
    store.change("UPDATE rec SET state = ?, why = ? WHERE id = ? AND state = ''", changes)
    store.do(f"UPDATE rec SET (state, why) = (SELECT l.state, l.why FROM rec b JOIN rec l ON l.id = b.paid WHERE b.id = rec.paid) "  # noqa: S608  the same
             f"WHERE side = 'bank' AND kind = '{FEE}' AND paid IS NOT NULL")


def _fees(store: Store, book: Side) -> None:
    """A charge of the bank belongs to the sale that it names."""
    for column in ("trade", "ord"):
        store.do(f"CREATE INDEX IF NOT EXISTS rec_{column} ON rec ({column}) WHERE side = '{book.value}' AND {column} != ''")
        store.do(f"UPDATE rec SET paid = (SELECT id FROM rec b WHERE b.side = '{book.value}' AND b.{column} = rec.{column} "  # noqa: S608  names of our own
                 f"AND b.{column} != '' AND b.paid IS NOT NULL AND (b.amount < 0) = (rec.amount > 0) LIMIT 1) "
                 f"WHERE side = 'bank' AND kind = '{FEE}' AND paid IS NULL AND {column} != ''")


def tell_rest(store: Store, sides: frozenset[Side], book: Side) -> None:
    """Whatever has no state yet."""
    store.do(f"UPDATE rec SET state = '{_NO}' WHERE state = '' AND ok = {NO_MONEY} AND mate IS NULL")  # noqa: S608  names of our own
    store.do(f"UPDATE rec SET state = '{State.OTHER.value}' WHERE state = '' AND kind = '{OTHER}'")  # noqa: S608  the same
    others = {Side.TERMINAL: Side.HOST, Side.HOST: Side.TERMINAL}
    for side, other in others.items():
        if side in sides and other in sides:
            store.do(f"UPDATE rec SET state = '{State.ONLY_HERE.value}', why = '{other.value}' "  # noqa: S608  the same
                     f"WHERE state = '' AND side = ? AND mate IS NULL AND kind != '{DISPUTE}'", side.value)
    if Side.BANK in sides:
        _as_paid(store, book)
        store.do(f"UPDATE rec SET state = '{State.ONLY_HERE.value}', why = '{book.value}' "  # noqa: S608  the same
                 "WHERE state = '' AND side = 'bank'")
    store.do(f"UPDATE rec SET state = '{State.MATCHED.value}' WHERE state = ''")  # noqa: S608  the same


def _as_paid(store: Store, book: Side) -> None:
    """The book's records stand as their payouts do, and the terminal's as those of the book."""
    store.do("UPDATE rec SET state = (SELECT pay.state FROM pay WHERE pay.id = rec.pay) "
             "WHERE state = '' AND side = ? AND pay IS NOT NULL", book.value)
    store.do(f"UPDATE rec SET state = '{State.UNSETTLED.value}' WHERE state = '' AND side = ?", book.value)  # noqa: S608  names of our own
    if book is Side.HOST:
        store.do("UPDATE rec SET (state, why) = (SELECT h.state, h.why FROM rec h WHERE h.id = rec.mate) "
                 "WHERE state = '' AND side = 'terminal' AND mate IS NOT NULL")


def difference_texts(one: Look, other: Look, fields: str) -> list[Difference]:
    """Those of a pair that were told, with both values."""
    wanted = fields.split(",")
    return [each for each in differences(one, other, 0) if each.field in wanted]
