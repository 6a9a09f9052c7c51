"""A message body by the table of its dialect: every field by the functions that its row was made into.

What was read before a damage is given with it, and where each field ends, so that nothing needs to
be read again to be masked.  It gives no field a meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

import msgspec

from simulator.wire.errors import WireError
from simulator.wire.field_codecs import Pads, Read, Take, Values, Write, reader, writer
from simulator.wire.fields import BITMAP_LENGTH, MTI_LENGTH, FieldRow

_FIELDS_AT = MTI_LENGTH + BITMAP_LENGTH
_MOST_STEPS = 2000  # of telling in which forms the fields of one body stand


class Reading(msgspec.Struct, gc=False):
    """What a body was read as, up to its end or its damage."""

    mti: str
    values: dict[str, Any]
    rows: tuple[FieldRow, ...]  # of the bitmap; as many as ``ends`` were read
    ends: list[int]  # of each field, in bytes of the body
    pads: list[str]
    forms: dict[str, int] = {}  # which of its row's further forms a field stands in, from 1
    error: WireError | None = None


class _Plan(msgspec.Struct, frozen=True, gc=False):
    """How the fields of one bitmap are read: by their usual forms, and by all others."""

    usual: tuple[Read, ...]
    rows: tuple[FieldRow, ...]
    variants: tuple[tuple[Read, ...], ...]
    checks: tuple[tuple[Read, ...], ...]  # the same, taking nothing in
    unknown: int = 0  # the first field without a row


class BodyReader:
    """Reads bodies of one dialect into what ``take_of`` a row makes of its text."""

    def __init__(self, rows: Iterable[FieldRow], take_of: Callable[[FieldRow], Take]) -> None:
        self._rows = {row.number: row for row in rows}
        self._readers = {
            number: tuple(reader(form, take_of(row)) for form in row.forms)
            for number, row in self._rows.items()
        }
        self._checks = {
            number: tuple(reader(form, _take_nothing) for form in row.forms)
            for number, row in self._rows.items()
        }
        self._plan_of = lru_cache(maxsize=4096)(self._plan)

    def read(self, body: bytes) -> Reading:
        """The fields; offsets of its error count from the message type."""
        if len(body) < _FIELDS_AT:
            return Reading(body[:MTI_LENGTH].hex(), {}, (), [], [], error=WireError(
                "bitmap", len(body), "the frame ends before its fields"))
        plan = self._plan_of(int.from_bytes(body[MTI_LENGTH:_FIELDS_AT], "big"))
        found = _read(body, plan.usual, plan.rows)
        if found.error is not None and max(map(len, plan.variants), default=1) > 1:
            found = _read_otherwise(body, plan) or found
        if plan.unknown:
            why = ("the dialect has no second bitmap" if plan.unknown == 1
                   else f"the dialect has no field {plan.unknown}")
            if found.error is None or len(found.ends) == len(plan.rows):
                found.error = WireError("bitmap", MTI_LENGTH, why)
        if not found.mti.isdigit():
            found.error = WireError("mti", 0, "the message type is no number")
        return found

    def _plan(self, bits: int) -> _Plan:
        numbers = [number for number in range(1, 65) if bits >> (64 - number) & 1]
        unknown = next((number for number in numbers if number not in self._rows), 0)
        known = [number for number in numbers if not unknown or number < unknown]
        return _Plan(
            tuple(self._readers[number][0] for number in known),
            tuple(self._rows[number] for number in known),
            tuple(self._readers[number] for number in known),
            tuple(self._checks[number] for number in known), unknown,
        )


def _read(body: bytes, readers: Iterable[Read], rows: tuple[FieldRow, ...]) -> Reading:
    values: Values = {}
    pads: Pads = []
    ends: list[int] = []
    at = _FIELDS_AT
    error = None
    try:
        for read in readers:
            at = read(body, at, values, pads)
            ends.append(at)
        if at != len(body):
            error = WireError("length", at, f"bytes left over behind the last field: {len(body) - at}")
    except WireError as damage:
        error = damage
    return Reading(body[:MTI_LENGTH].hex(), values, rows, ends, pads, {}, error)


def _read_otherwise(body: bytes, plan: _Plan) -> Reading | None:
    """The first reading in which the message ends where its body does; None where none does."""
    choice = _forms_that_fit(body, plan.checks)
    if choice is None:
        return None
    readers = [each[n] for each, n in zip(plan.variants, choice, strict=True)]
    found = _read(body, readers, plan.rows)
    found.forms = {row.key: n for row, n in zip(plan.rows, choice, strict=True) if n}
    found.rows = tuple(row.forms[n] for row, n in zip(plan.rows, choice, strict=True))
    return found


def _forms_that_fit(body: bytes, checks: tuple[tuple[Read, ...], ...]) -> list[int] | None:
    """Which form of each field: tried in order, going back to the last that has another."""
    choice: list[int] = []
    starts: list[int] = []
    form, at = 0, _FIELDS_AT
    for _ in range(_MOST_STEPS):
        if len(choice) == len(checks) and at == len(body):
            return choice
        end = _end(body, at, checks[len(choice)], form) if len(choice) < len(checks) else -1
        if end >= 0:
            choice.append(form)
            starts.append(at)
            form, at = 0, end
            continue
        form += 1
        while len(choice) == len(checks) or form >= len(checks[len(choice)]):
            if not choice:
                return None
            form, at = choice.pop() + 1, starts.pop()
    return None


def _end(body: bytes, at: int, forms: tuple[Read, ...], form: int) -> int:
    """Where a field in one of its forms ends; -1 where it can't be read so."""
    try:
        return forms[form](body, at, {}, [])
    except WireError:
        return -1


def _take_nothing(text: str, values: Values) -> None:
    """Only whether a field can be read is asked."""
    del text, values


class BodyWriter:
    """Makes bodies of one dialect of texts."""

    def __init__(self, rows: Iterable[FieldRow], *, strict: bool = False) -> None:
        """``strict``: nothing is longer than its row says, though more would be read."""
        self._rows = {row.key: row for row in rows}
        self._writers: dict[str, tuple[Write, ...]] = {
            row.key: tuple(
                writer(form, form.length if strict else form.most) for form in row.forms)
            for row in self._rows.values()
        }

    def write(
        self, mti: str, fields: Mapping[str, str], padded_by_f: Iterable[str] = (),
        forms: Mapping[str, int] | None = None,
    ) -> bytes:
        """The bytes from the message type on."""
        bits, made = 0, []
        for key in sorted(fields, key=_number):
            row = self._rows.get(key)
            if row is None:
                raise WireError(key, 0, "the dialect has no such field")
            bits |= 1 << (64 - row.number)
            write = self._writers[key][forms.get(key, 0) if forms else 0]
            made.append(write(fields[key], "F" if key in padded_by_f else "0"))
        return type_octets(mti) + bits.to_bytes(BITMAP_LENGTH, "big") + b"".join(made)


def _number(key: str) -> int:
    return int(key) if key.isdecimal() else 0


@lru_cache(maxsize=256)
def type_octets(mti: str) -> bytes:
    """A message type, two digits to the byte."""
    if len(mti) != 2 * MTI_LENGTH or not (mti.isascii() and mti.isdigit()):
        raise WireError("mti", 0, "the message type is no number of four digits")
    return bytes.fromhex(mti)
