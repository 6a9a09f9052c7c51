"""A message as its framing and a text for each field, every byte of it kept; means nothing by it.

This is the level of ``daozhang decode`` and of test vectors: what a sender did oddly (a pad nibble
F, a short field 60, text that is no GBK) is remembered, so a message encodes to the bytes that it
was decoded from.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import iso8583
import msgspec

from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError
from simulator.wire.fields import BITMAP_LENGTH, MTI_LENGTH
from simulator.wire.frame import TPDU_ID, check_frame, with_length
from simulator.wire.framing import PREFIX_LENGTH, TPDU_LENGTH, Framing, header_form
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
    mti, fields, padded_by_f = decode_body(frame, at, dialect)
    head = frame[PREFIX_LENGTH * framing.length_prefix:at].hex().upper()
    digits = 2 * framing.tpdu_length
    return Decoded(framing, mti, fields, head[:digits], head[digits:], padded_by_f)


def decode_body(
    frame: bytes, at: int, dialect: Dialect,
) -> tuple[str, dict[str, str], frozenset[str]]:
    """Message type, fields, and which of them are padded by F, of the message at ``at``."""
    if len(frame) < at + MTI_LENGTH + BITMAP_LENGTH:
        raise WireError("bitmap", len(frame), "the frame ends before its fields")
    check_bitmap(frame, at + MTI_LENGTH, dialect)
    body = frame[at:]
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
    return with_length(message) if framing.length_prefix else message


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


# ---- framing by looking ----------------------------------------------------------------------


def decode_any(frame: bytes, dialect: Dialect) -> Decoded:
    """The message of a frame whose framing is not known.

    The variants are tried from the fullest to the barest; the first that leaves no byte over is
    taken.  Where none does, the error is that of the likely one.
    """
    for framing in dialect.framings.values():
        with suppress(WireError):
            return decode_generic(frame, dialect, framing)
    return decode_generic(frame, dialect, likely_framing(frame, dialect))


def likely_framing(frame: bytes, dialect: Dialect) -> Framing:
    """The framing that the first bytes speak for; the common one where they are silent."""
    own = dialect.framing
    for at, prefixed in ((0, False), (PREFIX_LENGTH, True)):
        if own.tpdu_length and frame[at:at + 1] == bytes((TPDU_ID,)):
            after = frame[at + TPDU_LENGTH:at + TPDU_LENGTH + 1]
            bare = dialect.tells_header and b"\x00" < after < b"\x10"
            return Framing(prefixed, header_form(True, 0) if bare else own.header)
    first = frame[:MTI_LENGTH].hex()
    looks_bare = len(frame) > MTI_LENGTH and first.isdigit() and first[0] == "0" and first[1] != "0"
    return Framing(False, "none") if looks_bare else own
