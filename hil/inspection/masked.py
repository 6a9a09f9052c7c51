"""A record as it may leave a file: no card number whole, no key, track, PIN or chip data at all.

It fails closed: bytes are never shown, and of texts only what the masks of the wire let through.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from simulator.wire.masking import STAR, mask_cards, mask_details, mask_pan, mask_track

_MASKS: dict[str, Callable[[str], str]] = {
    "pan": mask_pan, "qr_code": mask_pan, "track2": mask_track, "track3": mask_track, "details": mask_details,
}
_HIDDEN = frozenset({
    "expiry", "pin", "cvn2", "field59", "security", "others", "password", "seal", "frame",
    "icc_data", "issuer_proof", "pin_block", "private", "pik", "mak", "tdk", "master_key", "next_master_key",
})


def masked(value: Any, name: str = "") -> Any:
    """A value of JSON, fit to be shown.

    >>> masked({"pan": "6200009753180120", "expiry": "3012", "mak": b"12345678", "stan": 7})
    {'pan': '620000******0120', 'expiry': '****', 'mak': '<8 bytes>', 'stan': 7}
    """
    if isinstance(value, dict):
        return {mask_cards(str(key)): masked(each, str(key)) for key, each in value.items()}
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    if name in _HIDDEN:
        return STAR * len(value) if isinstance(value, str) else f"<{name}>" if value else value
    if isinstance(value, list | tuple):
        return [masked(each, name) for each in value]
    if isinstance(value, str):
        return _MASKS.get(name, mask_cards)(value)
    return value


def masked_record(record: msgspec.Struct) -> dict[str, Any]:
    """A record with its tag, bytes as their number."""
    plain = msgspec.to_builtins(record, builtin_types=(bytes,))
    shown: dict[str, Any] = masked(plain)
    return shown
