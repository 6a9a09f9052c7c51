"""The cells of a delimited text, line by line, and where its header is; understands no value.

Cells come without what programs put around them.  A line without quotes is split at once; one with
quotes goes through the csv module, with as many lines as its quotes span.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

import msgspec

from simulator.reconciliation import sayings as say
from simulator.reconciliation.forms import COMMON, FORMS, Form
from simulator.reconciliation.sayings import BadFileError
from simulator.reconciliation.shown import safe
from simulator.reconciliation.values import clean

DELIMITERS = (",", "\t", ";", "|")
_LOOKED_AT = 60  # lines in which a header is looked for
_BACK_QUOTE = "`"
_COMMENT = "#"
_NAMES_SHOWN = 12
_SHOWN = 160  # signs of them
_HAVE_SUM = ("amount", "income", "outgo", "refund")


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """What is known once the header was found."""

    line: int
    names: tuple[str, ...]  # normalised
    form: Form
    at: Mapping[str, tuple[int, ...]]  # field: places of its columns
    delimiter: str


def normal(name: str) -> str:
    """A column's name as it is compared: half-width, no blanks.

    >>> normal("`收支金额（元）")
    '收支金额(元)'
    """
    return unicodedata.normalize("NFKC", clean(name).strip('"')).replace(" ", "").lower()


class Rows:
    """The cells of each line behind the header, cleaned, with the number of the line."""

    def __init__(self, path: Path, lines: Iterator[str], side: str, columns: Mapping[str, str], delimiter: str, form: str) -> None:
        self._path = path
        self._lines = enumerate(lines, 1)
        self._number = 0
        self.comments: list[str] = []
        head = list(self._head())
        if not head:
            raise BadFileError(say.EMPTY.say(file=path))
        self.header = self._found(head, side, columns, (delimiter,) if delimiter else DELIMITERS, form)
        self._rest = [each for each in head if each[0] > self.header.line]

    def _head(self) -> Iterator[tuple[int, str]]:
        for number, line in self._lines:
            if line.strip():
                yield number, line
            if number >= _LOOKED_AT:
                return

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        delimiter = self.header.delimiter
        # most lines have nothing in them that cleaning would touch: that is seen once, not for each cell
        needs_cleaning = re.compile(rf"[^!#-&(-<>-_a-~{delimiter}]").search
        lines = chain(self._rest, self._lines)
        for number, line in lines:
            bare = line.rstrip("\r\n")
            if needs_cleaning(bare):
                if (cells := self._cleaned(number, line, lines, delimiter)) is not None:
                    yield number, cells
            elif bare.startswith(_COMMENT):
                self.comments.append(line)
            elif bare:
                yield number, bare.split(delimiter)

    def _cleaned(self, number: int, line: str, lines: Iterator[tuple[int, str]], delimiter: str) -> list[str] | None:
        """The cells of any line; None where it is a comment or has nothing in it."""
        if '"' in line and not line.startswith(_BACK_QUOTE):
            cells = self._quoted(number, line, lines, delimiter)
        elif line.startswith(_COMMENT):
            self.comments.append(line)
            return None
        elif not (line := line.rstrip("\r\n")).strip():
            return None
        elif line.startswith(_BACK_QUOTE):
            cells = line[1:].split(delimiter + _BACK_QUOTE)
        else:
            cells = line.split(delimiter)
        return list(map(clean, cells))

    def _quoted(self, number: int, line: str, lines: Iterator[tuple[int, str]], delimiter: str) -> list[str]:
        try:
            return next(csv.reader(chain((line,), (each for _, each in lines)), delimiter=delimiter))
        except csv.Error as error:
            raise BadFileError(say.NOT_CSV.say(file=self._path, line=number, why=error)) from None

    # ---- the header --------------------------------------------------------------------------

    def _found(
        self, head: list[tuple[int, str]], side: str, columns: Mapping[str, str], delimiters: tuple[str, ...], form: str,
    ) -> Header:
        best: tuple[int, int, tuple[str, ...]] = (0, head[0][0], ())
        for delimiter in delimiters:
            for number, line in head:
                names = tuple(normal(cell) for cell in self._cells(line, delimiter))
                if len(names) > best[0]:
                    best = (len(names), number, names)
                found = _form_of(names, columns, form)
                if found is not None:
                    self._check_twice(number, names, found[1])
                    return Header(line=number, names=names, form=found[0], at=found[1], delimiter=delimiter)
        shown = ", ".join(safe(name) for name in best[2][:_NAMES_SHOWN])
        shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…"
        for name in columns.values():
            if normal(name) not in best[2]:
                raise BadFileError(say.NO_COLUMN.say(file=self._path, line=best[1], name=safe(name), columns=shown))
        raise BadFileError(say.NO_HEADER.say(file=self._path, line=best[1], columns=shown, side=side))

    def _cells(self, line: str, delimiter: str) -> list[str]:
        try:
            return next(csv.reader([line.lstrip(_COMMENT)], delimiter=delimiter), [])
        except csv.Error:
            return []

    def _check_twice(self, number: int, names: tuple[str, ...], at: Mapping[str, tuple[int, ...]]) -> None:
        for places in at.values():
            for place in places:
                if names.count(names[place]) > 1:
                    raise BadFileError(say.TWICE.say(file=self._path, line=number, name=safe(names[place])))


_Found = tuple[Form, dict[str, tuple[int, ...]]]


def _form_of(names: tuple[str, ...], columns: Mapping[str, str], wanted: str) -> _Found | None:
    """The form that a line of names is the header of, and where its fields are."""
    own = {field: normal(name) for field, name in columns.items()}
    if any(name not in names for name in own.values()):
        return None
    for form in (*FORMS, COMMON):
        if wanted and form.id != wanted:
            continue
        if form.needs and not all(need in names for need in form.needs):
            continue
        at = {
            field: places for field, known in form.columns.items()
            if (places := tuple(names.index(name) for name in map(normal, known) if name in names))
        }
        if own:
            taken = set(own.values())
            at = {field: kept for field, places in at.items()
                  if (kept := tuple(place for place in places if names[place] not in taken))}
            at |= {field: (names.index(name),) for field, name in own.items()}
        if form is COMMON:
            _settle_time(at, own)
        if any(field in at for field in _HAVE_SUM) and len(names) > 1:
            return form, at
    return None


def _settle_time(at: dict[str, tuple[int, ...]], own: Mapping[str, str]) -> None:
    """A column "time" without a date beside it is a whole moment."""
    if "clock" in at and "date" not in at and "time" not in at and "clock" not in own:
        at["time"] = at.pop("clock")
    if "time" in at and "date" in at and "date" not in own:
        at.pop("date")
