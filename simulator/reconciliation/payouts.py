"""What the bank's lines pay for: single sales by a name, or payouts of many sales by their sum.

A payout is what the host's records of one reference, or of one merchant and settlement date, come
to: sums less fees less what else was taken off.  A line of the bank belongs to one payout or to
several in a row (a week-end paid at once); no line is used twice.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

import msgspec

from simulator.judge.calendar import Calendar, day_of
from simulator.local_time import DAY_MS, HOUR_MS, OFFSET_MS
from simulator.reconciliation.entry import COMPENSATION, FEE, NO_MONEY, OTHER, Side
from simulator.reconciliation.states import State
from simulator.reconciliation.store import Store
from simulator.reconciliation.terms import Terms

_CALENDAR = Calendar(23 * HOUR_MS, 9 * HOUR_MS)
_LATE_MS = HOUR_MS  # past its due time by more than this
_COMPARED = 4_000_000  # pairs of payouts and lines that are compared each with each
_WITHIN = 20  # days after its settlement date in which a payout is looked for
_IN_A_ROW = 12  # settlement dates that one line may pay
_DATE = re.compile(r"(?<!\d)(20\d{2})-?(\d{2})-?(\d{2})(?!\d)")


class PayoutFacts(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What the acquirer says of a payout beside its sales."""

    ref: str
    mid: str = ""
    settled: int | None = None
    due: int | None = None
    taken_off: int = 0  # netted, withheld, its own fee
    account: str = ""  # where it has to go
    suspended: str = ""  # why it stands in suspense


class Due(msgspec.Struct, gc=False):
    """A payout for which no line was found yet."""

    id: int
    ref: str
    mid: str
    account: str
    settled: int | None
    net: int


class Line(msgspec.Struct, gc=False):
    """A line of the bank that has no payout yet."""

    id: int
    amount: int
    day: int | None
    mid: str
    account: str
    settled: int | None


_OPEN_LINES = (
    "SELECT id, amount, day, mid, account, settled, note FROM rec WHERE side = 'bank' AND pay IS NULL "
    "AND paid IS NULL AND state = '' AND kind NOT IN (?, ?, ?) AND amount > 0 ORDER BY day, id")


def due_of(settled: int, terms: str) -> int | None:
    """When the payout of a settlement date is due."""
    return _CALENDAR.due_ms(settled, terms)


def make_payouts(store: Store, book: Side, facts: Sequence[PayoutFacts], terms: Terms) -> None:
    """Rows of ``pay`` from the records of the book; each record knows its payout."""
    _fill_in_fees(store, book, terms)
    mine = (f"side = '{book.value}' AND ok != {NO_MONEY} AND state != '{State.DUPLICATE.value}' "
            f"AND paid IS NULL AND kind != '{OTHER}'")
    dated, = store.one(f"SELECT count(*) FROM rec WHERE {mine} AND (settled IS NOT NULL OR payout != '')")  # noqa: S608  names of our own
    day = "settled" if dated else "day"
    sums = "max(due), count(*), sum(amount), sum(coalesce(fee, 0)), sum(fee IS NULL), max(account)"
    into = "INSERT INTO pay (ref, mid, settled, due, items, gross, fee, no_fee, account)"
    store.do(f"{into} SELECT payout, max(mid), max(settled), {sums} FROM rec "  # noqa: S608  the same
             f"WHERE {mine} AND payout != '' GROUP BY payout ORDER BY min(id)")
    store.do(f"{into} SELECT '', mid, {day}, {sums} FROM rec "  # noqa: S608  the same
             f"WHERE {mine} AND payout = '' AND {day} IS NOT NULL GROUP BY mid, {day} ORDER BY {day}, min(id)")
    store.do("CREATE INDEX pay_ref ON pay (ref, mid, settled)")
    store.do(f"UPDATE rec SET pay = (SELECT id FROM pay WHERE ref = rec.payout LIMIT 1) "  # noqa: S608  the same
             f"WHERE {mine} AND payout != ''")
    store.do(f"UPDATE rec SET pay = (SELECT id FROM pay WHERE ref = '' AND pay.mid = rec.mid AND "  # noqa: S608  the same
             f"pay.settled = rec.{day}) WHERE {mine} AND payout = '' AND {day} IS NOT NULL")
    store.change(
        "INSERT INTO pay (ref, mid, settled, items, gross, fee, no_fee) SELECT ?1, ?2, ?3, 0, 0, 0, 0 "
        "WHERE NOT EXISTS (SELECT 1 FROM pay WHERE ref = ?1)",
        ((fact.ref, fact.mid, fact.settled) for fact in facts))
    store.change(
        "UPDATE pay SET mid = ?, settled = coalesce(?, settled), due = coalesce(?, due), off = ?, "
        "account = ?, suspended = ? WHERE ref = ?",
        ((fact.mid, fact.settled, fact.due, fact.taken_off, fact.account, fact.suspended, fact.ref)
         for fact in facts))
    store.change("UPDATE pay SET due = ? WHERE id = ?", [
        (due_of(settled, terms.terms), row)
        for row, settled in store.rows("SELECT id, settled FROM pay WHERE due IS NULL AND settled IS NOT NULL")
    ])


