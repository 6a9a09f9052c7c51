"""The sub-fields of a decoded message by their names, for people and JSON; masked unless asked.

What cannot be split is left out: the field itself is shown in any case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

from simulator.wire import subfields
from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError
from simulator.wire.field59 import NESTED, tags_of
from simulator.wire.fields import FieldRow, Mask, PartRow
from simulator.wire.generic import Decoded
from simulator.wire.header import shown_parts
from simulator.wire.masking import mask_element, mask_pan, mask_tag, mask_text, mask_value
from simulator.wire.tables_shown import download_parts
from simulator.wire.text import to_bytes, to_text
from simulator.wire.tlv import elements

Shown = dict[str, str]


def subfields_of(decoded: Decoded, dialect: Dialect, clear: bool = False) -> dict[str, Shown]:
    """Sub-field names and values by field: "header", and what the dialect can split."""
    shown: dict[str, Shown] = {}
    if decoded.header and decoded.framing.header_length == dialect.framing.header_length:
        shown["header"] = shown_parts(decoded.header, dialect.header)
    for key, value in decoded.fields.items():
        row = dialect.field.get(key)
        if row is None:
            continue
        try:
            parts = _split(decoded, row, value, clear, dialect)
        except WireError:
            continue
        if parts:
            shown[key] = parts
    return shown


def unread_in(decoded: Decoded, dialect: Dialect) -> dict[str, str]:
    """Fields that are whole but whose contents do not add up, and why; shows nothing of them."""
    unread: dict[str, str] = {}
    for key, value in decoded.fields.items():
        row = dialect.field.get(key)
        if row is None:
            continue
        try:
            _split(decoded, row, value, True, dialect)
        except WireError as error:
            unread[key] = f"at {error.offset}: {error.reason}"
        else:
            if reason := _misfit(row, value):
                unread[key] = reason
    return unread


def _misfit(row: FieldRow, value: str) -> str:
    if row.mask == "chip" and elements(value) is None:
        return "is not made of whole elements"
    if row.name in {"field60", "original"}:
        first, second = (part.digits or 0 for part in row.parts[:2])
        third = row.parts[2].digits or 0
        if len(value) < first + second or (
                row.name == "field60" and first + second < len(value) < first + second + third):
            return f"{len(value)} digits are no whole parts"
    return ""


def _split(
    decoded: Decoded, row: FieldRow, value: str, clear: bool, dialect: Dialect,
) -> Shown:
    if row.parts:
        return _parts(row.parts, value if clear else mask_value(row, value, dialect))
    if row.mask == "chip":
        return _chip_data(value, clear, dialect)
    if row.mask == "private":
        of_download = download_parts(decoded, bytes.fromhex(value), clear, dialect)
        if of_download is not None:
            return of_download
    split = _SPLITS.get(row.mask)
    return split(decoded, value, clear) if split is not None else {}


def _parts(parts: tuple[PartRow, ...], value: str) -> Shown:
    shown, at = {}, 0
    for part in parts:
        end = len(value) if part.digits is None else at + part.digits
        if found := value[at:end]:
            shown[part.name] = found
        at = end
    return shown


def _totals_or_upload(decoded: Decoded, details: str, clear: bool) -> Shown:
    if decoded.mti in {"0500", "0510"}:
        return _totals(details)
    if len(details) == 4:
        return {"count": str(subfields.parse_upload_end(details))}
    shown = {"count": details[:2]}
    for n, item in enumerate(subfields.parse_upload(details), start=1):
        shown[f"{n}.card_class"] = "foreign" if item.foreign else "domestic"
        shown[f"{n}.stan"] = f"{item.stan:06}"
        shown[f"{n}.pan"] = item.pan if clear else mask_pan(item.pan)
        shown[f"{n}.amount_fen"] = str(item.amount_fen)
    return shown


def _totals(details: str) -> Shown:
    totals = subfields.parse_settlement_totals(details)
    return {
        f"{area}.{name}": str(getattr(half, name))
        for area, half in (("domestic", totals.domestic), ("foreign", totals.foreign))
        for name in ("debit_fen", "debit_count", "credit_fen", "credit_count", "result")
    }


def _chip_data(icc_hex: str, clear: bool, dialect: Dialect) -> Shown:
    return {
        element.tag: value if clear else mask_element(element.tag, value, dialect.shown_tags)
        for element in elements(icc_hex) or ()
        for value in (icc_hex[element.data:element.end],)
    }


def _private(decoded: Decoded, private_hex: str, clear: bool) -> Shown:
    private = bytes.fromhex(private_hex)
    if private.startswith(subfields.SEQUENCE_NO):
        serial = subfields.parse_sequence_no(private)
        return {"serial_number": serial if clear else mask_text(serial)}
    if decoded.mti == "0810" and len(private_hex) in _KEY_PARTS:
        return {
            name: private_hex[start:end] if clear else "*" * (end - start)
            for name, start, end in _KEY_PARTS[len(private_hex)]
        }
    return {}


def _tags(decoded: Decoded, text: str, clear: bool) -> Shown:
    del decoded
    return {
        path: value if clear else mask_tag(path, value)
        for path, value in _paths(to_bytes(text), "")
    }


def _paths(data: bytes, above: str) -> Iterator[tuple[str, str]]:
    """Tags by their path, a nested one that does not add up as one."""
    for tag in tags_of(data):
        if tag.name in NESTED and not above:
            with suppress(WireError):
                yield from list(_paths(tag.value, f"{tag.name}."))
                continue
        yield above + tag.name, to_text(tag.value)


_40_BYTES = (
    ("pik", 0, 32), ("pik_check", 32, 40), ("mak", 40, 72), ("mak_check", 72, 80),
)
_KEY_PARTS: dict[int, tuple[tuple[str, int, int], ...]] = {  # by hex digits of F62
    48: (("pik", 0, 16), ("pik_check", 16, 24), ("mak", 24, 40), ("mak_check", 40, 48)),
    80: _40_BYTES,
    120: (*_40_BYTES, ("tdk", 80, 112), ("tdk_check", 112, 120)),
}
_SPLITS: dict[Mask, Callable[[Decoded, str, bool], Shown]] = {
    "details": _totals_or_upload, "private": _private, "tags": _tags,
}
