"""The field table of the dialect and its settings, as data; pyiso8583 specifications come from it.

Source: public terminal and host sources, see docs/unionpay.md.  Only fields that were seen in the
dialect have a row: any other bit in a bitmap is an error, and so is a second bitmap.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

import msgspec

from simulator.wire import text

Form = Literal["n", "z", "an", "ans", "b"]


class FieldRow(msgspec.Struct, frozen=True, gc=False):
    """How one field stands on the line.

    Lengths count digits (n, z), characters (an) or bytes (ans, b); ``prefix`` is the number of BCD
    bytes of the length, 0 where it is fixed.  An odd number of digits is padded on ``pad_side`` by a
    nibble 0, by some senders F: both are read and remembered.
    """

    number: int
    name: str  # as in Message where it is there
    title: str
    form: Form
    length: int  # exact, or the most
    prefix: int = 0
    pad_side: Literal["left", "right"] = "right"

    @property
    def key(self) -> str:
        """The number as pyiso8583 and JSON have it."""
        return str(self.number)

    @property
    def in_digits(self) -> bool:
        """Two digits in each byte."""
        return self.form in {"n", "z"}


_R = FieldRow
FIELDS: tuple[FieldRow, ...] = (
    _R(2, "pan", "primary account number", "n", 19, 1),
    _R(3, "processing_code", "processing code", "n", 6),
    _R(4, "amount_fen", "amount", "n", 12),
    _R(11, "stan", "system trace audit number", "n", 6),
    _R(12, "local_time", "local time hhmmss", "n", 6),
    _R(13, "local_date", "local date MMDD", "n", 4),
    _R(14, "expiry", "expiry YYMM", "n", 4),
    _R(15, "settlement_date", "settlement date MMDD", "n", 4),
    _R(22, "entry_mode", "point of service entry mode", "n", 3),
    _R(23, "card_sequence", "card sequence number", "n", 3, pad_side="left"),
    _R(25, "condition_code", "point of service condition code", "n", 2),
    _R(26, "pin_capture", "longest PIN", "n", 2),
    _R(32, "acquirer_id", "acquiring institution", "n", 11, 1),
    _R(35, "track2", "track 2", "z", 37, 1),
    _R(36, "track3", "track 3", "z", 104, 2),
    _R(37, "rrn", "retrieval reference number", "an", 12),
    _R(38, "auth_code", "authorisation code", "an", 6),
    _R(39, "response_code", "response code", "an", 2),
    _R(41, "tid", "terminal", "ans", 8),
    _R(42, "mid", "merchant", "ans", 15),
    _R(44, "institutions", "issuer and acquirer", "ans", 25, 1),
    _R(46, "terminal_data", "terminal data of some acquirers", "ans", 999, 2),
    _R(48, "details", "settlement totals or batch upload details", "n", 322, 2),
    _R(49, "currency", "currency", "an", 3),
    _R(52, "pin_block", "PIN block", "b", 8),
    _R(53, "security", "security control", "n", 16),
    _R(54, "balance", "additional amounts", "an", 20, 2),
    _R(55, "icc_data", "chip data", "b", 255, 2),
    _R(60, "field60", "type, batch, network code, capability", "n", 17, 2),
    _R(61, "original", "original batch, trace number, date", "n", 29, 2),
    _R(62, "private", "keys, serial number, TLV", "b", 512, 2),
    _R(63, "operator", "operator or texts", "ans", 163, 2),
    _R(64, "mac", "message authentication code", "b", 8),
)
FIELD: dict[str, FieldRow] = {row.key: row for row in FIELDS}
NUMERIC = frozenset(row.key for row in FIELDS if row.form == "n")
KNOWN_BITS = sum(1 << (64 - row.number) for row in FIELDS)

MTI_LENGTH = 2
BITMAP_LENGTH = 8
TPDU_LENGTH = 5
HEADER_LENGTH = 6

HeaderForm = Literal["tpdu+6", "tpdu", "none"]
_HEADER_BYTES: dict[HeaderForm, tuple[int, int]] = {
    "tpdu+6": (TPDU_LENGTH, HEADER_LENGTH), "tpdu": (TPDU_LENGTH, 0), "none": (0, 0),
}


class Framing(msgspec.Struct, frozen=True, gc=False):
    """What stands before the message type: a two-byte length or not, TPDU, header."""

    length_prefix: bool = True
    header: HeaderForm = "tpdu+6"

    @property
    def tpdu_length(self) -> int:
        """Bytes of TPDU."""
        return _HEADER_BYTES[self.header][0]

    @property
    def header_length(self) -> int:
        """Bytes of header after the TPDU."""
        return _HEADER_BYTES[self.header][1]

    @property
    def before_mti(self) -> int:
        """Bytes from the start of the frame to the message type."""
        return 2 * self.length_prefix + sum(_HEADER_BYTES[self.header])


FRAMINGS: dict[str, Framing] = {
    "length+tpdu+header": Framing(True, "tpdu+6"),
    "length+tpdu": Framing(True, "tpdu"),
    "length": Framing(True, "none"),
    "tpdu+header": Framing(False, "tpdu+6"),
    "tpdu": Framing(False, "tpdu"),
    "none": Framing(False, "none"),
}


class Dialect(msgspec.Struct, frozen=True, gc=False):
    """Settings on which acquirers differ."""

    mac: Literal["CUP-ECB", "X9.19"] = "CUP-ECB"
    framing: Framing = Framing()
    tpdu: str = "6000030000"  # 60 + destination + source, of a terminal's requests
    reply_tpdu: Literal["swap", "echo"] = "swap"
    size_limit: int = 2048  # bytes of a frame after its length


DEFAULT_DIALECT = Dialect()


def tpdu_of_reply(tpdu: str, rule: Literal["swap", "echo"]) -> str:
    """The TPDU that answers a request.

    >>> tpdu_of_reply("6000030012", "swap")
    '6000120003'
    """
    return tpdu[:2] + tpdu[6:] + tpdu[2:6] if rule == "swap" else tpdu


# ---- pyiso8583 -------------------------------------------------------------------------------

Specification = Mapping[str, Mapping[str, Any]]
_ENCODING: dict[Form, str] = {"n": "b", "z": "b", "b": "b", "an": "ascii", "ans": text.ENCODING}


@lru_cache(maxsize=256)
def specification(padded_by_f: frozenset[str] = frozenset()) -> Specification:
    """The table as pyiso8583 wants it; the named fields pad odd digits by F instead of 0."""
    heads = {
        "h": _entry("b", 0),
        "t": _entry("b", MTI_LENGTH),
        "p": _entry("b", BITMAP_LENGTH),
        "1": _entry("b", 0),
    }
    return heads | {
        row.key: _entry(
            _ENCODING[row.form], row.length, row.prefix, "nibbles" if row.in_digits else "bytes",
            {f"{row.pad_side}_pad": "F" if row.key in padded_by_f else "0"},
        )
        for row in FIELDS
    }


def _entry(
    encoding: str, length: int, prefix: int = 0, count: str = "bytes",
    pad: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    return {
        "data_enc": encoding, "len_enc": "bcd", "len_type": prefix, "max_len": length,
        "len_count": count, "desc": "", **(pad or {}),
    }
