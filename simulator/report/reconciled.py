"""What a reconciliation says to people: totals, payouts and open records, in 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from simulator.catalogue.language import Told
from simulator.catalogue.money_reasons import PayoutReason
from simulator.local_time import DAY_MS, HOUR_MS, MINUTE_MS, datetime_at
from simulator.reconciliation.entry import Side
from simulator.reconciliation.levels import BY_ID
from simulator.reconciliation.listing import Case, Named, Payout, open_cases, payouts
from simulator.reconciliation.reconcile import Count, Result
from simulator.reconciliation.states import CLOSED, WORDS, State
from simulator.reconciliation.store import Store
from simulator.reconciliation.values import begins, in_yuan
from simulator.report.reconciled_words import FIELDS, SIDES, SIDES_OF, said
from simulator.report.wrap import WIDTH, filled, width_of, wrapped

SHOWN = 20  # records of a state, and payouts
_FIRST = 26  # columns of the first word
_SIDE, _SUM = 18, 12  # of a side, of its sum

Files = Mapping[Side, Sequence[Path]]


def lines(result: Result, store: Store, files: Files, shown: int = SHOWN) -> Iterator[str]:
    """The text, line by line."""
    yield from _head(result)
    yield ""
    yield from _table(result)
    yield ""
    yield from _how(result)
    yield from _payouts(result, store, shown)
    for state in result.states:
        if state not in CLOSED and state is not State.PAYOUT_DIFFERS:
            yield from _cases(state, result, store, files, shown)
    for bill in result.bills:
        yield from wrapped(said("bill", file=bill.file, name=bill.name, told=bill.told, found=bill.found))


def _head(result: Result) -> Iterator[str]:
    verdict = said("closed") if result.is_closed else said("open")
    as_of = "" if result.as_of_ms is None else said("as_of", day=f"{datetime_at(result.as_of_ms):%Y-%m-%d}")
    yield said("head", verdict=verdict, as_of=as_of)


def _table(result: Result) -> Iterator[str]:
    """All sides beside one another, or one below the other where their sums are too wide for that."""
    counts = [*result.read.values(), *(count for sides in result.states.values() for count in sides.values())]
    width = max(_SIDE, *(len(_cell(count)) + 2 for count in counts))
    together = [result.sides] if _FIRST + width * len(result.sides) <= WIDTH else [(side,) for side in result.sides]
    for sides in together:
        yield _row("", [SIDES[side].say() for side in sides], width)
        yield _row(said("read"), [_cell(result.read[side]) for side in sides], width)
        for state, found in result.states.items():
            if any(side in found for side in sides):
                mark = " " if state in CLOSED else "!"
                yield _row(f"{mark} {WORDS[state].say()}", [_cell(found.get(side, Count())) for side in sides], width)


def _row(first: str, cells: Sequence[str], width: int) -> str:
    return (filled(first, _FIRST) + "".join(_right(cell, width) for cell in cells)).rstrip()


def _cell(count: Count) -> str:
    return f"{count.count} {in_yuan(count.fen):>{_SUM}}" if count.count else "-"


def _right(text: str, width: int) -> str:
    return " " * max(0, width - width_of(text)) + text


def _how(result: Result) -> Iterator[str]:
    for key, found in (("matched_by", result.matched_by), ("paid_by", result.paid_by)):
        if found:
            ways = said("and").join(
                said("weak_way" if BY_ID[each.level].weak else "way", way=BY_ID[each.level].words.say(), n=each.count)
                for each in found)
            yield from wrapped(said(key, ways=ways))
    if result.own_names:
        yield from wrapped(said("own_names", names=", ".join(FIELDS[name].say() for name in result.own_names)))
    if result.slips_again:
        yield from wrapped(said("slips_again", n=result.slips_again))
    money = result.money
    if money is not None:
        yield from wrapped(said(
            "money", gross=in_yuan(money.gross), fee=in_yuan(money.fee), off=in_yuan(money.taken_off), net=in_yuan(money.net)))
        yield from wrapped(said(
            "arrived", due=in_yuan(money.due), arrived=in_yuan(money.arrived), open=in_yuan(money.open)))
        if money.compensated:
            yield from wrapped(said("compensated", fen=in_yuan(money.compensated)))


# ---- payouts ---------------------------------------------------------------------------------


def _payouts(result: Result, store: Store, shown: int) -> Iterator[str]:
    if result.money is None:
        return
    listed = list(payouts(store, all_of_them=False, limit=shown + 1))
    if not listed:
        return
    yield ""
    yield said("payouts")
    for payout in listed[:shown]:
        yield from wrapped(_payout(payout), indent="  ", again="    ")
    if len(listed) > shown:
        yield said("more")


def _payout(payout: Payout) -> str:
    name = payout.ref or " ".join(filter(None, (_day(payout.settled), payout.mid)))
    parts = [said("payout", state=WORDS[payout.state].say(), name=name, net=in_yuan(payout.net), n=payout.items)]
    if payout.why == "amount" and payout.paid is not None:
        short = payout.net - payout.paid
        parts.append(said("short" if short > 0 else "over", paid=in_yuan(payout.paid), by=in_yuan(abs(short))))
        if payout.no_fee:
            parts.append(said("no_fee", n=payout.no_fee))
    elif payout.why == "account":
        parts.append(said("account", one=payout.account, other=payout.paid_to))
    elif payout.state is State.SUSPENDED:
        parts.append(_reason(payout.why))
    elif payout.state is State.LATE:
        parts.append(said("late", span=_span(payout.late)))
    if payout.state in (State.OWED, State.ON_ITS_WAY) and payout.due is not None:
        parts.append(said("due", when=f"{datetime_at(payout.due):%Y-%m-%d}"))
    return said("part").join(parts)


def _reason(code: str) -> str:
    return next((Told(reason.en, reason.zh).say() for reason in PayoutReason if reason.value == code), code)


def _span(ms: int) -> str:
    if ms >= DAY_MS:
        return said("days", n=ms // DAY_MS)
    return said("hours", n=ms // HOUR_MS, m=ms % HOUR_MS // MINUTE_MS)


# ---- records ---------------------------------------------------------------------------------


def _cases(state: State, result: Result, store: Store, files: Files, shown: int) -> Iterator[str]:
    if all(side is Side.BANK for side in result.states[state]) and state is State.DIFFERS:
        return  # of payouts, which are told above
    cases = list(open_cases(store, state, shown + 1))
    if not cases:
        return
    yield ""
    yield f"{WORDS[state].say()}:" if state is not State.ONLY_HERE else f"{said('only_here')}:"
    for case in cases[:shown]:
        yield from wrapped(_case(case, files), indent="  ", again="    ")
    if len(cases) > shown:
        yield said("more")


def _case(case: Case, files: Files) -> str:
    record = case.record
    parts = [f"{_place(record, files)}  {in_yuan(record.amount)}", *_names(record)]
    if record.state is State.ONLY_HERE:
        parts.append(said("none", side=SIDES[Side(record.why)].say()))
    if record.state is State.DUPLICATE and case.other is not None:
        parts.append(said("beside", place=_place(case.other, files)))
    parts += [
        said("differs", field=FIELDS[each.field].say(),
             one=SIDES[record.side].say(), here=_value(each.field, each.one),
             other=SIDES[case.other.side].say() if case.other is not None else "", there=_value(each.field, each.other))
        for each in case.differences
    ]
    return said("part").join(parts)


def _place(record: Named, files: Files) -> str:
    paths = files.get(record.side, ())
    if record.file < len(paths):
        return f"{paths[record.file].name}:{record.line}"
    return f"{SIDES_OF[record.side].say()} {record.line}"


def _names(record: Named) -> Iterator[str]:
    yield _when(record)
    for label, value in (("RRN", record.rrn), ("TID", record.tid), ("STAN", record.stan)):
        if value:
            yield f"{label} {value}"
    for key, value in (("order", record.order), ("trade", record.trade), ("card", record.pan), ("note", record.note)):
        if value:
            yield said(key, value=value[:WIDTH // 2])


def _when(record: Named) -> str:
    if record.at is not None:
        return f"{datetime_at(record.at):%Y-%m-%d %H:%M:%S}"
    return _day(record.day) or said("no_date")


def _day(number: int | None) -> str:
    return "" if number is None else f"{datetime_at(begins(number)):%Y-%m-%d}"


def _value(field: str, value: str | int) -> str:
    match field, value:
        case ("amount" | "fee"), int():
            return in_yuan(value)
        case "status", int():
            return said("approved" if value else "declined")
        case ("date" | "time"), int():
            return _day(value) if value < DAY_MS else f"{datetime_at(value):%Y-%m-%d %H:%M:%S}"
        case _:
            return str(value)
