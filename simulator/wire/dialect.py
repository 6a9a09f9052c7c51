"""One acquirer's dialect of ISO 8583 as one value: its fields, kinds, header, TPDU rule and MAC.

Whatever reads or makes a message is built from it or is given it; nothing of a dialect stands
anywhere else.  It decides nothing and reads no file (that is the loader's).  A field without a row is
carried in the form that the dialect has for such, and is shown to nobody; where it has none, its bit
in a bitmap is an error, as a second bitmap always is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache
from typing import Any, Literal

import msgspec
from msgspec.structs import replace

from simulator.wire.bodies import BodyReader, BodyWriter
from simulator.wire.field_codecs import Take
from simulator.wire.fields import FieldRow, PartRow
from simulator.wire.framing import Framing, framings_around
from simulator.wire.kinds import Kind, KindFinder, KindRow
from simulator.wire.message import Message
from simulator.wire.recovering import RecoveringReader
from simulator.wire.scanned import is_scanned

MAC_FIELD = "64"
LONGEST_FRAME = 0xFFFF  # bytes that two bytes of length can tell


class MacRule(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """What F64 is made by, and whether it holds eight bytes or eight characters of hex."""

    algorithm: Literal["CUP-ECB", "X9.19"] = "CUP-ECB"
    form: Literal["raw", "hex"] = "hex"


USUAL_RULES: dict[str, MacRule] = {  # the algorithms in the forms in which they are mostly met
    "CUP-ECB": MacRule("CUP-ECB", "hex"), "X9.19": MacRule("X9.19", "raw"),
}

TpduRule = Literal["swap", "echo"]
Shape = tuple[FieldRow, int, int, bool]  # prefix, length, whether in digits


class Dialect(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Everything on which acquirers' messages differ."""

    name: str
    title: str
    fields: tuple[FieldRow, ...]
    kinds: tuple[KindRow, ...]
    header: tuple[PartRow, ...] = ()
    framing: Framing
    tpdu: str = "6000000000"  # 60 + destination + source, of a terminal's requests
    reply_tpdu: TpduRule = "swap"
    mac: MacRule = MacRule()
    shown_tags: frozenset[str] = frozenset()  # of chip data
    size_limit: int = 2048  # bytes of a frame after its length
    unnamed: tuple[FieldRow, ...] = ()  # of fields that mean nothing here, in whatever form they come

    @cached_property
    def rows(self) -> tuple[FieldRow, ...]:
        """All fields, with and without a meaning, by number."""
        return tuple(sorted((*self.fields, *self.unnamed), key=lambda row: row.number))

    @cached_property
    def reader(self) -> BodyReader:
        """Reads a body into texts by number."""
        return BodyReader(self.rows, _take)

    @cached_property
    def recovering(self) -> RecoveringReader:
        """Reads a damaged body as far as its structure allows."""
        return RecoveringReader(self.rows)

    @cached_property
    def writer(self) -> BodyWriter:
        """Makes a body of texts by number."""
        return BodyWriter(self.rows)

    @cached_property
    def without_unnamed(self) -> Dialect:
        """The same where a field without a row is an error: for telling one framing from another."""
        return replace(self, unnamed=()) if self.unnamed else self

    @cached_property
    def of_any_length(self) -> Dialect:
        """The same without its limit: what is too long is still worth looking at."""
        return replace(self, size_limit=LONGEST_FRAME)

    @cached_property
    def kept(self) -> dict[int, Any]:
        """What the masks of frames made once for each bitmap."""
        return {}

    @cached_property
    def field(self) -> Mapping[str, FieldRow]:
        """Rows by number."""
        return {row.key: row for row in self.rows}

    @cached_property
    def kind(self) -> Mapping[Kind, KindRow]:
        """Rows by kind; every kind has one."""
        return {row.kind: row for row in self.kinds}

    @cached_property
    def kinds_found(self) -> KindFinder:
        """Finds a request's kind by its codes."""
        return KindFinder(self.kinds)

    def kind_of(self, message: Message, mti: str = "") -> Kind | None:
        """The kind of a request, or of what a reversal undoes where ``mti`` is that one's."""
        return self.kinds_found.kind_of(
            mti or message.mti, message.processing_code, message.condition_code,
            message.type_code, message.network_code, scanned=is_scanned(message),
        )

    @cached_property
    def known_bits(self) -> int:
        """The bitmap in which every field is there."""
        return sum(1 << (64 - row.number) for row in self.rows)

    @cached_property
    def shapes_of(self) -> Callable[[int], tuple[Shape, ...]]:
        """The rows of a bitmap, in order, each with what its place is found by."""
        shapes = [
            (row, row.prefix, row.length, row.in_digits) for row in self.rows
        ]

        @lru_cache(maxsize=4096)
        def found(bits: int) -> tuple[Shape, ...]:
            return tuple(shape for shape in shapes if bits >> (64 - shape[0].number) & 1)

        return found

    @cached_property
    def constants(self) -> tuple[tuple[str, str], ...]:
        """Fields that every request carries, with their values."""
        return tuple((row.key, row.value) for row in self.fields if row.value)

    @property
    def tells_header(self) -> bool:
        """Whether the first byte of a header can't be taken for that of a message type."""
        first = next(iter(self.header), None)
        return first is not None and (
            first.name == "application_class" or first.value[:1] not in {"", "0"})

    @cached_property
    def framings(self) -> Mapping[str, Framing]:
        """The framings in which its messages may be met, by name."""
        return framings_around(self.framing)


def _take(row: FieldRow) -> Take:
    key = row.key

    def take(text: str, values: dict[str, Any]) -> None:
        values[key] = text

    return take


def tpdu_of_reply(tpdu: str, rule: TpduRule) -> str:
    """The TPDU that answers a request.

    >>> tpdu_of_reply("6000030012", "swap")
    '6000120003'
    """
    return tpdu[:2] + tpdu[6:] + tpdu[2:6] if rule == "swap" else tpdu
