"""A message as its framing and a text for each field, every byte of it kept; means nothing by it.

This is the level of ``daozhang decode`` and of test vectors: what a sender did oddly (a pad nibble
F, a short field 60, text that is no GBK) is remembered, so a message encodes to the bytes that it
was decoded from.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from simulator.wire.bodies import Reading
from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError
from simulator.wire.frame import TPDU_ID, body_of, check_frame, framed
from simulator.wire.framing import Framing
from simulator.wire.masking import mask_fields
from simulator.wire.recovering import Damage


class Decoded(msgspec.Struct, frozen=True, gc=False):
    """One message.  Binary fields are upper-case hex, digits are digits, text is text."""

    framing: Framing
    mti: str
    fields: dict[str, str]  # by number, "2" to "64"
    tpdu: str = ""  # ten digits, "" where the framing has none
    header: str = ""  # twelve digits, "" where the framing has none
    padded_by_f: frozenset[str] = frozenset()  # fields whose odd digit is padded by F, not 0
    forms: dict[str, int] = {}  # fields in one of their row's further forms: which, from 1


# ---- bytes to values -------------------------------------------------------------------------


def decode_generic(frame: bytes, dialect: Dialect, framing: Framing | None = None) -> Decoded:
    """The message of one whole frame; in the dialect's own framing where no other is given."""
    framing = framing or dialect.framing
    check_frame(frame, framing)
    decoded, error = _decoded(frame, dialect, framing)
    if error is not None:
        raise error
    return decoded


def decode_partly(
    frame: bytes, dialect: Dialect, framing: Framing | None = None,
) -> tuple[Decoded | None, WireError | None]:
    """What can be read of a frame, and what is wrong with it; no message where its heads are none."""
    framing = framing or dialect.framing
    try:
        check_frame(frame, framing)
    except WireError as error:
        if error.field in {"tpdu", "header", "stx"} or len(frame) < framing.before_mti:
            return None, error
        return _decoded(frame, dialect, framing)[0], error
    return _decoded(frame, dialect, framing)


def decode_recovering(
    frame: bytes, dialect: Dialect, framing: Framing | None = None,
) -> tuple[Decoded | None, tuple[Damage, ...]]:
    """All that can be read of a frame, behind a damage too, and every damage, by its place in the frame."""
    framing = framing or dialect.framing
    decoded, error = decode_partly(frame, dialect, framing)
    if error is None:
        return decoded, ()
    if decoded is None:
        return None, (Damage(error, 0, len(frame)),)
    at = framing.before_mti
    found = dialect.recovering.read(body_of(frame, framing))
    around = _damage_around(frame, framing)
    damages = (*around, *(damage.moved(at) for damage in found.damages))
    return replace(decoded, fields=found.values, padded_by_f=frozenset(found.pads), forms={}), damages


def _damage_around(frame: bytes, framing: Framing) -> tuple[Damage, ...]:
    try:
        check_frame(frame, framing)
    except WireError as error:
        return (Damage(error, error.offset, error.offset),)
    return ()


def _decoded(
    frame: bytes, dialect: Dialect, framing: Framing,
) -> tuple[Decoded, WireError | None]:
    at = framing.before_mti
    found = dialect.reader.read(body_of(frame, framing))
    head = frame[framing.prefix_length:at].hex().upper()
    digits = 2 * framing.tpdu_length
    decoded = Decoded(framing, found.mti, found.values, head[:digits], head[digits:],
                      frozenset(found.pads), found.forms)
    return decoded, error_in(found, at, dialect)


def error_in(found: Reading, at: int, dialect: Dialect) -> WireError | None:
    """The damage of a body that stands at ``at`` in its frame, with what was read before it."""
    error = found.error
    return error and WireError(error.field, at + error.offset, error.reason,
                               mask_fields(found.values, dialect))


# ---- values to bytes -------------------------------------------------------------------------


def encode_generic(decoded: Decoded, dialect: Dialect) -> bytes:
    """The frame of a message, its length prefix included where the framing has one."""
    framing = decoded.framing
    head = _head("tpdu", decoded.tpdu, framing.tpdu_length)
    head += _head("header", decoded.header, framing.header_length)
    message = head + dialect.writer.write(
        decoded.mti, decoded.fields, decoded.padded_by_f, decoded.forms)
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