def _fill_in_fees(store: Store, book: Side, terms: Terms) -> None:
    if terms.fee_ppm is None:
        return
    store.change("UPDATE rec SET fee = ? WHERE id = ?", [
        (terms.fee_of(amount), row) for row, amount in store.rows(
            "SELECT id, amount FROM rec WHERE side = ? AND fee IS NULL AND ok != 0", book.value)
    ])


def match_payouts(store: Store) -> None:
    """Lines of the bank find their payouts; ``pay`` of a line is written."""
    _by_reference(store)
    dues = [Due(*row) for row in store.rows(
        "SELECT id, ref, mid, account, settled, gross - fee - off FROM pay "
        "WHERE gross - fee - off > 0 AND NOT EXISTS (SELECT 1 FROM rec WHERE side = 'bank' AND rec.pay = pay.id) "
        "ORDER BY settled, id")]
    lines = [Line(row, amount, day, mid, account, settled_in(settled, note))
             for row, amount, day, mid, account, settled, note in store.rows(_OPEN_LINES, FEE, OTHER, COMPENSATION)]
    found: list[tuple[int, int]] = []
    done_lines: set[int] = set()
    done_dues: set[int] = set()
    for way, same in _WAYS:
        if way in _EACH_WITH_EACH and len(dues) * len(lines) > _COMPARED:
            continue
        for payouts, line in way(dues, lines, same):
            found.append((payouts[0].id, line.id))
            if len(payouts) > 1:
                _join(store, payouts)
            done_lines.add(line.id)
            done_dues.update(each.id for each in payouts)
        lines = [line for line in lines if line.id not in done_lines]
        dues = [due for due in dues if due.id not in done_dues]
    store.change("UPDATE rec SET pay = ? WHERE id = ?", found)


def _by_reference(store: Store) -> None:
    store.do("CREATE INDEX rec_line ON rec (payout) WHERE side = 'bank'")
    store.do("UPDATE rec SET pay = (SELECT id FROM pay WHERE pay.ref = rec.payout LIMIT 1) "
             "WHERE side = 'bank' AND payout != '' AND paid IS NULL AND kind != ?", COMPENSATION)
    store.do("CREATE INDEX rec_pay ON rec (pay)")


def settled_in(settled: int | None, note: str) -> int | None:
    """The settlement date that a line says in its text."""
    if settled is not None or (found := _DATE.search(note)) is None:
        return settled
    try:
        return _day(*map(int, found.groups()))
    except ValueError:
        return None


def _day(year: int, month: int, day: int) -> int:
    return date(year, month, day).toordinal() - date(1970, 1, 1).toordinal()


_Found = list[tuple[list[Due], Line]]


_Same = Callable[[Due, Line], bool]


def _same_account(due: Due, line: Line) -> bool:
    return _same_merchant(due, line) and (not (due.account and line.account) or due.account == line.account)


def _same_merchant(due: Due, line: Line) -> bool:
    """Whatever account it went to."""
    return not (due.mid and line.mid) or due.mid == line.mid


def _of_date(dues: list[Due], lines: list[Line], same: _Same) -> _Found:
    """The line names the settlement date."""
    of_day: dict[int | None, list[Due]] = {}
    for due in dues:
        of_day.setdefault(due.settled, []).append(due)
    found: _Found = []
    for line in lines:
        left = of_day.get(line.settled, []) if line.settled is not None else []
        fit = sorted((due for due in left if same(due, line)), key=lambda due: due.net != line.amount)
        if fit and (len(fit) == 1 or fit[0].net == line.amount):
            found.append(([fit[0]], line))
            left.remove(fit[0])
    return found


def _in_time(due: Due, line: Line) -> bool:
    return due.settled is None or line.day is None or due.settled <= line.day <= due.settled + _WITHIN


def _of_sum(dues: list[Due], lines: list[Line], same: _Same) -> _Found:
    """The line has the sum of a payout, the earliest first."""
    by_sum: dict[int, list[Due]] = {}
    for due in dues:
        by_sum.setdefault(due.net, []).append(due)
    found: _Found = []
    for line in lines:
        fit = next((due for due in by_sum.get(line.amount, ()) if _in_time(due, line) and same(due, line)), None)
        if fit is not None:
            by_sum[line.amount].remove(fit)
            found.append(([fit], line))
    return found


def _in_a_row(dues: list[Due], lines: list[Line], same: _Same) -> _Found:
    """The line has the sum of payouts of one merchant that follow one another."""
    found: _Found = []
    left = list(dues)
    for line in lines:
        for begin, first in enumerate(left):
            row: list[Due] = []
            total = 0
            for due in left[begin:]:
                if due.mid != first.mid or not same(due, line):
                    continue
                if not _in_time(due, line) or total >= line.amount or len(row) == _IN_A_ROW:
                    break
                row.append(due)
                total += due.net
            if total == line.amount and len(row) > 1:
                found.append((row, line))
                left = [due for due in left if due not in row]
                break
    return found


