"""Lines of a bank that are no payout: what an acquirer paid of its own for payouts that came late (赔付).

Such a line is closed where the payout that it names, by its number or its settlement date, did come late.
One that names none is closed where any payout of its merchant did, no later than itself.  A payout is compensated
once: what names it again is a duplicate.
"""

from __future__ import annotations

import msgspec

from simulator.reconciliation.entry import COMPENSATES, COMPENSATION
from simulator.reconciliation.payouts import late_ms, settled_in
from simulator.reconciliation.states import State
from simulator.reconciliation.store import Store


class _Late(msgspec.Struct):
    """A payout that came late."""

    ref: str
    mid: str
    settled: int | None
    day: int | None  # on which it came
    compensated_by: int | None = None


class _Paid(msgspec.Struct, frozen=True):
    """A line that compensates."""

    id: int
    payout: str
    mid: str
    day: int | None
    note: str

    def is_for(self, late: _Late) -> bool:
        named = self.payout.removeprefix(COMPENSATES)
        if named and late.ref:
            return late.ref == named
        settled = settled_in(None, f"{named} {self.note}")
        if self.mid and late.mid and self.mid != late.mid:
            return False
        if settled is not None:
            return late.settled == settled
        return self.day is None or late.day is None or late.day <= self.day


def tell_compensations(store: Store) -> None:
    """The state of each such line that nothing else was said of; what was for no late payout stays open."""
    late = [
        _Late(ref, mid, settled, day) for ref, mid, settled, due, at, day in store.rows(
            "SELECT ref, mid, settled, due, paid_at, paid_day FROM pay WHERE paid IS NOT NULL")
        if late_ms(due, at, day)]
    told: list[tuple[str, int | None, int]] = []
    for row in store.rows(
            "SELECT id, payout, mid, day, note FROM rec WHERE side = 'bank' AND state = '' AND kind = ? ORDER BY id", COMPENSATION):
        paid = _Paid(*row)
        mine = [each for each in late if paid.is_for(each)]
        free = next((each for each in mine if each.compensated_by is None), None)
        if free is not None:
            free.compensated_by = paid.id
            told.append((State.COMPENSATION.value, None, paid.id))
        elif mine:
            told.append((State.DUPLICATE.value, mine[0].compensated_by, paid.id))
        else:
            told.append((State.ONLY_HERE.value, None, paid.id))
    store.change("UPDATE rec SET state = ?, beside = ? WHERE id = ?", told)
