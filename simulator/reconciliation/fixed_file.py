"""A clearing file with fixed columns, made into records; its dates have no year of their own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NoReturn

from simulator.catalogue.language import Message
from simulator.reconciliation import sayings as say
from simulator.reconciliation.entry import RETURN, SALE, Entry, Side
from simulator.reconciliation.fixed_forms import FIXED_FORMS, FORM_OF, FixedForm
from simulator.reconciliation.forms import STATUS
from simulator.reconciliation.sayings import BadFileError
from simulator.reconciliation.shown import card, kept, merchant_id, safe
from simulator.reconciliation.text_file import Stream, byte_lines
from simulator.reconciliation.values import begins, day, fen, time_of_day

_YEAR_IN_NAME = re.compile(r"(?:IND|INN)(\d{2})(\d{2})\d{2}", re.IGNORECASE)
_RETURNS = ("20",)  # F3 of voids and refunds begins so
_REVERSALS = ("0400", "0420")
_ZM_RETURNS = ("04", "31")  # refund, void
_BLANK = 0x20


def form_of(line: bytes, wanted: str = "") -> FixedForm | None:
    """The form that a first line is of: right length, blanks between, digits where digits must be."""
    if wanted:
        return FORM_OF.get(wanted)
    for form in FIXED_FORMS:
        if len(line) >= form.length and _is_of(form, line):
            return form
    return None


def _is_of(form: FixedForm, line: bytes) -> bool:
    return all(line[form.begins(number) - 1] == _BLANK for number in range(2, len(form.widths) + 1)) and all(
        _cell(form, line, number).strip().isdigit() for number in form.proof)


def _cell(form: FixedForm, line: bytes, number: int) -> bytes:
    at = form.begins(number)
    return line[at:at + form.widths[number - 1]]


class FixedFile:
    """Its records, line by line."""

    def __init__(self, path: Path, stream: Stream, side: Side, file: int, form: FixedForm, first: bytes, year: int) -> None:
        self._path = path
        self._lines = chain(((1, first),), ((number + 1, line) for number, line in byte_lines(path, stream)))
        self._side = side
        self._file = file
        self._form = form
        named = _YEAR_IN_NAME.search(path.name)
        self._year = year or (2000 + int(named[1]) if named else 0)
        self._month = int(named[2]) if named else 12
        self.records = 0
        if not self._year:
            raise BadFileError(say.NO_YEAR.say(file=path))

    def __iter__(self) -> Iterator[Entry]:
        for number, line in self._lines:
            if not line.strip():
                continue
            if b"\0" in line:
                raise BadFileError(say.BINARY.say(file=self._path, line=number))
            if len(line) < self._form.length - self._form.widths[-1]:
                raise BadFileError(say.SHORT.say(
                    file=self._path, line=number, found=len(line), form=self._form.id, wanted=self._form.length))
            for column in range(2, len(self._form.widths) + 1):
                if line[self._form.begins(column) - 1] != _BLANK:
                    raise BadFileError(say.BLANKS.say(file=self._path, line=number, column=column))
            yield self._record(number, line)
            self.records += 1

    def _record(self, number: int, line: bytes) -> Entry:
        text = {
            field: _cell(self._form, line, column).decode("gb18030", "replace").strip()
            for field, column in self._form.columns.items()
        }
        amount = self._sum(number, "amount", text)
        if text.get("part", "").strip("0"):
            amount = self._sum(number, "part", text)
        back = text["kind"] in _ZM_RETURNS if "kind" in text else text["code"].startswith(_RETURNS)
        if text.get("mti") in _REVERSALS:
            back = not back
        at, of_day = self._moment(number, text["time"])
        return Entry(
            side=self._side, file=self._file, line=number, kind=RETURN if back else SALE,
            amount=-amount if back else amount, fee=self._fee(number, text, back=back), at=at, day=of_day,
            tid=kept(text.get("tid", "")), stan=text["stan"], rrn=kept(_some(text.get("rrn", ""))),
            auth=_some(text.get("auth", "")), order=kept(text.get("order", "")), trade=kept(text.get("trade", "")),
            pan=card(text["pan"]) if text["pan"] else "", mid=merchant_id(text["mid"]),
            settled=self._settled(number, text), ok=STATUS.get(text.get("status", ""), 1))

    def _sum(self, number: int, field: str, text: dict[str, str]) -> int:
        try:
            return fen(text[field])
        except ValueError:
            self._bad(say.NO_SUM, number, field, text, say.SUMS_FEN.say())

    def _fee(self, number: int, text: dict[str, str], *, back: bool) -> int | None:
        """A debit is what the merchant pays."""
        if not text.get("fee"):
            return None
        fee = abs(self._sum(number, "fee", text))
        return -fee if back else fee

    def _moment(self, number: int, given: str) -> tuple[int, int]:
        try:
            of_day = day(f"{self._year - (int(given[:2]) > self._month)}{given[:4]}")
            return begins(of_day) + time_of_day(given[4:]), of_day
        except ValueError:
            self._bad(say.NO_DATE, number, "time", {"time": given}, "MMDDhhmmss")

    def _settled(self, number: int, text: dict[str, str]) -> int | None:
        given = text.get("settled", "")
        if not _some(given):
            return None
        try:
            return day(f"{self._year - (int(given[:2]) > self._month)}{given}")
        except ValueError:
            self._bad(say.NO_DATE, number, "settled", text, "MMDD")

    def _bad(self, row: Message, number: int, field: str, text: dict[str, str], allowed: str) -> NoReturn:
        raise BadFileError(row.say(
            file=self._path, line=number, column=self._form.columns[field], given=safe(text[field]), allowed=allowed)) from None


def _some(text: str) -> str:
    return text if text.strip("0") else ""
