"""A message value as a frame, and back; nothing of either is lost on the way.

What a real terminal sends and no attribute of :class:`Message` carries (F46, a short F60, an
empty field) travels in ``others``, so a MAC can be checked over what was received.
"""

from __future__ import annotations

from typing import Any

from simulator.wire.dialect import DEFAULT_DIALECT, Dialect, tpdu_of_reply
from simulator.wire.errors import WireError
from simulator.wire.frame import PREFIX_LENGTH, check_frame, with_length
from simulator.wire.generic import decode_body, encode_body
from simulator.wire.message import Message, Original
from simulator.wire.subfields import format_original

_TEXT: tuple[tuple[str, str], ...] = (
    ("pan", "2"), ("processing_code", "3"), ("local_time", "12"), ("local_date", "13"),
    ("expiry", "14"), ("settlement_date", "15"), ("entry_mode", "22"), ("card_sequence", "23"),
    ("condition_code", "25"), ("pin_capture", "26"), ("acquirer_id", "32"), ("track2", "35"),
    ("track3", "36"), ("rrn", "37"), ("auth_code", "38"), ("response_code", "39"), ("tid", "41"),
    ("mid", "42"), ("institutions", "44"), ("details", "48"), ("currency", "49"),
    ("security", "53"), ("balance", "54"), ("operator", "63"),
)
_BYTES: tuple[tuple[str, str], ...] = (
    ("pin_block", "52"), ("icc_data", "55"), ("private", "62"), ("mac", "64"),
)
_TEXT_NAME = {key: name for name, key in _TEXT}
_BYTES_NAME = {key: name for name, key in _BYTES}


class Codec:
    """Encodes and decodes in one dialect."""

    def __init__(self, dialect: Dialect = DEFAULT_DIALECT) -> None:
        self.dialect = dialect
        self._framing = dialect.framing
        self._tpdu_at = PREFIX_LENGTH * dialect.framing.length_prefix

    def encode(self, message: Message, tpdu: str = "") -> bytes:
        """The frame of a message; the dialect's own TPDU where none is given."""
        framing, head = self._framing, b""
        if framing.tpdu_length:
            head = _fixed_hex("tpdu", tpdu or self.dialect.tpdu, 10)
        if framing.header_length:
            head += _fixed_hex("header", header_of(message), 12)
        frame = head + body_of(message)
        return with_length(frame) if framing.length_prefix else frame

    def decode(self, frame: bytes) -> Message:
        """The message of one whole frame."""
        framing = self._framing
        check_frame(frame, framing)
        mti, fields, padded_by_f = decode_body(frame, framing.before_mti)
        facts = facts_of(fields)
        if framing.header_length:
            _add_header(frame, framing.before_mti - framing.header_length, facts)
        if padded_by_f:
            facts["padded_by_f"] = tuple(sorted(padded_by_f, key=int))
        return Message(mti=mti, **facts)

    def tpdu_of(self, frame: bytes) -> str:
        """The TPDU of a frame, ten digits, or "" where the framing has none."""
        return frame[self._tpdu_at:self._tpdu_at + self._framing.tpdu_length].hex().upper()

    def reply_tpdu(self, request: bytes) -> str:
        """The TPDU of the reply to a request frame: swapped or echoed, as the dialect says."""
        return tpdu_of_reply(self.tpdu_of(request), self.dialect.reply_tpdu)


DEFAULT_CODEC = Codec()
encode = DEFAULT_CODEC.encode
decode = DEFAULT_CODEC.decode


# ---- message to fields -----------------------------------------------------------------------


def body_of(message: Message) -> bytes:
    """The bytes from the message type on."""
    return encode_body(message.mti, fields_of(message), frozenset(message.padded_by_f))


def fields_of(message: Message) -> dict[str, str]:
    """The fields of a message as the generic codec has them."""
    fields = {key: value for name, key in _TEXT if (value := getattr(message, name))}
    for name, key in _BYTES:
        if (octets := getattr(message, name)) is not None:
            fields[key] = octets.hex().upper()
    if message.amount_fen is not None:
        fields["4"] = f"{message.amount_fen:012}"
    if message.stan is not None:
        fields["11"] = f"{message.stan:06}"
    if message.type_code or message.batch or message.network_code:
        fields["60"] = _field60(message)
    if message.original is not None:
        fields["61"] = format_original(message.original)
    if message.others:
        fields.update(message.others)
    return fields


def _field60(message: Message) -> str:
    network_code, capability = message.network_code, message.capability
    if len(message.type_code) != 2 or not 0 <= message.batch <= 999_999:
        raise WireError("60", 0, "a type of two digits and a batch number of six are needed")
    if len(network_code) != 3 and (network_code or capability):
        raise WireError("60", 8, "the network code has three digits")
    return f"{message.type_code}{message.batch:06}{network_code}{capability}"


def header_of(message: Message) -> str:
    """The twelve digits of the header."""
    return (
        message.application_class + message.software[:2] + message.terminal_status
        + message.processing_request + message.software[2:]
    )


def _fixed_hex(name: str, digits: str, length: int) -> bytes:
    try:
        octets = bytes.fromhex(digits)
    except ValueError:
        raise WireError(name, 0, "is no hexadecimal number") from None
    if len(digits) != length:
        raise WireError(name, 0, f"{length} digits are needed, not {len(digits)}")
    return octets


# ---- fields to message -----------------------------------------------------------------------


def facts_of(fields: dict[str, str]) -> dict[str, Any]:
    """The attributes of a message that fields give."""
    facts: dict[str, Any] = {}
    others: list[tuple[str, str]] = []
    for key, value in fields.items():
        if (name := _TEXT_NAME.get(key)) is not None and value:
            facts[name] = value
        elif key == "4":
            facts["amount_fen"] = int(value)
        elif key == "11":
            facts["stan"] = int(value)
        elif key == "60" and len(value) >= 8:
            _add_field60(value, facts)
        elif key == "61" and len(value) >= 12:
            facts["original"] = _original(value)
        elif (name := _BYTES_NAME.get(key)) is not None:
            facts[name] = bytes.fromhex(value)
        else:
            others.append((key, value))
    if others:
        facts["others"] = tuple(others)
    return facts


def _add_field60(digits: str, facts: dict[str, Any]) -> None:
    facts["type_code"] = digits[:2]
    facts["batch"] = int(digits[2:8])
    if len(digits) > 8:
        facts["network_code"] = digits[8:11]
        facts["capability"] = digits[11:]


def _original(digits: str) -> Original:
    if len(digits) < 16:
        return Original(int(digits[:6]), int(digits[6:12]), "", digits[12:])
    return Original(int(digits[:6]), int(digits[6:12]), digits[12:16], digits[16:])


def _add_header(frame: bytes, at: int, facts: dict[str, Any]) -> None:
    digits = frame[at:at + 6].hex().upper()
    facts["application_class"] = digits[:2]
    facts["software"] = digits[2:4] + digits[6:]
    facts["terminal_status"] = digits[4]
    facts["processing_request"] = digits[5]
