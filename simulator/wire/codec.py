"""A message value as a frame, and back; nothing of either is lost on the way.

What a real terminal sends and no attribute of :class:`Message` carries (F46, a short F60, an
empty field) travels in ``others``, so a MAC can be checked over what was received.  The bytes that
were sealed or heard last are kept beside their messages, so they are made once.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import Any

from msgspec.structs import replace

from simulator.wire.dialect import Dialect, tpdu_of_reply
from simulator.wire.errors import WireError
from simulator.wire.fields import FieldRow, PartRow
from simulator.wire.frame import check_frame, with_length
from simulator.wire.framing import PREFIX_LENGTH
from simulator.wire.generic import decode_body, encode_body
from simulator.wire.header import HeaderCodec
from simulator.wire.identifiers import MID_LENGTH, TID_LENGTH, heard, written
from simulator.wire.kept_bodies import KeptBodies
from simulator.wire.message import BYTES_NAMES, OPTIONAL_NAMES, TEXT_NAMES, Message, Original

MAC_LENGTH = 8
NO_MAC = "00" * MAC_LENGTH
_IDENTIFIERS = (("tid", TID_LENGTH), ("mid", MID_LENGTH))
_OF_REQUESTS = frozenset("02468")  # third digit of the message type

_Reader = Callable[[str, dict[str, Any]], bool]  # False: no attribute carries it


class Codec:
    """Encodes and decodes in one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._framing = dialect.framing
        self._tpdu_at = PREFIX_LENGTH * dialect.framing.length_prefix
        self._header = HeaderCodec(dialect.header)
        rows = {row.name: row for row in dialect.fields}
        names = (*TEXT_NAMES, *(name for name in OPTIONAL_NAMES if name in rows))
        self._text_keys = tuple(rows[name].key for name in names)
        self._texts = attrgetter(*names)
        self._text_name = {rows[name].key: name for name in names}
        self._absent = tuple(name for name in OPTIONAL_NAMES if name not in rows)
        self._icc_data, self._pin_block, self._private, self._mac = (
            rows[name].key for name in ("icc_data", "pin_block", "private", "mac"))
        self._tid, self._mid = rows["tid"].key, rows["mid"].key
        self._kept = KeptBodies()
        self._most = {
            row.key: (row.length, row.form == "b") for row in dialect.fields if row.reads}
        self._amount, self._stan = rows["amount_fen"], rows["stan"]
        self._field60, self._original = rows["field60"], rows["original"]
        self._readers: dict[str, _Reader] = {
            **{rows[name].key: self._reads(name) for name in BYTES_NAMES},
            self._amount.key: _add_amount, self._stan.key: _add_stan,
            self._field60.key: self._add_field60, self._original.key: self._add_original,
        }
        self._parts60, self._parts61 = _ends(self._field60), _ends(self._original)

    def encode(self, message: Message, tpdu: str = "") -> bytes:
        """The frame of a message; the dialect's own TPDU where none is given."""
        framing, head = self._framing, b""
        if framing.tpdu_length:
            head = _tpdu(tpdu or self.dialect.tpdu)
        if framing.header_length:
            head += self._header.encode(message)
        frame = head + self.body_of(self.born(message))
        return with_length(frame) if framing.length_prefix else frame

    def decode(self, frame: bytes) -> Message:
        """The message of one whole frame."""
        framing = self._framing
        check_frame(frame, framing)
        at = framing.before_mti
        mti, fields, padded_by_f = decode_body(frame, at, self.dialect)
        facts = self.facts_of(fields)
        if framing.header_length:
            facts |= self._header.decode(frame[at - framing.header_length:at])
        if padded_by_f:
            facts["padded_by_f"] = tuple(sorted(padded_by_f, key=int))
        message = Message(mti=mti, **facts)
        self._kept.keep(message, frame[at:])
        return message

    def tpdu_of(self, frame: bytes) -> str:
        """The TPDU of a frame, ten digits, or "" where the framing has none."""
        return frame[self._tpdu_at:self._tpdu_at + self._framing.tpdu_length].hex().upper()

    def reply_tpdu(self, request: bytes) -> str:
        """The TPDU of the reply to a request frame: swapped or echoed, as the dialect says."""
        return tpdu_of_reply(self.tpdu_of(request), self.dialect.reply_tpdu)

    # ---- message to fields -------------------------------------------------------------------

    def born(self, message: Message) -> Message:
        """A message as this dialect wants it: a request with the fields that every one carries."""
        constants = self.dialect.constants
        if not constants or message.mti[2:3] not in _OF_REQUESTS:
            return message
        there = {key for key, _ in message.others}
        added = tuple(each for each in constants if each[0] not in there)
        return replace(message, others=(*message.others, *added)) if added else message

    def body_of(self, message: Message) -> bytes:
        """The bytes from the message type on: as they were heard or sealed, or made now."""
        kept = self._kept.of(message)
        return kept or self._made(message, self.fields_of(message))

    def content_of(self, message: Message) -> bytes:
        """What the MAC covers: MTI to F63, bit 64 of the bitmap being set."""
        if message.mac is not None:
            return self.body_of(message)[:-MAC_LENGTH]
        fields = self.fields_of(message)
        fields[self._mac] = NO_MAC
        return self._made(message, fields)[:-MAC_LENGTH]

    def sealed(self, message: Message, content: bytes, mac: bytes) -> Message:
        """The message with the MAC of its content."""
        done = replace(message, mac=mac)
        self._kept.keep(done, content + mac)
        return done

    def _made(self, message: Message, fields: dict[str, str]) -> bytes:
        """What we send keeps to the length of each row, though more is read of others."""
        for key, (most, octets) in self._most.items():
            value = fields.get(key, "")
            if len(value) > most and (len(value) // 2 if octets else len(value)) > most:
                raise WireError(key, 0, f"at most {most} of them are possible")
        return self._encoded(message, fields)

    def _encoded(self, message: Message, fields: dict[str, str]) -> bytes:
        return encode_body(message.mti, fields, self.dialect, frozenset(message.padded_by_f))

    def fields_of(self, message: Message) -> dict[str, str]:
        """The fields of a message as the generic codec has them."""
        fields = {
            key: value
            for key, value in zip(self._text_keys, self._texts(message), strict=True) if value
        }
        if "\\" in message.tid or "\\" in message.mid:
            fields |= {
                key: written(fields[key], length)
                for key, length in ((self._tid, TID_LENGTH), (self._mid, MID_LENGTH)) if key in fields
            }
        for name in self._absent:
            if getattr(message, name):
                raise WireError(name, 0, "the dialect has no such field")
        if message.icc_data is not None:
            fields[self._icc_data] = message.icc_data.hex().upper()
        if message.pin_block is not None:
            fields[self._pin_block] = message.pin_block.hex().upper()
        if message.private is not None:
            fields[self._private] = message.private.hex().upper()
        if message.mac is not None:
            fields[self._mac] = message.mac.hex().upper()
        if message.amount_fen is not None:
            fields[self._amount.key] = f"{message.amount_fen:0{self._amount.length}}"
        if message.stan is not None:
            fields[self._stan.key] = f"{message.stan:0{self._stan.length}}"
        if message.type_code or message.batch or message.network_code:
            fields[self._field60.key] = self._field60_of(message)
        if message.original is not None:
            fields[self._original.key] = self._original_of(message.original)
        if message.others:
            fields.update(message.others)
        return fields

    def _field60_of(self, message: Message) -> str:
        network_code, capability = message.network_code, message.capability
        type_end, batch_end, end = self._parts60
        batch = f"{message.batch:0{batch_end - type_end}}"
        if len(message.type_code) != type_end or message.batch < 0 or type_end + len(batch) != batch_end:
            raise WireError("60", 0, f"a type of {type_end} digits and a batch number of "
                            f"{batch_end - type_end} are needed")
        if len(network_code) != end - batch_end and (network_code or capability):
            raise WireError("60", batch_end, f"the network code has {end - batch_end} digits")
        return f"{message.type_code}{batch}{network_code}{capability}"

    def _original_of(self, original: Original) -> str:
        batch_end, end, date_end = self._parts61
        batch = f"{original.batch:0{batch_end}}"
        stan = f"{original.stan:0{end - batch_end}}"
        for name, digits, width in (("61.1", batch, batch_end), ("61.2", stan, end - batch_end)):
            if len(digits) != width or not digits.isdigit():
                raise WireError(name, 0, f"a number does not fit into {width} digits")
        if original.date:
            if len(original.date) != date_end - end or not _are_digits(original.date):
                raise WireError("61.3", end, f"{date_end - end} digits are needed")
        elif len(original.tail) >= date_end - end:
            raise WireError("61.3", end, "further digits need the original date before them")
        return f"{batch}{stan}{original.date}{original.tail}"

    # ---- fields to message -------------------------------------------------------------------

    def facts_of(self, fields: dict[str, str]) -> dict[str, Any]:
        """The attributes of a message that fields give."""
        facts: dict[str, Any] = {}
        others: list[tuple[str, str]] = []
        names, readers = self._text_name, self._readers
        for key, value in fields.items():
            name = names.get(key)
            if name is not None and value:
                facts[name] = value
            elif (reader := readers.get(key)) is None or not reader(value, facts):
                others.append((key, value))
        for name, length in _IDENTIFIERS:
            if "\\" in facts.get(name, ""):
                facts[name] = heard(facts[name], length)
        if others:
            facts["others"] = tuple(others)
        return facts

    def _reads(self, name: str) -> _Reader:
        """Reads a field of octets."""
        def read(value: str, facts: dict[str, Any]) -> bool:
            facts[name] = bytes.fromhex(value)
            return True

        return read

    def _add_original(self, digits: str, facts: dict[str, Any]) -> bool:
        if len(digits) < self._parts61[1]:
            return False
        facts["original"] = self._original_in(digits)
        return True

    def _add_field60(self, digits: str, facts: dict[str, Any]) -> bool:
        type_end, batch_end, end = self._parts60
        if batch_end != len(digits) < end:  # some senders stop after the batch number, none inside
            return False
        facts["type_code"] = digits[:type_end]
        facts["batch"] = int(digits[type_end:batch_end])
        if len(digits) > batch_end:
            facts["network_code"] = digits[batch_end:end]
            facts["capability"] = digits[end:]
        return True

    def _original_in(self, digits: str) -> Original:
        batch_end, end, date_end = self._parts61
        batch, stan = int(digits[:batch_end]), int(digits[batch_end:end])
        if len(digits) < date_end:
            return Original(batch, stan, "", digits[end:])
        return Original(batch, stan, digits[end:date_end], digits[date_end:])


def _add_amount(digits: str, facts: dict[str, Any]) -> bool:
    if not digits:
        return False
    facts["amount_fen"] = int(digits)
    return True


def _add_stan(digits: str, facts: dict[str, Any]) -> bool:
    if not digits:
        return False
    facts["stan"] = int(digits)
    return True


def _ends(row: FieldRow) -> tuple[int, int, int]:
    """Where the first three parts of a field end, in digits."""
    first, second, third = (_width(part) for part in row.parts[:3])
    return first, first + second, first + second + third


def _width(part: PartRow) -> int:
    assert part.digits is not None, "the loader refuses it"
    return part.digits


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _tpdu(digits: str) -> bytes:
    try:
        octets = bytes.fromhex(digits)
    except ValueError:
        raise WireError("tpdu", 0, "is no hexadecimal number") from None
    if len(digits) != 10:
        raise WireError("tpdu", 0, f"10 digits are needed, not {len(digits)}")
    return octets
