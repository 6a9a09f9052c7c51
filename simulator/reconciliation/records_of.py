"""Cells become records: sums, moments, kinds, names; a value that is none is told with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NoReturn

from simulator.catalogue.language import Message
from simulator.reconciliation import sayings as say
from simulator.reconciliation.column_map import Reading
from simulator.reconciliation.entry import COMPENSATES, COMPENSATION, FEE, RETURN, SALE, Entry, Side
from simulator.reconciliation.forms import (
    COMPENSATED,
    INCOMING,
    KIND_WORDS,
    OUTGOING,
    STATUS,
    is_foot,
)
from simulator.reconciliation.rows import Header, Rows, normal
from simulator.reconciliation.sayings import BadFileError
from simulator.reconciliation.shown import FEWEST, card, kept, merchant_id, safe
from simulator.reconciliation.values import begins, fen, in_yuan, moment, time_of_day, yuan

_SUMS = ("amount", "income", "outgo", "fee", "taken_off", "refund")
_NAMES = ("tid", "batch", "stan", "rrn", "auth", "order", "trade", "payout", "note", "account")
_NOTES = ("note", "remark", "payer")
_COUNTS = ("rows", "rows_in", "rows_out")
_IN_COMMENT = re.compile(r"(?P<name>[^\d:：-]+)[:：]?(?P<number>-?[\d,]+(?:\.\d+)?)[笔元]")
_NONE = ("", "-", "--", "/", "0000-00-00 00:00:00")


class Bill:
    """One delimited file: its records, and what it says of its own totals."""

    def __init__(self, path: Path, side: Side, file: int, rows: Rows, reading: Reading) -> None:
        self._path = path
        self._side = side
        self._file = file
        self._rows = rows
        self._reading = reading
        self.header: Header = rows.header
        self._money: Callable[[str], int] = fen if reading.unit == "fen" else yuan
        at = rows.header.at
        self._alone = [(field, places[0]) for field, places in at.items() if len(places) == 1]
        self._several = [(field, places) for field, places in at.items() if len(places) > 1]
        self._moments = [field for field in ("time", "date") if field in at]
        self._sums = [field for field in _SUMS if field in at]
        self._names = [field for field in _NAMES if field in at]
        self._notes = [field for field in _NOTES if field in at]
        self._only = self._conditions()
        self.records = 0
        self.left_out = 0
        self.counted: dict[str, int] = {}  # what the records come to, by what a totals line may name
        self.told: dict[str, str] = {}  # what its totals line says

    def __iter__(self) -> Iterator[Entry]:
        names = self.header.names
        width, heads = len(names), names[0]
        totals_next: list[str] = []
        for number, cells in self._rows:
            first = cells[0]
            if totals_next:
                self.told = dict(zip(totals_next, cells, strict=False))
                totals_next = []
                continue
            if first in self.header.form.totals:
                totals_next = cells
                continue
            if first.lower() == heads and tuple(map(normal, cells)) == names:
                continue  # exports that were joined bring their header again
            if len(cells) != width:
                if is_foot(first):
                    continue
                if len(cells) < width or any(cells[width:]):
                    raise BadFileError(say.WIDTH.say(
                        file=self._path, line=number, found=len(cells), wanted=width, header=self.header.line))
            elif is_foot(first):
                continue
            if any(text not in cells[place] for place, text in self._only):
                self.left_out += 1
                continue
            yield self._record(number, cells)
            self.records += 1

    def _conditions(self) -> tuple[tuple[int, str], ...]:
        found = []
        for name, text in self._reading.only.items():
            if normal(name) not in self.header.names:
                raise BadFileError(say.NO_COLUMN.say(
                    file=self._path, line=self.header.line, name=safe(name),
                    columns=", ".join(self.header.names)))
            found.append((self.header.names.index(normal(name)), text))
        return tuple(found)

    # ---- one record --------------------------------------------------------------------------

    def _record(self, number: int, cells: Sequence[str]) -> Entry:
        text = {field: cells[place] for field, place in self._alone}
        for field, places in self._several:
            text[field] = next((value for place in places if (value := cells[place])), "")
        sums = {field: self._sum(number, field, given) for field in self._sums if (given := text[field]) not in _NONE}
        kind = self._kind(text)
        amount = self._amount(number, kind, text, sums)
        if self.header.form.totals:
            self._count(number, cells, kind, amount)
        if kind == SALE and amount < 0:
            kind = RETURN
        elif kind == RETURN and amount > 0:
            amount = -amount
        fee = sums.get("fee")
        names = {field: given if len(given := text[field]) < FEWEST else kept(given) for field in self._names}
        if kind == RETURN:
            for field in ("order", "trade"):
                if other := _some(text.get(f"refund_{field}", "")):  # a sale that was revoked has "0" there
                    names[field] = kept(other)
        notes = " ".join(dict.fromkeys(given for field in self._notes if (given := text[field]))) if self._notes else ""
        number_of_day, at = self._moment(number, text)
        return Entry(
            side=self._side, file=self._file, line=number, kind=kind, amount=amount,
            fee=None if fee is None or kind == FEE else _signed_fee(fee * self.header.form.fee_sign, kind),
            at=at, day=number_of_day, tid=names.get("tid", ""), batch=_plain(names.get("batch", "")),
            stan=_plain(names.get("stan", "")), rrn=_some(names.get("rrn", "")), auth=_some(names.get("auth", "")),
            order=names.get("order", ""), trade=names.get("trade", ""), pan=card(text["pan"]) if text.get("pan") else "",
            mid=merchant_id(text.get("mid", "")), account=names.get("account", ""), payout=names.get("payout", ""),
            settled=self._day(number, "settled", text), due=self._due(number, text),
            ok=STATUS.get(text.get("status", "").lower(), 1), note=kept(notes), taken_off=sums.get("taken_off", 0),
        )

    def _sum(self, number: int, field: str, text: str) -> int:
        try:
            return self._money(text)
        except ValueError:
            allowed = say.SUMS_FEN.say() if self._reading.unit == "fen" else say.SUMS.say(unit=say.YUAN.say())
            self._bad(say.NO_SUM, number, field, text, allowed)

    def _kind(self, text: dict[str, str]) -> str:
        said = text.get("kind", "")
        if not said:
            return COMPENSATION if self._side is Side.BANK and self._compensates(text) else SALE
        known = self.header.form.kinds.get(said)
        if known is not None:
            return known
        lowered = said.lower()
        return next((kind for word, kind in KIND_WORDS if word in lowered), SALE)

    def _compensates(self, text: dict[str, str]) -> bool:
        return text.get("payout", "").startswith(COMPENSATES) or any(
            word in text[field] for field in self._notes for word in COMPENSATED)

    def _amount(self, number: int, kind: str, text: dict[str, str], sums: dict[str, int]) -> int:
        if kind == RETURN and sums.get("refund"):
            return -abs(sums["refund"])
        if "income" in self.header.at or "outgo" in self.header.at:
            if "amount" in sums and "income" not in sums and "outgo" not in sums:
                return sums["amount"]
            return sums.get("income", 0) - abs(sums.get("outgo", 0))
        if "amount" not in sums:
            self._bad(say.NO_SUM, number, "amount", text.get("amount", ""), say.SUMS.say(unit=say.YUAN.say()))
        way = text.get("direction", "")
        if way == OUTGOING:
            return -abs(sums["amount"])
        return abs(sums["amount"]) if way == INCOMING else sums["amount"]

    def _moment(self, number: int, text: dict[str, str]) -> tuple[int | None, int | None]:
        for field in self._moments:
            if (given := text[field]) in _NONE:
                continue
            try:
                of_day, at = moment(given)
                clock = text.get("clock", "")
                if at is None and clock:
                    at = begins(of_day) + time_of_day(clock)
            except ValueError:
                self._bad(say.NO_DATE, number, field, given, say.DATES.say())
            return of_day, at
        return None, None

    def _day(self, number: int, field: str, text: dict[str, str]) -> int | None:
        given = text.get(field, "")
        if given in _NONE:
            return None
        try:
            return moment(given)[0]
        except ValueError:
            self._bad(say.NO_DATE, number, field, given, say.DATES.say())

    def _due(self, number: int, text: dict[str, str]) -> int | None:
        given = text.get("due", "")
        if given in _NONE:
            return None
        try:
            of_day, at = moment(given)
        except ValueError:
            self._bad(say.NO_DATE, number, "due", given, say.DATES.say())
        return begins(of_day) if at is None else at

    def _bad(self, row: Message, number: int, field: str, given: str, allowed: str) -> NoReturn:
        places = self.header.at.get(field, ())
        column = self.header.names[places[0]] if places else field
        raise BadFileError(row.say(
            file=self._path, line=number, column=safe(column), given=safe(given), allowed=allowed)) from None

    # ---- its own totals ----------------------------------------------------------------------

    def differing(self) -> Iterator[tuple[str, str, str]]:
        """Totals that the bill tells of itself and its records do not come to: name, told, found."""
        if self._only:
            return  # they are of all lines
        for name, said in (*self.told.items(), *self._told_in_comments()):
            if name not in self.header.form.totals:
                continue
            found = self.counted.get(name, 0)
            is_sum = self.header.form.totals[name].what not in _COUNTS
            try:
                told = self._money(said) if is_sum else int(said.replace(",", ""))
            except ValueError:
                told = None
            if told != found:
                yield name, safe(said), in_yuan(found) if is_sum else str(found)

    def _told_in_comments(self) -> Iterator[tuple[str, str]]:
        """Such as ``#交易合计：2笔，商家实收共1367.00元``: each name with its number."""
        for line in self._rows.comments:
            for part in line.strip().lstrip("#").split("，"):
                if told := _IN_COMMENT.fullmatch(part.strip()):
                    yield told["name"], told["number"]

    def _count(self, number: int, cells: Sequence[str], kind: str, amount: int) -> None:
        """What a totals line may name: records, those in and out, sums of columns."""
        for name, total in self.header.form.totals.items():
            if total.of not in ("", kind):
                continue
            match what := total.what:
                case "rows":
                    value = 1
                case "rows_in" | "sum_in":
                    value = (1 if what == "rows_in" else amount) if amount > 0 else 0
                case "rows_out" | "sum_out":
                    value = (1 if what == "rows_out" else -amount) if amount < 0 else 0
                case _ if what in self.header.names:
                    given = cells[self.header.names.index(what)]
                    value = self._sum(number, what, given) if given not in _NONE else 0
                case _:
                    continue
            self.counted[name] = self.counted.get(name, 0) + value


def _signed_fee(fee: int, kind: str) -> int:
    """A fee that is given back with a return is below zero, however it is written."""
    return -abs(fee) if kind == RETURN else fee


def _plain(text: str) -> str:
    """A number of up to six digits with its zeros; no number is all zeros."""
    return _some(text.zfill(6)) if text.isdecimal() and len(text) <= 6 else text


def _some(text: str) -> str:
    return text if text.strip("0") else ""
