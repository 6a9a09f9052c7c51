"""The sub-fields of a decoded message by their names, for people and JSON; masked unless asked.

What cannot be split is left out: the field itself is shown in any case.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.wire import subfields
from simulator.wire.errors import WireError
from simulator.wire.generic import Decoded
from simulator.wire.masking import mask_element, mask_pan
from simulator.wire.tlv import elements

Shown = dict[str, str]


def subfields_of(decoded: Decoded, clear: bool = False) -> dict[str, Shown]:
    """Sub-field names and values by field ("header", "48", "55", "60", "61", "62")."""
    shown: dict[str, Shown] = {}
    if decoded.header:
        shown["header"] = _header(decoded.header)
    for key, split in _SPLITS.items():
        if key in decoded.fields:
            try:
                parts = split(decoded, decoded.fields[key], clear)
            except WireError:
                continue
            if parts:
                shown[key] = parts
    return shown


def _header(digits: str) -> Shown:
    header = subfields.parse_header(digits)
    return {
        "application_class": header.application_class,
        "software_version": header.software_version,
        "terminal_status": header.terminal_status,
        "processing_request": header.processing_request,
        "software_sub_version": header.software_sub_version,
    }


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


def _chip_data(_decoded: Decoded, icc_hex: str, clear: bool) -> Shown:
    return {
        element.tag: value if clear else mask_element(element.tag, value)
        for element in elements(icc_hex) or ()
        for value in (icc_hex[element.data:element.end],)
    }


def _field60(_decoded: Decoded, digits: str, _clear: bool) -> Shown:
    parts = subfields.parse_field60(digits)
    named = {
        "type_code": parts.type_code, "batch": f"{parts.batch:06}",
        "network_code": parts.network_code, "terminal_capability": parts.capability[:1],
        "chip_condition": parts.capability[1:2], "partial_approval": parts.capability[2:3],
        "account_type": parts.capability[3:],
    }
    return {name: value for name, value in named.items() if value}


def _original(_decoded: Decoded, digits: str, _clear: bool) -> Shown:
    original = subfields.parse_original(digits)
    named = {
        "batch": f"{original.batch:06}", "stan": f"{original.stan:06}", "date": original.date,
        "tail": original.tail,
    }
    return {name: value for name, value in named.items() if value}


def _private(decoded: Decoded, private_hex: str, clear: bool) -> Shown:
    private = bytes.fromhex(private_hex)
    if private.startswith(subfields.SEQUENCE_NO):
        return {"serial_number": subfields.parse_sequence_no(private)}
    if decoded.mti == "0810" and len(private_hex) in _KEY_PARTS:
        return {
            name: private_hex[start:end] if clear else "*" * (end - start)
            for name, start, end in _KEY_PARTS[len(private_hex)]
        }
    return {}


_40_BYTES = (
    ("pik", 0, 32), ("pik_check", 32, 40), ("mak", 40, 72), ("mak_check", 72, 80),
)
_KEY_PARTS: dict[int, tuple[tuple[str, int, int], ...]] = {  # by hex digits of F62
    48: (("pik", 0, 16), ("pik_check", 16, 24), ("mak", 24, 40), ("mak_check", 40, 48)),
    80: _40_BYTES,
    120: (*_40_BYTES, ("tdk", 80, 112), ("tdk_check", 112, 120)),
}
_SPLITS: dict[str, Callable[[Decoded, str, bool], Shown]] = {
    "48": _totals_or_upload, "55": _chip_data, "60": _field60, "61": _original, "62": _private,
}
