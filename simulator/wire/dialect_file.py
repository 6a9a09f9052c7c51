"""What a dialect's file says, and what it must keep to; reads no file.

It is checked here once, so that nothing that works with a dialect has to.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from simulator.wire.dialect import MAC_FIELD, MacRule, TpduRule
from simulator.wire.envelope import Envelope
from simulator.wire.fields import FieldRow, Form, FormRow, Mask, PartRow
from simulator.wire.header import NAMES as HEADER_NAMES
from simulator.wire.kinds import MANAGEMENT_KINDS, MTI, REPLY_MTI, REVERSIBLE, Kind, KindRow
from simulator.wire.message import BYTES_NAMES, NUMBER_NAMES, OPTIONAL_NAMES, TEXT_NAMES

_FORMS: dict[str, tuple[Form, ...]] = {
    **dict.fromkeys(TEXT_NAMES, ("n", "z", "an", "ans")), **dict.fromkeys(BYTES_NAMES, ("b",)),
    **dict.fromkeys(NUMBER_NAMES, ("n",)), **dict.fromkeys(OPTIONAL_NAMES, ("an", "ans")),
}
_NEEDED_PARTS = {"field60": ("type_code", "batch", "network_code"),
                 "original": ("batch", "stan", "date")}
_MASK_FORMS: dict[Mask, tuple[Form, ...]] = {
    "pan": ("n",), "track": ("z",), "details": ("n",), "chip": ("b",), "private": ("b",),
    "text": ("an", "ans"), "tags": ("an", "ans"),
}
# What holds card data, a PIN block or keys by its name must not be shown, whatever a file says.
_NEVER_SHOWN = frozenset({
    "pan", "track2", "track3", "details", "pin_block", "icc_data", "private",
    *OPTIONAL_NAMES,
})


NO_MEANING = "without a meaning here"


class Framed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands before the header."""

    length_prefix: bool = True
    tpdu: bool = True
    envelope: Envelope = ""


class UnnamedRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """In which forms fields without a row may come."""

    forms: tuple[FormRow, ...]
    numbers: tuple[int, ...] = ()  # none: all that are left


class DialectFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file as it is written."""

    title: str
    fields: tuple[FieldRow, ...]
    kinds: tuple[KindRow, ...]
    mac: MacRule
    tpdu: str = "6000000000"
    reply_tpdu: TpduRule = "swap"
    size_limit: int = 2048
    framing: Framed = Framed()
    header: tuple[PartRow, ...] = ()
    shown_tags: frozenset[str] = frozenset()
    unnamed: tuple[UnnamedRow, ...] = ()


def unnamed_rows(said: DialectFile) -> tuple[FieldRow, ...]:
    """A row for each field that the file says nothing of: carried, and hidden whole."""
    named = {row.number for row in said.fields}
    forms: dict[int, tuple[FormRow, ...]] = {}
    for row in said.unnamed:
        for number in row.numbers or range(2, 65):
            forms.setdefault(number, row.forms)
    return tuple(
        FieldRow(number, f"unnamed{number}", NO_MEANING, first.form, first.length, first.prefix,
                 otherwise=tuple(further))
        for number, (first, *further) in sorted(forms.items()) if number not in named)


def problems_of(said: DialectFile) -> Iterator[str]:
    """What is wrong with a file, the first of it first."""
    yield from _of_heads(said)
    yield from _twice("fields", "number", [str(row.number) for row in said.fields])
    yield from _twice("fields", "name", [row.name for row in said.fields])
    for row in said.fields:
        for problem in _of_field(row):
            yield f"fields: {row.number}: {problem}"
    for at, unnamed in enumerate(said.unnamed, start=1):
        for problem in _of_unnamed(unnamed):
            yield f"unnamed: row {at}: {problem}"
    names = {row.name for row in said.fields}
    for name in _FORMS:
        if name not in names and name not in OPTIONAL_NAMES:
            yield f"fields: none is named {name}; messages carry it"
    yield from _of_mac(said)
    yield from _of_kinds(said)


def _twice(where: str, what: str, values: list[str]) -> Iterator[str]:
    for value in values:
        if values.count(value) > 1:
            yield f"{where}: {what} {value} stands there twice"


def _of_heads(said: DialectFile) -> Iterator[str]:
    if len(said.tpdu) != 10 or not _are_digits(said.tpdu) or said.tpdu[:2] != "60":
        yield f"tpdu: {said.tpdu} given; ten digits that begin with 60 are needed"
    if said.framing.envelope and said.framing.length_prefix:
        yield "framing: an envelope has its own length; length_prefix must be false"
    if not 64 <= said.size_limit <= 0xFFFF:
        yield f"size_limit: {said.size_limit} given; 64 to 65535 bytes are possible"
    yield from _twice("header", "name", [part.name for part in said.header])
    for part in said.header:
        width = HEADER_NAMES.get(part.name)
        if width is None and (len(part.value) != part.digits or not _is_hex(part.value)):
            yield (f"header: {part.name}: messages do not know it, so a value of its digits is "
                   f"needed; known are {', '.join(HEADER_NAMES)}")
        if width is not None and (part.digits != width or part.value):
            yield f"header: {part.name}: it has {width} digits, and no value of its own"
    if sum(part.digits or 0 for part in said.header) % 2:
        yield "header: an odd number of digits; two go into each byte"
    if sum(part.digits or 0 for part in said.header) > 198:
        yield "header: more than 99 bytes"
    for tag in sorted(said.shown_tags):
        if not _is_hex(tag) or len(tag) not in {2, 4} or tag in {"5A", "57"}:
            yield f"shown_tags: {tag}: a tag of two or four hex digits is needed, not 5A or 57"


def _of_field(row: FieldRow) -> Iterator[str]:
    if not 2 <= row.number <= 64:
        yield "a field is numbered 2 to 64"
    if not row.name.isidentifier() or not row.name.isascii():
        yield f"name {row.name}: letters, digits and _ are possible"
    for form in row.forms:
        yield from _of_length(form)
    if row.otherwise and row.name in _FORMS:
        yield f"{row.name} is known to messages, in one form; otherwise is for other fields"
    if row.reads and not (row.prefix and row.length <= row.reads <= (99 if row.prefix == 1 else 999)):
        yield (f"reads {row.reads} with prefix {row.prefix}: at least the length, at most 99 with "
               "prefix 1 and 999 with 2")
    forms = _FORMS.get(row.name)
    if forms is not None and row.form not in forms:
        yield f"{row.name} has form {row.form}; allowed: {', '.join(forms)}"
    allowed = _MASK_FORMS.get(row.mask)
    if allowed is not None and not {row.form, *(each.form for each in row.otherwise)} <= {*allowed}:
        yield f"mask {row.mask} is for form {' or '.join(allowed)}"
    if row.mask == "shown" and row.name in _NEVER_SHOWN:
        yield f"{row.name} may hold card data or keys; it can't be shown whole"
    if row.value and (forms is not None or not _fits(row)):
        yield "value is for a field that messages do not know, and must fit form and length"
    needed = _NEEDED_PARTS.get(row.name)
    if needed is not None and tuple(part.name for part in row.parts[:3]) != needed:
        yield f"parts must begin with {', '.join(needed)}"
    if any(part.digits is None or part.digits < 1 for part in row.parts[:-1]):
        yield "parts: only the last may leave out its digits"
    if needed is not None and row.parts[2:3] and row.parts[2].digits is None:
        yield f"parts: {row.parts[2].name} needs its digits"
    if row.parts and row.form not in {"n", "an", "ans"}:
        yield "parts are for digits and characters"


def _of_length(row: FieldRow | FormRow) -> Iterator[str]:
    if row.prefix not in {0, 1, 2} or not 1 <= row.length <= (999 if row.prefix != 1 else 99):
        yield f"length {row.length} with prefix {row.prefix}: a prefix of 0, 1 (to 99) or 2 (to 999)"


def _of_unnamed(row: UnnamedRow) -> Iterator[str]:
    if not row.forms:
        yield "at least one of forms is needed"
    for form in row.forms:
        yield from _of_length(form)
    for number in row.numbers:
        if not 2 <= number <= 64:
            yield f"number {number} given; a field is numbered 2 to 64"


def _fits(row: FieldRow) -> bool:
    fits = {
        "n": _are_digits(row.value), "z": _are_digits(row.value.replace("D", "")),
        "an": row.value.isascii() and row.value.isalnum(), "ans": row.value.isascii()
        and "\\" not in row.value, "b": _is_hex(row.value) and not len(row.value) % 2,
    }[row.form]
    length = len(row.value) // 2 if row.form == "b" else len(row.value)
    return fits and (length <= row.length if row.prefix else length == row.length)


def _of_mac(said: DialectFile) -> Iterator[str]:
    mac = next((row for row in said.fields if row.name == "mac"), None)
    if mac is not None and (mac.key, mac.length, mac.prefix) != (MAC_FIELD, 8, 0):
        yield f"fields: mac is field {MAC_FIELD} and has eight bytes"


def _of_kinds(said: DialectFile) -> Iterator[str]:
    yield from _twice("kinds", "kind", [row.kind.value for row in said.kinds])
    there = {row.kind for row in said.kinds}
    for kind in Kind:
        if kind not in there:
            yield f"kinds: no row for {kind.value}"
    field60 = next(row for row in said.fields if row.name == "field60")
    widths = {"type_code": field60.parts[0].digits, "network_code": field60.parts[2].digits,
              "processing_code": _length(said, "processing_code"),
              "condition_code": _length(said, "condition_code")}
    seen: dict[tuple[str, ...], Kind] = {}
    for row in said.kinds:
        if row.mti != MTI[row.kind]:
            yield (f"kinds: {row.kind.value}: mti {row.mti} given; faults and the judge know it "
                   f"by {MTI[row.kind]}")
        if row.reversible != (row.kind in REVERSIBLE):
            yield (f"kinds: {row.kind.value}: reversible must be "
                   f"{str(row.kind in REVERSIBLE).lower()}; terminals and the judge know it so")
        for name, given in (
            ("processing_code", row.processing_code), ("condition_code", row.condition_code),
            ("type_code", row.type_code), ("network_code", row.network_code),
            *(("network_code", code) for code in row.also),
        ):
            if given and (len(given) != widths[name] or not _are_digits(given)):
                yield f"kinds: {row.kind.value}: {name} {given}: {widths[name]} digits are needed"
        for mti in row.also_mti:
            if mti not in REPLY_MTI or row.kind not in MANAGEMENT_KINDS:
                yield (f"kinds: {row.kind.value}: also_mti {mti}: a request's message type is "
                       "needed, and a kind that is told by its network code")
        for key in _keys(row):
            other = seen.setdefault(key, row.kind)
            if other is not row.kind:
                yield f"kinds: {row.kind.value} looks like {other.value}"


def _keys(row: KindRow) -> Iterator[tuple[str, ...]]:
    """By what a row's request is told from all others."""
    if row.by_mti:
        yield (row.mti,)
    elif row.kind in MANAGEMENT_KINDS:
        yield from ((mti, row.type_code, code) for mti in (row.mti, *row.also_mti)
                    for code in (row.network_code, *row.also))
    else:
        yield (row.mti, row.processing_code, row.condition_code, row.type_code,
               "scanned" if row.scanned else "")


def _length(said: DialectFile, name: str) -> int:
    return next(row.length for row in said.fields if row.name == name)


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _is_hex(text: str) -> bool:
    return text != "" and set(text) <= set("0123456789ABCDEF")
