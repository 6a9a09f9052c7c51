"""Frames with card data, PIN blocks and keys set to zero, still messages; fails closed."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from simulator.wire.bodies import Reading
from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError
from simulator.wire.fields import BITMAP_LENGTH, MTI_LENGTH, FieldRow
from simulator.wire.frame import body_of, check_frame, framed
from simulator.wire.framing import Framing
from simulator.wire.masking import STAR, mask_tags, mask_value
from simulator.wire.text import to_bytes, to_text

_Hide = Callable[[bytes, bytes], bytes]  # length prefix and content of a field
_Place = tuple[int, int, _Hide]  # which of the fields that are there, bytes of its length
_FIRST = MTI_LENGTH + BITMAP_LENGTH
_MOST_KEPT = 4096


def masked_frame(frame: bytes, dialect: Dialect, framing: Framing | None = None) -> bytes:
    """The frame with card data, PIN block and keys set to zero.

    Digits of a card number between the first six and the last four are zero, of a track all
    behind the card number, of the rest what :func:`mask_fields` hides.  A frame that cannot be read
    field by field is zero whole, but for the length where it has a right one.
    """
    framing = framing or dialect.framing
    try:
        check_frame(frame, framing)
    except WireError:
        return bytes(len(frame))
    found = dialect.reader.read(body_of(frame, framing))
    if found.error is not None or not found.mti < "1":
        kept = framing.prefix_length
        return frame[:kept] + bytes(len(frame) - kept)
    return hidden_in(frame, found, dialect, framing)


def hidden_in(frame: bytes, found: Reading, dialect: Dialect, framing: Framing) -> bytes:
    """A frame that was read without an error, what may not be shown of each field set to zero."""
    at, ends = framing.before_mti, found.ends
    masked = bytearray(frame[:len(frame) - framing.suffix_length])
    for n, prefix, hide in _hides(found, dialect):
        begin, end = at + (ends[n - 1] if n else _FIRST), at + ends[n]
        data = begin + prefix
        if data < end:
            masked[data:end] = hide(frame[begin:data], frame[data:end])
    if framing.length_prefix and not framing.envelope:
        return bytes(masked)
    return framed(bytes(masked[framing.prefix_length:]), framing)


def _hides(found: Reading, dialect: Dialect) -> tuple[_Place, ...]:
    """Which fields of a bitmap hold something to hide, and how; made once for each bitmap."""
    known: dict[int, tuple[tuple[FieldRow, ...], tuple[_Place, ...]]] = dialect.kept
    kept = known.get(id(found.rows))
    if kept is not None and kept[0] is found.rows:
        return kept[1]
    made = tuple(
        (n, row.prefix, _hide_of(row, dialect))
        for n, row in enumerate(found.rows) if not row.is_shown_whole)
    if not found.forms and len(known) < _MOST_KEPT:  # rows of another form are made for one frame
        known[id(found.rows)] = found.rows, made
    return made


def _hide_of(row: FieldRow, dialect: Dialect) -> _Hide:
    """What makes zeros of the content of a field, given its length prefix and the content."""
    if row.mask == "tags":
        return lambda _, data: to_bytes(mask_tags(to_text(data)).replace(STAR, "0"))
    if row.mask == "hidden" and not row.in_digits:
        zero = bytes(1) if row.form == "b" else b"0"
        return lambda _, data: zero * len(data)
    if row.form in {"an", "ans"}:
        return lambda _, data: _hidden_text(row, data, dialect)
    if row.form == "b":
        return lambda _, data: _hidden_hex(row, data.hex().upper(), "", "", dialect)
    return lru_cache(maxsize=1 << 14)(lambda head, data: _hidden_digits(row, head, data, dialect))


def _hidden_text(row: FieldRow, data: bytes, dialect: Dialect) -> bytes:
    text = mask_value(row, data.decode("latin-1"), dialect)
    return text.replace(STAR, "0").encode("latin-1")


def _hidden_digits(row: FieldRow, head: bytes, data: bytes, dialect: Dialect) -> bytes:
    digits = data.hex().upper()
    if not (int(head.hex()) if head else row.length) & 1:
        return _hidden_hex(row, digits, "", "", dialect)
    if row.pad == "right":
        return _hidden_hex(row, digits[:-1], "", digits[-1], dialect)
    return _hidden_hex(row, digits[1:], digits[0], "", dialect)


def _hidden_hex(
    row: FieldRow, digits: str, before: str, behind: str, dialect: Dialect,
) -> bytes:
    shown = mask_value(row, digits, dialect).replace(STAR, "0")
    return bytes.fromhex(before + shown + behind)
