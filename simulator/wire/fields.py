"""The rows of a dialect's field table: how a field stands on the line, and what may be shown of it."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec.structs import replace

Form = Literal["n", "z", "an", "ans", "b"]
Mask = Literal["shown", "hidden", "pan", "track", "details", "chip", "private", "text", "tags"]

MTI_LENGTH = 2
BITMAP_LENGTH = 8


class PartRow(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A part of a field or of the header, in digits."""

    name: str
    title: str
    digits: int | None = None  # None: all that is left
    value: str = ""  # of a part of the header that messages do not know


class FormRow(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A further form in which a field may stand on the line."""

    form: Form
    length: int
    prefix: int = 0


class FieldRow(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """How one field stands on the line.

    Lengths count digits (n, z), characters (an) or bytes (ans, b); ``prefix`` is the number of BCD
    bytes of the length, 0 where it is fixed.  An odd number of digits is padded on the side ``pad``
    by a nibble 0, by some senders F: both are read and remembered.
    """

    number: int
    name: str  # as in Message where it is there
    title: str
    form: Form
    length: int  # exact, or the most
    prefix: int = 0
    reads: int = 0  # more than the most, where senders exceed it and are to be read all the same
    pad: Literal["left", "right"] = "right"
    mask: Mask = "hidden"
    value: str = ""  # what every request carries in it, of a field that messages do not know
    parts: tuple[PartRow, ...] = ()
    # Tried in order where with the usual form the message does not end where its frame does.
    otherwise: tuple[FormRow, ...] = ()

    @property
    def forms(self) -> tuple[FieldRow, ...]:
        """The row, and what it would be in each of its further forms."""
        return (self, *(
            replace(self, form=each.form, length=each.length, prefix=each.prefix, reads=0,
                    otherwise=())
            for each in self.otherwise))

    @property
    def key(self) -> str:
        """The number as JSON has it."""
        return str(self.number)

    @property
    def most(self) -> int:
        """The exact length, or the most that is read."""
        return self.reads or self.length

    @property
    def is_shown_whole(self) -> bool:
        """Whether nothing in it is ever hidden; what stands behind the named parts may be anything."""
        return self.mask == "shown" and (
            not self.parts or all(part.digits is not None for part in self.parts))

    @property
    def in_digits(self) -> bool:
        """Two digits in each byte."""
        return self.form in {"n", "z"}
