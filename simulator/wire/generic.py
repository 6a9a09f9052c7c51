"""A message as its framing and a text for each field, every byte of it kept; means nothing by it.

This is the level of ``daozhang decode`` and of test vectors: what a sender did oddly (a pad nibble
F, a short field 60, text that is no GBK) is remembered, so a message encodes to the bytes that it
was decoded from.
"""

from __future__ import annotations

from collections.abc import Mapping

import iso8583
import msgspec

from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError
from simulator.wire.fields import BITMAP_LENGTH, MTI_LENGTH
from simulator.wire.frame import TPDU_ID, body_of, check_frame, framed
from simulator.wire.framing import Framing
from simulator.wire.layout import check_bitmap, spans
from simulator.wire.masking import mask_fields

_NAMES = {"t": "mti", "p": "bitmap", "h": "header"}
_ODD = "nibbles, expecting"


class Decoded(msgspec.Struct, frozen=True, gc=False):
    """One message.  Binary fields are upper-case hex, digits are digits, text is text."""

    framing: Framing
    mti: str
    fields: dict[str, str]  # by number, "2" to "64"
    tpdu: str = ""  # ten digits, "" where the framing has none
    header: str = ""  # twelve digits, "" where the framing has none
    padded_by_f: frozenset[str] = frozenset()  # fields whose odd digit is padded by F, not 0


# ---- bytes to values -------------------------------------------------------------------------


def decode_generic(frame: bytes, dialect: Dialect, framing: Framing | None = None) -> Decoded:
    """The message of one whole frame; in the dialect's own framing where no other is given."""
    framing = framing or dialect.framing
    at = framing.before_mti
    check_frame(frame, framing)
    mti, fields, padded_by_f = decode_body(body_of(frame, framing), at, dialect)
    head = frame[framing.prefix_length:at].hex().upper()
    digits = 2 * framing.tpdu_length
    return Decoded(framing, mti, fields, head[:digits], head[digits:], padded_by_f)


def decode_body(
    body: bytes, at: int, dialect: Dialect,
) -> tuple[str, dict[str, str], frozenset[str]]:
    """Message type, fields, and which of them are padded by F; ``at``: of the body in its frame."""
    if len(body) < MTI_LENGTH + BITMAP_LENGTH:
        raise WireError("bitmap", at + len(body), "the frame ends before its fields")
    check_bitmap(body, MTI_LENGTH, dialect, at)
    padded_by_f: frozenset[str] = frozenset()
    while True:
        try:
            fields, _ = iso8583.decode(body, dialect.specification(padded_by_f))
            break
        except iso8583.DecodeError as error:
            if error.field in padded_by_f or not _pads_by_f(error, dialect):
                raise _wire_error(error, at, dialect) from None
            padded_by_f |= {error.field}
    mti = fields.pop("t")
    del fields["p"]
    if not mti.isdigit() or not all(map(str.isdigit, _numbers(fields, dialect))):
        raise _not_digits(body, mti, at, fields, dialect)
    return mti, fields, padded_by_f


def _numbers(fields: dict[str, str], dialect: Dialect) -> list[str]:
    numeric = dialect.numeric
    return [value for key, value in fields.items() if value and key in numeric]


def _pads_by_f(error: iso8583.DecodeError, dialect: Dialect) -> bool:
    row, value = dialect.field.get(error.field), error.doc_dec.get(error.field, "")
    return (
        row is not None and row.in_digits and _ODD in error.msg and value != ""
        and value[-1 if row.pad == "right" else 0] == "F"
    )


def _wire_error(error: iso8583.DecodeError, at: int, dialect: Dialect) -> WireError:
    reason = error.msg[0].lower() + error.msg[1:]
    row = dialect.field.get(error.field)
    if row is not None and row.in_digits and error.doc_dec.get(error.field) and _ODD in error.msg:
        reason = "the pad nibble is neither 0 nor F"
    read = {
        key: value for key, value in error.doc_dec.items()
        if key in dialect.field and key != error.field
    }
    return WireError(_NAMES.get(error.field, error.field), at + error.pos, reason,
                     mask_fields(read, dialect))


def _not_digits(
    body: bytes, mti: str, at: int, fields: dict[str, str], dialect: Dialect,
) -> WireError:
    if not mti.isdigit():
        return WireError("mti", at, "the message type is no number")
    read: dict[str, str] = {}
    for span in spans(body, 0, dialect):
        key = span.row.key
        if key in dialect.numeric and fields[key] and not fields[key].isdigit():
            return WireError(key, at + span.data, "holds what is no digit",
                             mask_fields(read, dialect))
        read[key] = fields[key]
    raise AssertionError("every field is of digits")


# ---- values to bytes -------------------------------------------------------------------------


def encode_generic(decoded: Decoded, dialect: Dialect) -> bytes:
    """The frame of a message, its length prefix included where the framing has one."""
    framing = decoded.framing
    head = _head("tpdu", decoded.tpdu, framing.tpdu_length)
    head += _head("header", decoded.header, framing.header_length)
    message = head + encode_body(decoded.mti, decoded.fields, dialect, decoded.padded_by_f)
    return framed(message, framing)


def _head(name: str, digits: str, length: int) -> bytes:
    try:
        head = bytes.fromhex(digits)
    except ValueError:
        raise WireError(name, 0, "is no hexadecimal number") from None
    if len(digits) != 2 * length:
        raise WireError(name, 0, f"{2 * length} digits are needed, not {len(digits)}")
    if name == "tpdu" and length and head[0] != TPDU_ID:
        raise WireError(name, 0, "a TPDU begins with 60")
    return head


def encode_body(
    mti: str, fields: Mapping[str, str], dialect: Dialect,
    padded_by_f: frozenset[str] = frozenset(),
) -> bytes:
    """The bytes from the message type on."""
    if not mti.isdigit():
        raise WireError("mti", 0, "the message type is no number")
    values, known, numeric = dict(fields), dialect.field, dialect.numeric
    for key, value in values.items():
        if key not in known:
            raise WireError(key, 0, "the dialect has no such field")
        if value and key in numeric and not value.isdigit():
            raise WireError(key, 0, "holds what is no digit")
    values["t"] = mti
    try:
        body, _ = iso8583.encode(values, dialect.specification(padded_by_f))
    except iso8583.EncodeError as error:
        reason = error.msg[0].lower() + error.msg[1:]
        raise WireError(_NAMES.get(error.field, error.field), 0, reason) from None
    return bytes(body)