def _what_is_left(dues: list[Due], lines: list[Line], same: _Same) -> _Found:
    """One payout and one line in its time: they belong together, though their sums differ."""
    found: _Found = []
    for line in lines:
        fit = [due for due in dues if _in_time(due, line) and same(due, line)
               and due.net <= 2 * line.amount <= 4 * due.net and not any(due in used for used, _ in found)]
        others = [each for each in lines if fit and _in_time(fit[0], each) and same(fit[0], each)]
        if len(fit) == 1 and others == [line]:
            found.append((fit, line))
    return found


_WAYS: tuple[tuple[Callable[[list[Due], list[Line], _Same], _Found], _Same], ...] = (
    (_of_date, _same_account), (_of_sum, _same_account), (_in_a_row, _same_account),
    (_of_date, _same_merchant), (_of_sum, _same_merchant), (_what_is_left, _same_account),
)
_EACH_WITH_EACH = (_in_a_row, _what_is_left)


def _join(store: Store, payouts: list[Due]) -> None:
    """Several payouts that one line pays become one."""
    first, *others = payouts
    for other in others:
        store.do("UPDATE rec SET pay = ? WHERE pay = ?", first.id, other.id)
        store.do(
            "UPDATE pay SET (due, items, gross, fee, no_fee, off) = (SELECT max(pay.due, o.due), pay.items + o.items, "
            "pay.gross + o.gross, pay.fee + o.fee, pay.no_fee + o.no_fee, pay.off + o.off FROM pay AS o WHERE o.id = ?) "
            "WHERE id = ?", other.id, first.id)
        store.do("DELETE FROM pay WHERE id = ?", other.id)


# ---- how each stands -------------------------------------------------------------------------


def tell_payouts(store: Store, as_of_ms: int) -> None:
    """The state of each payout and of the bank's lines for it."""
    payouts: list[tuple[object, ...]] = []
    lines: list[tuple[str, str, int]] = []
    for row, due, net, account, suspended, items in store.rows(
            "SELECT id, due, gross - fee - off, account, suspended, items FROM pay ORDER BY id"):
        mine = list(store.rows(
            "SELECT id, amount, at, day, account FROM rec WHERE side = 'bank' AND pay = ? ORDER BY id", row))
        state, why, extra = _stands(net, due, account, suspended, mine, as_of_ms)
        if not items and not mine:
            state = State.NETTED if net <= 0 else state
        lines += [
            (State.DUPLICATE.value if each[0] in extra else _of_line(state).value, "", each[0]) for each in mine]
        kept = [each for each in mine if each[0] not in extra]
        payouts.append((
            state.value, why, sum(each[1] for each in kept) if kept else None,
            max((each[2] for each in kept if each[2] is not None), default=None),
            max((each[3] for each in kept if each[3] is not None), default=None), row))
    store.change("UPDATE pay SET state = ?, why = ?, paid = ?, paid_at = ?, paid_day = ? WHERE id = ?", payouts)
    store.change("UPDATE rec SET state = ?, why = ? WHERE id = ?", lines)


def _of_line(state: State) -> State:
    return State.DIFFERS if state is State.PAYOUT_DIFFERS else state


def _stands(
    net: int, due: int | None, account: str, suspended: str, lines: list[tuple[int, int, int | None, int | None, str]],
    as_of_ms: int,
) -> tuple[State, str, frozenset[int]]:
    """The state of a payout, in which field it differs, and lines that are there too often."""
    none: frozenset[int] = frozenset()
    if not lines:
        if net <= 0:
            return State.NETTED, "", none
        if suspended:
            return State.SUSPENDED, suspended, none
        return (State.OWED if due is not None and due <= as_of_ms else State.ON_ITS_WAY), "", none
    extra = none
    if sum(line[1] for line in lines) != net:
        exact = next((line for line in lines if line[1] == net), None)
        if exact is None:
            return State.PAYOUT_DIFFERS, "amount", none
        extra = frozenset(line[0] for line in lines if line is not exact)
        lines = [exact]
    if account and any(line[4] and line[4] != account for line in lines):
        return State.PAYOUT_DIFFERS, "account", extra
    late = max((late_ms(due, line[2], line[3]) for line in lines), default=0)
    return (State.LATE if late else State.MATCHED), "", extra


def late_ms(due: int | None, at: int | None, day: int | None) -> int:
    """By how much money came after it was due; whole days where only its day is known."""
    if due is None:
        return 0
    if at is not None and (at + OFFSET_MS) % DAY_MS:
        return at - due if at - due > _LATE_MS else 0
    return max(0, (0 if day is None else day) - day_of(due)) * DAY_MS
