"""A message value as the fields of its body, and back: every attribute by the row that carries it.

What a real terminal sends and no attribute of :class:`Message` carries (F46, a short F60, an empty
field, a field without a meaning) travels in ``others``.  Heads, MAC and framing are the codec's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import attrgetter
from typing import Any

from simulator.wire.bodies import BodyReader, BodyWriter, Reading, type_octets
from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError
from simulator.wire.field_codecs import Take, framed_octets, writer
from simulator.wire.fields import BITMAP_LENGTH, FieldRow, PartRow
from simulator.wire.identifiers import MID_LENGTH, TID_LENGTH, heard, written
from simulator.wire.message import (
    BYTES_NAMES,
    NUMBER_NAMES,
    OPTIONAL_NAMES,
    TEXT_NAMES,
    Message,
    Original,
)

_IDENTIFIERS = {"tid": TID_LENGTH, "mid": MID_LENGTH}
_Facts = dict[str, Any]
_Step = tuple[int, Callable[[Any], bytes]]  # bit of the bitmap, and what makes the field
_OTHERS = "others"
_NUMBERS = NUMBER_NAMES[:2]


class MessageBodies:
    """Reads and makes the bodies of messages in one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        rows = {row.name: row for row in dialect.fields}
        self._rows = rows
        self._absent = tuple(name for name in OPTIONAL_NAMES if name not in rows)
        self._text_names = (*TEXT_NAMES, *(name for name in OPTIONAL_NAMES if name in rows))
        self._texts = attrgetter(*self._text_names)
        self._text_keys = tuple(rows[name].key for name in self._text_names)
        self._mac = rows["mac"]
        self._field60, self._original = rows["field60"], rows["original"]
        self._parts60, self._parts61 = _ends(self._field60), _ends(self._original)
        self._takes = self._all_takes()
        self._reader = BodyReader(
            dialect.rows, lambda row: self._takes.get(row.key) or _takes_other(row.key))
        self._heard_writer, self._strict_writer = dialect.writer, BodyWriter(dialect.rows, strict=True)
        self._write60 = writer(self._field60, self._field60.length)
        names = sorted(
            (*self._text_names, *BYTES_NAMES, *_NUMBERS, "original"),
            key=lambda name: rows[name].number)
        below = [name for name in names if rows[name].number < self._field60.number]
        above = [name for name in names if rows[name].number > self._field60.number]
        self._below, self._above = _values_of(below), _values_of(above)
        self._steps_below = tuple(map(self._step, below))
        self._steps_above = tuple(map(self._step, above))

    # ---- fields to message -------------------------------------------------------------------

    def read(self, body: bytes) -> Reading:
        """The body; its values are attributes of a message."""
        found = self._reader.read(body)
        facts = found.values
        if _OTHERS in facts:
            facts[_OTHERS] = tuple(facts[_OTHERS])
        if found.pads:
            facts["padded_by_f"] = tuple(sorted(found.pads, key=int))
        if found.forms:
            facts["forms"] = tuple(found.forms.items())
        return found

    def _all_takes(self) -> dict[str, Take]:
        rows = self._rows
        return {
            **{rows[name].key: _takes_text(rows[name].key, name) for name in self._text_names},
            **{rows[name].key: _takes_identifier(name, length)
               for name, length in _IDENTIFIERS.items()},
            **{rows[name].key: _takes_octets(name) for name in BYTES_NAMES},
            **{rows[name].key: _takes_number(rows[name].key, name) for name in _NUMBERS},
            self._field60.key: self._take_field60, self._original.key: self._take_original,
        }

    def _take_original(self, digits: str, facts: _Facts) -> None:
        if len(digits) < self._parts61[1]:
            _carry(self._original.key, digits, facts)
        else:
            facts["original"] = self._original_in(digits)

    def _take_field60(self, digits: str, facts: _Facts) -> None:
        type_end, batch_end, end = self._parts60
        if batch_end != len(digits) < end:  # some senders stop after the batch number, none inside
            _carry(self._field60.key, digits, facts)
            return
        facts["type_code"] = digits[:type_end]
        facts["batch"] = int(digits[type_end:batch_end])
        if len(digits) > batch_end:
            facts["network_code"] = digits[batch_end:end]
            facts["capability"] = digits[end:]

    def _original_in(self, digits: str) -> Original:
        batch_end, end, date_end = self._parts61
        batch, stan = int(digits[:batch_end]), int(digits[batch_end:end])
        if len(digits) < date_end:
            return Original(batch, stan, "", digits[end:])
        return Original(batch, stan, digits[end:date_end], digits[date_end:])

    # ---- message to fields -------------------------------------------------------------------

    def make(self, message: Message, *, sealed: bool = False) -> bytes:
        """What we send: each field at most as long as its row says, though more is read of others.

        ``sealed``: with the bit of a MAC that will stand behind it.
        """
        if message.others or message.padded_by_f or message.forms or self._absent:
            return self._made_of_fields(message, sealed, self._strict_writer)
        made: list[bytes] = []
        bits = self._filled(self._below(message), self._steps_below, made)
        if message.type_code or message.batch or message.network_code:
            bits |= 1 << (64 - self._field60.number)
            made.append(self._write60(self._field60_of(message), "0"))
        bits |= self._filled(self._above(message), self._steps_above, made)
        if sealed:
            bits |= 1 << (64 - self._mac.number)
        return type_octets(message.mti) + bits.to_bytes(BITMAP_LENGTH, "big") + b"".join(made)

    def make_again(self, message: Message) -> bytes:
        """What somebody else sent, or was made of it: whatever can be read can be made."""
        return self._made_of_fields(message, False, self._heard_writer)

    @staticmethod
    def _filled(values: Iterable[Any], steps: tuple[_Step, ...], made: list[bytes]) -> int:
        bits = 0
        for value, (bit, write) in zip(values, steps, strict=True):
            if value is not None and value != "":
                bits |= bit
                made.append(write(value))
        return bits

    def _step(self, name: str) -> _Step:
        row = self._rows[name]
        bit = 1 << (64 - row.number)
        if name in BYTES_NAMES:
            return bit, framed_octets(row, row.length)
        write, width = writer(row, row.length), row.length
        if name in _NUMBERS:
            return bit, lambda value: write(f"{value:0{width}}", "0")
        if name in _IDENTIFIERS:
            length = _IDENTIFIERS[name]
            return bit, lambda value: write(
                written(value, length) if "\\" in value else value, "0")
        if name == "original":
            return bit, lambda value: write(self._original_of(value), "0")
        return bit, lambda value: write(value, "0")

    def _made_of_fields(self, message: Message, sealed: bool, made_by: BodyWriter) -> bytes:
        fields = self.fields_of(message)
        if sealed:
            fields[self._mac.key] = "00" * self._mac.length
        body = made_by.write(message.mti, fields, message.padded_by_f, dict(message.forms))
        return body[:-self._mac.length] if sealed else body

    def fields_of(self, message: Message) -> dict[str, str]:
        """The fields of a message as the generic codec has them."""
        for name in self._absent:
            if attrgetter(name)(message):
                raise WireError(name, 0, "the dialect has no such field")
        fields = {
            key: value
            for key, value in zip(self._text_keys, self._texts(message), strict=True) if value
        }
        for name, length in _IDENTIFIERS.items():
            key = self._rows[name].key
            if "\\" in fields.get(key, ""):
                fields[key] = written(fields[key], length)
        for name in BYTES_NAMES:
            octets = attrgetter(name)(message)
            if octets is not None:
                fields[self._rows[name].key] = octets.hex().upper()
        for name in _NUMBERS:
            number = attrgetter(name)(message)
            if number is not None:
                fields[self._rows[name].key] = f"{number:0{self._rows[name].length}}"
        if message.type_code or message.batch or message.network_code:
            fields[self._field60.key] = self._field60_of(message)
        if message.original is not None:
            fields[self._original.key] = self._original_of(message.original)
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


def _takes_text(key: str, name: str) -> Take:
    def take(text: str, facts: _Facts) -> None:
        if text:
            facts[name] = text
        else:
            _carry(key, text, facts)

    return take


def _takes_identifier(name: str, length: int) -> Take:
    def take(text: str, facts: _Facts) -> None:
        facts[name] = heard(text, length) if "\\" in text else text

    return take


def _takes_octets(name: str) -> Take:
    def take(text: str, facts: _Facts) -> None:
        facts[name] = bytes.fromhex(text)

    return take


def _takes_number(key: str, name: str) -> Take:
    def take(text: str, facts: _Facts) -> None:
        if text:
            facts[name] = int(text)
        else:
            _carry(key, text, facts)

    return take


def _takes_other(key: str) -> Take:
    return lambda text, facts: _carry(key, text, facts)


def _carry(key: str, text: str, facts: _Facts) -> None:
    """No attribute has a place for it: it goes with the message as it is."""
    facts.setdefault(_OTHERS, []).append((key, text))


def _values_of(names: list[str]) -> Callable[[Message], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    return lambda message: tuple(attrgetter(name)(message) for name in names)


def _ends(row: FieldRow) -> tuple[int, int, int]:
    """Where the first three parts of a field end, in digits."""
    first, second, third = (_width(part) for part in row.parts[:3])
    return first, first + second, first + second + third


def _width(part: PartRow) -> int:
    assert part.digits is not None, "the loader refuses it"
    return part.digits


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


_made: dict[int, tuple[Dialect, MessageBodies]] = {}  # by identity: a dialect is compared field by field
MOST_KEPT = 16


def bodies_of(dialect: Dialect) -> MessageBodies:
    """The bodies of a dialect, made once: they take longer to make than a small world to run."""
    known = _made.get(id(dialect))
    if known is None or known[0] is not dialect:
        if len(_made) >= MOST_KEPT:
            _made.clear()
        known = _made[id(dialect)] = dialect, MessageBodies(dialect)
    return known[1]
